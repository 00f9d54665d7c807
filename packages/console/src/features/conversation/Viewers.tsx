import { useStore } from '../../store/context.ts';
import { myId } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { EyeIcon } from '../../ui/icons.tsx';

const SHOWN = 3;
const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** Which colleagues have the same conversation open; quietly, it need not mean anything. */
export function Viewers({ conversation }: { conversation: string }) {
  const me = useStore(myId);
  const viewers = useStore(({ presence }) => presence.viewers[conversation]);
  const others = viewers?.filter(({ id }) => id !== me) ?? [];
  const names = list.format(others.map(({ name }) => name));
  const sentence = `${names} ${others.length === 1 ? 'is' : 'are'} looking at this, too`;
  return (
    <div role="status" class="viewers" title={others.length > 0 ? sentence : undefined}>
      {others.length > 0 && (
        <>
          <span class="sr-only">{sentence}</span>
          <EyeIcon size={14} />
          {others.slice(0, SHOWN).map(({ id, name }) => (
            <Avatar key={id} id={id} name={name} size={24} />
          ))}
        </>
      )}
    </div>
  );
}

import { firstName } from '../../lib/person.ts';
import { useStore } from '../../store/context.ts';
import { myId } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** A colleague is answering at this moment: two answers would be one too many. */
export function WritingBar({ conversation }: { conversation: string }) {
  const me = useStore(myId);
  const viewers = useStore(({ presence }) => presence.viewers[conversation]);
  const writers = viewers?.filter(({ id, writing }) => writing && id !== me) ?? [];
  const names = list.format(writers.map(({ name }) => firstName(name)));
  return (
    <div role="status" class="writing-place">
      {writers.length > 0 && (
        <p class="writing">
          {writers.map(({ id, name }) => (
            <Avatar key={id} id={id} name={name} size={18} />
          ))}
          <span>
            <strong>
              <bdi>{names}</bdi>
            </strong>{' '}
            {writers.length === 1 ? 'is' : 'are'} writing a reply
          </span>
        </p>
      )}
    </div>
  );
}

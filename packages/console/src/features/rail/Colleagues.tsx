import { useStore } from '../../store/context.ts';
import { myId } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';

const SHOWN = 6;

/** Who else is signed in. */
export function Colleagues() {
  const me = useStore(myId);
  const online = useStore(({ presence }) => presence.online);
  const others = online.filter(({ id }) => id !== me);
  if (others.length === 0) return null;
  const names = others.map(({ name }) => name).join(', ');
  return (
    <div class="colleagues" title={names}>
      <p class="colleagues-title">Online now</p>
      <p class="sr-only">{names}</p>
      <div class="colleagues-faces" aria-hidden="true">
        {others.slice(0, SHOWN).map(({ id, name }) => (
          <Avatar key={id} id={id} name={name} size={24} isOnline />
        ))}
        {others.length > SHOWN && <span class="colleagues-more">+{others.length - SHOWN}</span>}
      </div>
    </div>
  );
}

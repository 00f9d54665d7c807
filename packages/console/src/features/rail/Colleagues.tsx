import { useStore } from '../../store/context.ts';
import type { Colleague } from '../../store/presence.ts';
import { myId } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';

const SHOWN = 6;

const isAway = ({ status }: Colleague): boolean => status === 'away';
const sentence = (colleague: Colleague): string =>
  `${colleague.name}${isAway(colleague) ? ' (away)' : ''}`;

/** Who else is signed in; whoever takes conversations first. */
export function Colleagues() {
  const me = useStore(myId);
  const online = useStore(({ presence }) => presence.online);
  const others = online
    .filter(({ id }) => id !== me)
    .sort((a, b) => Number(isAway(a)) - Number(isAway(b)));
  if (others.length === 0) return null;
  const names = others.map(sentence).join(', ');
  return (
    <div class="colleagues" title={names}>
      <p class="colleagues-title">Online now</p>
      <p class="sr-only">{names}</p>
      <div class="colleagues-faces" aria-hidden="true">
        {others.slice(0, SHOWN).map((colleague) => (
          <Avatar
            key={colleague.id}
            id={colleague.id}
            name={colleague.name}
            size={24}
            status={isAway(colleague) ? 'away' : 'available'}
          />
        ))}
        {others.length > SHOWN && <span class="colleagues-more">+{others.length - SHOWN}</span>}
      </div>
    </div>
  );
}

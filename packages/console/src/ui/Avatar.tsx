import type { AgentStatus } from '@throughline/shared/schema';
import { hueOf, initialsOf } from '../lib/person.ts';
import { PersonIcon } from './icons.tsx';

interface AvatarProps {
  id: string;
  /** Null: nobody knows it; then a figure stands in. */
  name: string | null;
  size?: 18 | 24 | 28 | 36 | 56;
  isOnline?: boolean;
  /** Of a colleague: whether they take conversations. */
  status?: AgentStatus | undefined;
}

/** Decoration: the name always stands beside it, or in the label of what holds it. */
export function Avatar({ id, name, size = 28, isOnline = false, status }: AvatarProps) {
  const initials = name ? initialsOf(name) : '';
  return (
    <span class={`avatar avatar-${size} hue-${hueOf(id)}`} aria-hidden="true">
      {initials || <PersonIcon size={size >= 36 ? 20 : 14} />}
      {(isOnline || status === 'available') && <span class="avatar-online" />}
      {status === 'away' && <span class="avatar-online avatar-away" />}
    </span>
  );
}

import type { AgentStatus } from '@throughline/shared/schema';
import { myStatus } from '../../store/availability.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { spell } from '../../ui/Kbd.tsx';

/** What each means, to whoever it is about. */
const words: Record<AgentStatus, [word: string, sentence: string]> = {
  available: ['Available', 'Conversations are brought to you'],
  away: ['Away', 'Nothing new is brought to you; what you have stays yours'],
  offline: ['Offline', 'You are not signed in anywhere'],
};

/** Whether one takes new conversations; kept by the relay, the same in every window. */
export function StatusSwitch() {
  const { availability } = useDesk();
  const status = useStore(myStatus);
  const isOn = status === 'available';
  const [word, sentence] = status ? words[status] : ['No connection', 'Nothing is brought to you'];
  return (
    <button
      type="button"
      role="switch"
      class={`status-switch is-${status ?? 'unknown'}`}
      aria-checked={isOn}
      aria-label="Available for new conversations"
      title={`${word}: ${sentence} (${spell('Shift+a')})`}
      disabled={status === undefined}
      onClick={() => availability.choose(isOn ? 'away' : 'available')}
    >
      <span class="status-dot" />
      <span class="rail-label">{word}</span>
      <span class="status-knob" aria-hidden="true" />
    </button>
  );
}

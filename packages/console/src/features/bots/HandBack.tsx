import type { BotSwitches } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { openRow } from '../../store/state.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { isAnswering } from './words.ts';

const GOAL_CHARS = 2000;

/** To which bot, and what it is to do. */
export function HandBack() {
  const { preferences } = useDesk();
  const close = () => preferences.overlay(null);
  const { data, fault } = useAsked<BotSwitches>('/v1/bots');
  const bots = data?.data.filter((bot) => isAnswering(data, bot)) ?? [];
  return (
    <Dialog label="Hand back to a bot" onClose={close}>
      {data && bots.length > 0 && <Form bots={bots} onClose={close} />}
      {(fault || (data && bots.length === 0)) && (
        <div class="confirm">
          <h2>Hand back to a bot</h2>
          <p>{fault ? fault.message : 'No bot may answer at the moment.'}</p>
          <div class="confirm-actions">
            <Button onClick={close}>Close</Button>
          </div>
        </div>
      )}
      {!data && !fault && <Skeleton label="Loading the bots" rows={2} kind="line" />}
    </Dialog>
  );
}

interface FormProps {
  bots: BotSwitches['data'];
  onClose(): void;
}

function Form({ bots, onClose }: FormProps) {
  const { outgoing } = useDesk();
  const promises = useStore((state) => openRow(state)?.promises.length ?? 0);
  const [bot, setBot] = useState(bots[0]?.id ?? '');
  const [goal, setGoal] = useState('');
  return (
    <form
      class="confirm hand-back"
      onSubmit={(event) => {
        event.preventDefault();
        outgoing.handBack(bot, goal.trim());
        onClose();
      }}
    >
      <h2>Hand back to a bot</h2>
      <p>
        The bot answers next, and no person has the conversation meanwhile. Its visitor’s wait
        counts on{promises > 0 && ', and what was promised stays promised'}.
      </p>
      <label class="field">
        <span>Bot</span>
        <select
          class="input"
          value={bot}
          onChange={({ currentTarget }) => setBot(currentTarget.value)}
        >
          {bots.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>What it is to do</span>
        <textarea
          class="input"
          rows={3}
          maxLength={GOAL_CHARS}
          placeholder="Find a date for the call, and confirm it."
          value={goal}
          onInput={({ currentTarget }) => setGoal(currentTarget.value)}
        />
      </label>
      <div class="confirm-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={goal.trim() === ''}>
          Hand back
        </Button>
      </div>
    </form>
  );
}

import { useId, useState } from 'preact/hooks';
import { pastMoment } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { type Choice, Radios } from '../../ui/Choices.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { spellCount } from './words.ts';

interface ReplayDialogProps {
  endpoint: string;
  /** How many were given up in all. */
  dead: number;
  onClose(): void;
  onReplayed(): void;
}

type What = 'failedSince' | 'since';
type Span = 'hour' | 'day' | 'week' | 'custom';

const HOUR_MS = 3_600_000;
const spans: Record<Exclude<Span, 'custom'>, number> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
};
const spanNames = [
  ['hour', 'Last hour'],
  ['day', 'Last day'],
  ['week', 'Last week'],
  ['custom', 'Since…'],
] as const;

const choicesFor = (dead: number): Choice<What>[] => [
  {
    value: 'failedSince',
    title: 'What was given up',
    text: `Deliveries that failed for good; ${dead === 0 ? 'there are none' : `${spellCount(dead)} in all`} at the moment.`,
  },
  {
    value: 'since',
    title: 'Everything',
    text: 'Also what was delivered. Your receiver gets it again under the same ids.',
  },
];

/** `2026-11-25T14:00`, in local time, as the field wants it. */
function fieldValue(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Sends again what failed, or all there was, since a moment. */
export function ReplayDialog({ endpoint, dead, onClose, onReplayed }: ReplayDialogProps) {
  const { relay, notices } = useDesk();
  const [what, setWhat] = useState<What>('failedSince');
  const [span, setSpan] = useState<Span>('day');
  const [from, setFrom] = useState(() => fieldValue(Date.now() - spans.day));
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const since = span === 'custom' ? new Date(from).getTime() : Date.now() - spans[span];

  async function replay(): Promise<void> {
    if (!(since >= 0)) return setFault('Choose since when.');
    setBusy(true);
    const reply = await relay.ask<{ count: number }>({
      method: 'POST',
      path: `/v1/endpoints/${endpoint}/replay`,
      body: { [what]: since },
    });
    setBusy(false);
    if (!reply.ok) return setFault(reply.message);
    notices.say(outcome(reply.data.count));
    onReplayed();
    onClose();
  }

  return (
    <Dialog label="Replay" onClose={onClose}>
      <form
        class="replay"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void replay();
        }}
      >
        <h2>Replay</h2>
        <Radios
          label="What"
          choices={choicesFor(dead)}
          value={what}
          onChange={(value) => setWhat(value)}
        />
        <div class="replay-when">
          <p class="replay-label">Since when</p>
          <Segments
            label="Since when"
            options={spanNames}
            value={span}
            onChange={(value) => setSpan(value)}
          />
          {span === 'custom' ? (
            <Moment value={from} onValue={setFrom} />
          ) : (
            <p class="field-hint">
              What happened since {pastMoment(since, Date.now())} is filed again.
            </p>
          )}
        </div>
        <div class="form-foot">
          <p class="form-fault" role="status">
            {fault}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={isBusy}>
            {isBusy ? 'Filing…' : 'Replay'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function outcome(count: number): string {
  if (count === 0) return 'There was nothing to replay.';
  return count === 1 ? '1 event was filed again.' : `${count} events were filed again.`;
}

function Moment({ value, onValue }: { value: string; onValue(value: string): void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>From</label>
      <input
        id={id}
        class="input"
        type="datetime-local"
        value={value}
        max={fieldValue(Date.now())}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </div>
  );
}

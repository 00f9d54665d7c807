import type { Journey } from '@throughline/shared/schema';
import { spanText } from '../../lib/wait.ts';

const SECOND_MS = 1000;

/** How quickly it answered first. */
const answerText = (ms: number | null): string => {
  if (ms === null) return '–';
  return ms < SECOND_MS ? 'under 1 s' : spanText(ms);
};

/** One flow: how many began, where they wait, how it ended. */
export function JourneyCard({ journey }: { journey: Journey }) {
  const { id, name, goal, entered, waiting, ended, reached, promises, firstAnswerMs } = journey;
  const promised = Object.values(promises).reduce((sum, count) => sum + count, 0);
  return (
    <article class="queue" aria-label={name}>
      <header class="queue-head">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <p class="queue-target">
          <bdi>{id}</bdi>
        </p>
      </header>
      <dl class="queue-figures">
        <Figure name="began" value={String(entered)} />
        <Figure name="first answer" value={answerText(firstAnswerMs)} />
        {goal !== null && <Figure name={goal} value={share(reached, entered)} />}
      </dl>
      <Counts title="Waiting at" none="Nobody waits." rows={waiting.map(at)} of={entered} />
      <Counts title="Ended" none="None has ended." rows={ended.map(over)} of={entered} />
      {promised > 0 && (
        <Counts
          title="Promises"
          none=""
          rows={Object.entries(promises).filter(some)}
          of={promised}
        />
      )}
    </article>
  );
}

type Row = [name: string, count: number];

const at = ({ step, count }: Journey['waiting'][number]): Row => [step, count];
const over = ({ outcome, count }: Journey['ended'][number]): Row => [
  words[outcome] ?? outcome,
  count,
];
const some = ([, count]: Row): boolean => count > 0;

/** The relay's own words for how it ended; any other is the business's. */
const words: Record<string, string> = {
  ended: 'answered',
  routed: 'to a person',
  taken: 'taken by a person',
  failed: 'failed',
  off: 'switched off',
};

const share = (part: number, of: number): string =>
  of === 0 ? String(part) : `${part} (${Math.round((part / of) * 100)} %)`;

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div class={`figure figure-${value === '0' || value === '–' ? 'none' : 'plain'}`}>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

interface CountsProps {
  title: string;
  none: string;
  rows: Row[];
  of: number;
}

/** Names with their numbers, and bars that say the same at a glance. */
function Counts({ title, none, rows, of }: CountsProps) {
  return (
    <section class="tally">
      <h3>{title}</h3>
      {rows.length === 0 && <p class="tally-none">{none}</p>}
      <ul>
        {rows.map(([name, count]) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <progress value={count} max={Math.max(of, 1)} aria-hidden="true" />
            <span class="tally-number">{count}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

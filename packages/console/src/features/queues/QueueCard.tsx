import type { RoutingBoard } from '@throughline/shared/schema';
import { spanText, waitText } from '../../lib/wait.ts';
import { WaitList } from './WaitList.tsx';

interface QueueProps {
  queue: RoutingBoard['queues'][number];
  now: number;
}

/** What waits in a queue, for how long, and how that stands to what was set. */
export function QueueCard({ queue, now }: QueueProps) {
  const { name, waiting, offered, oldestSince, firstReplyMs, late, soon } = queue;
  return (
    <article class="queue" aria-label={name}>
      <header class="queue-head">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <p class="queue-target">
          {firstReplyMs === null ? 'No target' : `First reply within ${spanText(firstReplyMs)}`}
        </p>
      </header>
      <dl class="queue-figures">
        <Figure name="waiting" value={String(waiting)} tone={waiting === 0 ? 'none' : 'plain'} />
        <Figure
          name="longest wait"
          value={oldestSince === null ? '–' : waitText(oldestSince, now)}
          tone={oldestSince === null ? 'none' : toneOf(queue, now)}
        />
        {firstReplyMs !== null && (
          <>
            <Figure name="past the target" value={String(late)} tone={late > 0 ? 'late' : 'none'} />
            <Figure name="soon past it" value={String(soon)} tone={soon > 0 ? 'soon' : 'none'} />
          </>
        )}
        <Figure name="on offer" value={String(offered)} tone={offered > 0 ? 'plain' : 'none'} />
      </dl>
      <WaitList queue={queue} now={now} />
    </article>
  );
}

type Tone = 'none' | 'plain' | 'soon' | 'late';

function toneOf({ late, soon, nextDueAt }: QueueProps['queue'], now: number): Tone {
  if (late > 0 || (nextDueAt !== null && nextDueAt <= now)) return 'late';
  return soon > 0 ? 'soon' : 'plain';
}

function Figure({ name, value, tone }: { name: string; value: string; tone: Tone }) {
  return (
    <div class={`figure figure-${tone}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

import type { RoutingBoard } from '@throughline/shared/schema';
import { waitText } from '../../lib/wait.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { placeOf } from '../../store/place.ts';
import { isAdmin } from '../../store/state.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { QueueIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { People } from './People.tsx';
import { Promises } from './Promises.tsx';
import { QueueCard } from './QueueCard.tsx';
import '../../styles/admin/index.css';

const LOOK_MS = 3000;
const SECOND_MS = 1000;

/** How the queues stand, live. */
export function Queues() {
  const { data, fault, reload } = useAsked<RoutingBoard>('/v1/routing/board', LOOK_MS);
  const now = useNow(SECOND_MS);
  return (
    <Page title="Queues" line={data && <Line board={data} now={now} isOld={fault !== null} />}>
      <div class="page-body">
        {data && data.queues.length > 0 && <Board board={data} now={now} />}
        {data && data.queues.length === 0 && <NothingRouted />}
        {!data && fault && (
          <Failed
            title="The queues could not be loaded."
            text={fault.message}
            onRetry={() => void reload()}
          />
        )}
        {!data && !fault && <Skeleton label="Loading the queues" rows={3} kind="line" />}
      </div>
    </Page>
  );
}

interface BoardProps {
  board: RoutingBoard;
  now: number;
}

/** All of it in a sentence. */
function Line({ board, now, isOld }: BoardProps & { isOld: boolean }) {
  const { queues, agents } = board;
  if (isOld) return <span class="stale">As it was a moment ago; the relay does not answer.</span>;
  const count = queues.reduce((sum, { waiting }) => sum + waiting, 0);
  const times = queues.flatMap(({ oldestSince }) => oldestSince ?? []);
  const longest = times.length > 0 ? `, the longest for ${waitText(Math.min(...times), now)}` : '';
  const here = agents.filter(({ status }) => status === 'available').length;
  const waits = count === 0 ? 'Nobody waits' : `${count} ${count === 1 ? 'waits' : 'wait'}`;
  return `${waits}${longest} · ${here} of ${agents.length} available`;
}

function Board({ board: { queues, agents, promises }, now }: BoardProps) {
  return (
    <div class="board">
      <section class="board-queues" aria-label="Queues">
        {queues.map((queue) => (
          <QueueCard key={queue.id} queue={queue} now={now} />
        ))}
      </section>
      <div class="board-side">
        <People agents={agents} />
        <Promises promises={promises} now={now} />
      </div>
    </div>
  );
}

function NothingRouted() {
  const { go } = useDesk();
  const mayAll = useStore(isAdmin);
  return (
    <EmptyState icon={QueueIcon} title="There are no queues.">
      <p>Whoever wants takes from the inbox. With routing every conversation finds its person.</p>
      {mayAll && <Button onClick={() => go.place(placeOf('routing'))}>Set up routing</Button>}
    </EmptyState>
  );
}

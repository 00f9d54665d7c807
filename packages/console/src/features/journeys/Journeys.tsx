import type { Journeys as Counted } from '@throughline/shared/schema';
import { pastMoment } from '../../lib/time.ts';
import { useAsked } from '../../store/use-asked.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { PathIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { JourneyCard } from './JourneyCard.tsx';
import '../../styles/admin/index.css';

const LOOK_MS = 5000;
const MINUTE_MS = 60_000;

/** Who began which flow, where they are, and what became of them. */
export function Journeys() {
  const { data, fault, reload } = useAsked<Counted>('/v1/journeys', LOOK_MS);
  return (
    <Page title="Journeys" line={data && <Line journeys={data} isOld={fault !== null} />}>
      <div class="page-body">
        {data && data.data.length > 0 && (
          <div class="journeys">
            {data.data.map((journey) => (
              <JourneyCard key={journey.id} journey={journey} />
            ))}
          </div>
        )}
        {data && data.data.length === 0 && <NoFlows />}
        {!data && fault && (
          <Failed
            title="The journeys could not be loaded."
            text={fault.message}
            onRetry={() => void reload()}
          />
        )}
        {!data && !fault && <Skeleton label="Loading the journeys" rows={3} kind="line" />}
      </div>
    </Page>
  );
}

/** All of it in a sentence, and how far back it counts. */
function Line({ journeys: { data, since }, isOld }: { journeys: Counted; isOld: boolean }) {
  const now = useNow(MINUTE_MS);
  if (isOld) return <span class="stale">As it was a moment ago; the relay does not answer.</span>;
  const entered = data.reduce((sum, journey) => sum + journey.entered, 0);
  const waiting = data.flatMap((journey) => journey.waiting).reduce((sum, it) => sum + it.count, 0);
  const back = since === null ? '' : `, since ${pastMoment(since, now)}`;
  return `${entered} began${back} · ${waiting} under way`;
}

function NoFlows() {
  return (
    <EmptyState icon={PathIcon} title="There are no journeys.">
      <p>A flow that is published is counted here: who began, where they wait, how it ended.</p>
    </EmptyState>
  );
}

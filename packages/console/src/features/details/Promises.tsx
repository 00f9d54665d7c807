import type { OpenPromise } from '@throughline/shared/schema';
import { useMemo } from 'preact/hooks';
import { type KnownPromise, promisedWords, promisesIn } from '../../lib/promise.ts';
import { endOf, pastMoment } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { useNow } from '../../ui/use-now.ts';

const MINUTE_MS = 60_000;

const states: Record<KnownPromise['state'], string> = {
  open: 'Open',
  kept: 'Kept',
  broken: 'Broken',
  withdrawn: 'Withdrawn',
};

/** What was promised here, by whom and until when, and what became of it. */
export function Promises({ open }: { open: readonly OpenPromise[] }) {
  const events = useStore(({ threads, route }) => threads[route.conversation ?? '']?.events);
  const all = useMemo(() => promisesIn(events ?? [], open), [events, open]);
  const now = useNow(MINUTE_MS);
  const { outgoing } = useDesk();
  if (all.length === 0) return null;
  return (
    <section class="details-part">
      <h4>Promises</h4>
      <ul class="promises">
        {all.map((promise) => (
          <li key={promise.id} class={`is-${promise.state}`}>
            <span class="promises-what">{promisedWords(promise)}</span>
            <span class="promises-state">{states[promise.state]}</span>
            <span class="known-source">
              {promise.owner === 'visitor' ? 'by the visitor' : 'by us'}
              {', '}
              {promise.dueAt > now
                ? `due ${endOf(promise.dueAt, now)}`
                : `was due ${pastMoment(promise.dueAt, now)}`}
            </span>
            {promise.state === 'open' && promise.owner === 'visitor' && (
              <Button
                aria-label={`Withdraw: ${promisedWords(promise)}`}
                onClick={() => outgoing.withdraw(promise.id)}
              >
                Withdraw
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

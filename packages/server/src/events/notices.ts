import { randomUUIDv7 } from 'node:crypto';
import type { Actor, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { appendOutside } from '../store/outside.ts';
import type { Draft, Store } from '../store/store.ts';

/** What the relay itself has to say in its log. */
export interface Notices {
  /** Asks for a test of an endpoint. */
  test(endpoint: string, actor: Actor): Promise<void>;
  degraded(data: EventData<'sink.degraded'>): Promise<void>;
}

const RELAY: Actor = { kind: 'system', id: 'relay' };

export function createNotices(store: Store, now: Clock): Notices {
  const append = (draft: Pick<Draft, 'type' | 'data' | 'actor'>) =>
    store.write('notices', async (tx) => {
      await appendOutside(tx, { id: randomUUIDv7(), time: now(), ...draft });
    });
  return {
    test: (endpoint, actor) => append({ type: 'test.event', data: { endpoint }, actor }),
    degraded: (data) => append({ type: 'sink.degraded', data, actor: RELAY }),
  };
}

import { randomUUIDv7 } from 'node:crypto';
import type { Actor, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { appendOutside } from '../store/outside.ts';
import type { Draft, Store } from '../store/store.ts';

/** What the relay itself has to say in its log. */
export interface Notices {
  /** Asks for a test of an endpoint; once under the same id. */
  test(endpoint: string, stamp: { id: string; actor: Actor }): Promise<void>;
  degraded(data: EventData<'sink.degraded'>): Promise<void>;
}

const RELAY: Actor = { kind: 'system', id: 'relay' };

export function createNotices(store: Store, now: Clock): Notices {
  const append = (draft: Pick<Draft, 'id' | 'type' | 'data' | 'actor'>) =>
    store.write('notices', async (tx) => {
      if (await tx.events.find(draft.id)) return;
      await appendOutside(tx, { time: now(), ...draft });
    });
  return {
    test: (endpoint, stamp) => append({ type: 'test.event', data: { endpoint }, ...stamp }),
    degraded: (data) => append({ id: randomUUIDv7(), type: 'sink.degraded', data, actor: RELAY }),
  };
}

import { randomUUIDv7 } from 'node:crypto';
import type { Actor, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
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
      const nowhere = { site: null, contact: null, conversation: null, seq: null, pub: null };
      const stamp = { id: randomUUIDv7(), time: now(), cause: null };
      await tx.events.append({ ...nowhere, ...stamp, ...draft } as Draft);
    });
  return {
    test: (endpoint, actor) => append({ type: 'test.event', data: { endpoint }, actor }),
    degraded: (data) => append({ type: 'sink.degraded', data, actor: RELAY }),
  };
}

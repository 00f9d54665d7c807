import { FORM_FACTS, recordFormFacts } from './contacts/form-facts.ts';
import { sweepFiles } from './conversations/files/sweep.ts';
import { indexForSearch, SEARCH } from './conversations/search-index.ts';
import { fileDeliveries, WEBHOOKS } from './events/deliveries.ts';
import { follow } from './events/follow.ts';
import { sweepTimers } from './events/timers.ts';
import type { Parts } from './gateway/parts.ts';
import type { Blobs } from './store/blobs.ts';
import type { LogRecord, Store } from './store/store.ts';

interface Outlets {
  blobs: Blobs;
  fanOut(records: LogRecord[]): void;
  wakeEndpoints(ids: string[]): void;
}

/** Starts everything that reacts: each follows the log from its own place. Returns the end of it. */
export async function followLog(
  store: Store,
  { blueprint, endpoints, conversations, program, provider, announceSites, now, log }: Parts,
  { blobs, fanOut, wakeEndpoints }: Outlets,
): Promise<() => Promise<void>> {
  const onError = (name: string) => (error: unknown) =>
    log.error({ err: error, follower: name }, 'follower failed; trying again');

  const files = sweepFiles({ store, blobs, now, onError: onError('files') });
  const followers = await Promise.all([
    follow(store, { from: 'now', handle: fanOut, onError: onError('fanout') }),
    follow(store, {
      from: await store.read.cursors.get(SEARCH),
      handle: indexForSearch(store),
      onError: onError(SEARCH),
    }),
    follow(store, {
      from: await store.read.cursors.get(FORM_FACTS),
      handle: recordFormFacts(store, program),
      onError: onError(FORM_FACTS),
    }),
    follow(store, {
      from: 'now',
      async handle(records) {
        if (!records.some(({ type }) => type === 'config.published')) return;
        await blueprint.refresh();
        announceSites();
      },
      onError: onError('settings'),
    }),
    follow(store, {
      from: 'now',
      handle(records) {
        for (const { type, contact } of records)
          if (type === 'conversation.started' && contact !== null) void provider.ask(contact);
      },
      onError: onError('context'),
    }),
    follow(store, {
      from: 'now',
      handle(records) {
        if (records.some(({ type }) => type === 'message.deleted')) files.nudge();
      },
      onError: onError('files'),
    }),
    fileDeliveries(store, {
      endpoints: endpoints.all,
      refresh: blueprint.refresh,
      now,
      onFiled: wakeEndpoints,
      onError: onError(WEBHOOKS),
    }),
  ]);
  wakeEndpoints(endpoints.all().map(({ id }) => id));
  const timers = sweepTimers({
    store,
    now,
    fire: ({ name, input }) =>
      conversations.run(
        { kind: 'system', id: 'timer' },
        name as 'conversation:wake',
        input as never,
      ),
    onError: onError('timers'),
  });
  return async () => {
    await Promise.all([timers.stop(), files.stop()]);
    await Promise.all(followers.map((follower) => follower.stop()));
  };
}

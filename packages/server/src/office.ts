import { decidedBy } from './assemble.ts';
import { type OpenBots, openBots, type Participants } from './bots/index.ts';
import { FORM_FACTS, recordFormFacts } from './contacts/form-facts.ts';
import { createProgramContacts } from './contacts/program.ts';
import { createConversations } from './conversations/commands.ts';
import { sweepFiles } from './conversations/files/sweep.ts';
import { indexForSearch, SEARCH } from './conversations/search-index.ts';
import { sweepSearch } from './conversations/search-sweep.ts';
import { fileDeliveries, WEBHOOKS } from './events/deliveries.ts';
import { type Follower, follow } from './events/follow.ts';
import { followAs } from './events/follow-as.ts';
import { logOf } from './events/log.ts';
import { createNotices } from './events/notices.ts';
import { sweepTimers } from './events/timers.ts';
import { createBotWriting } from './gateway/bot-writing.ts';
import { finishErasures } from './gateway/erasing.ts';
import type { Parts } from './gateway/parts.ts';
import { createPoster } from './lib/post.ts';
import { participantsOf } from './participants.ts';
import { freeFromLeavers, type Routing } from './routing/index.ts';
import { startPush } from './sinks/push/index.ts';
import { startStreams } from './sinks/streams/index.ts';
import { createDispatcher } from './sinks/webhooks/dispatcher.ts';
import type { Blobs } from './store/blobs.ts';
import type { LogRecord, Store } from './store/store.ts';

/** Behind these, files have nobody who shows them. */
const LOSING_FILES: ReadonlySet<string> = new Set(['message.deleted', 'contact.erased']);

const ERASING_MS = 60_000;

export interface Around {
  blobs: Blobs;
  routing: Routing;
  participants: Participants | undefined;
  /** Told which bots answer here now. */
  answering(bots: OpenBots | undefined): void;
}

/** Each thing that begins says at once how it ends: what comes after it may fail. */
interface Begun extends Around {
  begun: AsyncDisposableStack;
}

/** Everything that changes the log, as the one who holds the lease does it. */
const partsOver = (store: Store, parts: Parts): Parts => ({
  ...parts,
  events: logOf(store),
  conversations: createConversations(store, parts.now, decidedBy(parts)),
  program: createProgramContacts(store, parts.now),
  notices: createNotices(store, parts.now),
  deliveries: store.deliveries,
});

/**
 * What one relay does for all of them, as long as it holds the lease: everything that answers, routes and
 * sends, and what keeps a cursor. It writes through the store it is given (decision 0028).
 */
export const openOffice =
  (shared: Parts, around: Around) =>
  async (store: Store): Promise<() => Promise<void>> => {
    const parts = partsOver(store, shared);
    const begun = new AsyncDisposableStack();
    const end = () => begun.disposeAsync();
    try {
      for (const start of [
        ...[startErasing, startDeliveries, startFollowers, startBots, startSinks],
      ])
        await start(store, parts, { ...around, begun });
      return end;
    } catch (error) {
      await end().catch((err) => parts.log.error({ err }, 'what had begun did not end'));
      throw error;
    }
  };

/** Several at once: where one cannot begin, the others have, and are ended with the rest. */
async function followAll(
  begun: AsyncDisposableStack,
  followers: Promise<Follower>[],
): Promise<void> {
  const settled = await Promise.allSettled(followers);
  const all = settled.filter((it) => it.status === 'fulfilled');
  begun.defer(async () => {
    await Promise.all(all.map(({ value }) => value.stop()));
  });
  await Promise.all(followers);
}

const onErrorOf =
  ({ log }: Parts) =>
  (name: string) =>
  (err: unknown) =>
    log.error({ err, follower: name }, 'follower failed; trying again');

/** Before anything of theirs is sent or made findable; what fails is tried again. */
async function startErasing(_store: Store, parts: Parts, { begun }: Begun): Promise<void> {
  const round = () => finishErasures(parts).catch(onErrorOf(parts)('erasures'));
  let running = round();
  await running;
  const timer = setInterval(() => {
    running = running.then(round);
  }, ERASING_MS);
  begun.defer(async () => {
    clearInterval(timer);
    await running;
  });
}

async function startDeliveries(store: Store, parts: Parts, { begun }: Begun): Promise<void> {
  const { blueprint, endpoints, now } = parts;
  const dispatcher = createDispatcher({ ...parts, poster: createPoster(parts.egress) });
  const onError = onErrorOf(parts);
  begun.defer(dispatcher.stop);
  await followAll(begun, [
    fileDeliveries(store, {
      ...{ endpoints: endpoints.all, refresh: blueprint.refresh, now },
      onFiled: dispatcher.wake,
      onError: onError(WEBHOOKS),
    }),
    follow(store, { from: 'now', handle: dispatcher.hear, onError: onError('endpoints') }),
  ]);
  dispatcher.wake(endpoints.all().map(({ id }) => id));
}

/** Nobody searches for what was said a moment ago. */
const SEARCHABLE_MS = 100;

async function startFollowers(store: Store, parts: Parts, { blobs, begun }: Begun): Promise<void> {
  const { conversations, program, provider, now } = parts;
  const onError = onErrorOf(parts);
  const files = sweepFiles({ store, blobs, now, onError: onError('files') });
  const words = sweepSearch(store, onError(SEARCH));
  const index = indexForSearch(store);
  begun.defer(files.stop);
  begun.defer(words.stop);

  function hear(records: LogRecord[]): void {
    if (records.some(({ type }) => LOSING_FILES.has(type))) files.nudge();
    for (const { type, contact } of records)
      if (type === 'conversation.started' && contact !== null) void provider.ask(contact);
  }

  await followAll(begun, [
    follow(store, {
      from: await store.read.cursors.get(SEARCH),
      async handle(records) {
        await index(records);
        words.hear(records);
      },
      ...{ onError: onError(SEARCH), gatherMs: SEARCHABLE_MS },
    }),
    followAs(store, FORM_FACTS, {
      handle: recordFormFacts(store, program),
      onError: onError(FORM_FACTS),
    }),
    follow(store, { from: 'now', handle: hear, onError: onError('context and files') }),
  ]);
  const timers = sweepTimers({
    ...{ store, now, onError: onError('timers') },
    // One that only a newer relay knows fails, and waits for such a relay to lead.
    fire: async ({ name, input }) =>
      conversations.run(
        { kind: 'system', id: 'timer' },
        name as 'conversation:wake',
        input as never,
      ),
  });
  begun.defer(timers.stop);
}

async function startBots(store: Store, parts: Parts, around: Begun): Promise<void> {
  const { conversations, availabilities, sites } = parts;
  const { routing, answering, begun, participants = participantsOf(parts) } = around;
  const writing = createBotWriting(parts);
  const bots = openBots({ ...parts, site: sites.get, participants, writing });
  // Bots first: what they answer is not routed.
  begun.defer(await bots.start());
  answering(bots);
  begun.defer(() => answering(undefined));
  const { claims } = bots;
  const setAway = (who: { id: string; name: string }) => availabilities.setAway(who, store);
  begun.defer(await routing.act({ conversations, claims, setAway }));
  begun.defer(await freeFromLeavers(parts));
}

async function startSinks(_store: Store, parts: Parts, { begun }: Begun): Promise<void> {
  begun.defer(await startStreams(parts.config.streams, parts));
  begun.defer(await startPush(pushOf(parts)));
}

/** Push services want to know whom to write to when something is wrong with what we send. */
const pushOf = (parts: Parts): Parameters<typeof startPush>[0] => ({
  ...parts,
  subject: parts.source.startsWith('https:') ? parts.source : 'mailto:operator@localhost',
  nameOf: (site) => parts.sites.get(site)?.name ?? '',
  isOnline: (contact) => parts.presence.visitorState(contact).online,
  readOf: async (id) => (await parts.queries.get(id))?.visitorRead ?? 0,
});

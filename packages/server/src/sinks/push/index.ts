import type { Subscriptions } from '../../contacts/subscriptions.ts';
import { wordsOf } from '../../conversations/evolve.ts';
import type { Queries } from '../../conversations/queries.ts';
import type { Log, LogRecord } from '../../events/log.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Poster } from '../../lib/post.ts';
import { seal, vapid } from './seal.ts';

interface Outside {
  events: Log;
  queries: Pick<Queries, 'saidNow'>;
  subscriptions: Subscriptions;
  poster: Pick<Poster, 'post' | 'close'>;
  /** Whom push services may write to about us: an https or mailto address. */
  subject: string;
  /** What a site is called. */
  nameOf(site: string): string;
  isOnline(contact: string): boolean;
  /** Up to which `pub` the visitor has read. */
  readOf(conversation: string): Promise<number>;
  log: Logger;
  now: Clock;
}

/** A socket that died with its phone is noticed by now. */
const RECHECK_MS = 45_000;
/** A reply from before a long outage is no news. */
const FRESH_MS = 3600_000;
const TTL_SECONDS = 24 * 3600;
const TIMEOUT_MS = 10_000;
/** At a time; more wait, so that a flood of replies does not become one of connections. */
const AT_ONCE = 50;
const TEXT_CHARS = 160;

type Reply = LogRecord<'message.created'> & { contact: string; conversation: string; pub: number };

const isReply = (record: LogRecord): record is Reply =>
  record.type === 'message.created' &&
  record.pub !== null &&
  record.contact !== null &&
  // By `system` the site asks something by itself, without words.
  record.actor.kind !== 'visitor' &&
  record.actor.kind !== 'system' &&
  !('redacted' in record.data);

const shorten = (text: string): string =>
  text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS).toWellFormed()}…` : text;

/**
 * Tells visitors who left, and asked to be told, of replies: by their browsers' push services, which see
 * when and to whom but not what (RFC 8291). Told once, and never instead of the conversation.
 */
export async function startPush(outside: Outside): Promise<() => Promise<void>> {
  const { events, isOnline, readOf, log, now } = outside;
  /** By conversation: its newest reply is the one to tell of. */
  const later = new Map<string, NodeJS.Timeout>();
  const under = new Set<Promise<void>>();
  const end = new AbortController();
  const failed = (error: unknown) =>
    log.warn({ err: error }, 'a visitor could not be told of a reply');

  async function start(reply: Reply): Promise<void> {
    // Asked anew after each wait: many may have waited for the same place.
    while (under.size >= AT_ONCE) await Promise.race(under);
    if (end.signal.aborted) return;
    const run = tell(reply, { ...outside, failed, signal: end.signal })
      .catch(failed)
      .finally(() => under.delete(run));
    under.add(run);
  }

  async function startUnlessRead(reply: Reply): Promise<void> {
    if (isOnline(reply.contact) || (await readOf(reply.conversation)) >= reply.pub) return;
    await start(reply);
  }

  function recheck(reply: Reply): void {
    clearTimeout(later.get(reply.conversation));
    const timer = setTimeout(() => {
      later.delete(reply.conversation);
      startUnlessRead(reply).catch(failed);
    }, RECHECK_MS);
    later.set(reply.conversation, timer.unref());
  }

  const follower = await events.followAs('push', {
    async handle(records) {
      for (const record of records) {
        if (!isReply(record) || now() - record.time > FRESH_MS) continue;
        if (isOnline(record.contact)) recheck(record);
        else await startUnlessRead(record);
      }
    },
    onError: (error) =>
      log.error({ err: error, follower: 'push' }, 'follower failed; trying again'),
  });
  return async () => {
    for (const timer of later.values()) clearTimeout(timer);
    end.abort();
    await follower.stop();
    await Promise.all(under);
  };
}

interface Way extends Outside {
  signal: AbortSignal;
  failed(error: unknown): void;
}

/** To every browser of the visitor; what is wrong with one is nothing to the others. */
async function tell(reply: Reply, way: Way): Promise<void> {
  const browsers = await way.subscriptions.of(reply.contact);
  // It was written a while ago, and may have been changed since, or deleted.
  const data = browsers.length > 0 ? await way.queries.saidNow(reply) : undefined;
  if (!data) return;
  for (const browser of browsers) await tellOne({ ...reply, data }, browser, way).catch(way.failed);
}

type Browser = Awaited<ReturnType<Subscriptions['of']>>[number];

/** One whose push service knows it no more is forgotten. */
async function tellOne(
  { site, conversation, actor, data }: Reply,
  { tokenHash, endpoint, p256dh, auth, url }: Browser,
  { subscriptions, poster, subject, nameOf, signal }: Way,
): Promise<void> {
  // One line, whatever somebody is called.
  const title = (actor.name ?? nameOf(site ?? '')).replace(/\s+/g, ' ').trim();
  const notice = { title, text: shorten(wordsOf(data)), conversation, url };
  const { status } = await poster.post(endpoint, {
    headers: {
      authorization: vapid(endpoint, { subject, ...subscriptions.keys }),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(TTL_SECONDS),
      urgency: 'normal',
      // A later one takes the place of one that was not delivered yet.
      topic: conversation.replaceAll('-', ''),
    },
    body: seal(JSON.stringify(notice), { p256dh, auth }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (status === 404 || status === 410) await subscriptions.set(tokenHash, null);
  else if (status >= 300) throw new Error(`the push service answers ${status}`);
}

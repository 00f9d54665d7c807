import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../lib/logger.ts';
import { fenced } from '../store/fenced.ts';
import type { Store } from '../store/store.ts';

/** Ends what was begun. */
type End = () => Promise<void>;

export interface LeadOptions {
  store: Store;
  log: Logger;
  /** Begins what is done once, wherever there are several relays; writes through the store it is given. */
  begin(store: Store): Promise<End>;
}

export interface Leading {
  readonly isLeading: boolean;
  /** Ends what was begun, and lets another relay begin. */
  stop(): Promise<void>;
}

/** Whoever ends without a word is followed after this long. */
const LEASE_MS = 10_000;
/** Whoever could not renew it ends by itself before anybody else may begin. */
const MINE_MS = 8000;
const RENEW_MS = 2500;
const ASK_MS = 1000;
const WATCH_MS = 250;

/** What this relay does for all of them. */
interface Office {
  term: number;
  /** By `performance.now()`, which goes on while the process is stopped. */
  until: number;
  begun: Promise<End>;
}

/**
 * Begins what is done once while this relay holds the lease, and ends it when it does not: at the latest
 * before another may have it, by this machine's own clock (decision 0028). Resolves with the first answer:
 * what was begun then is under way.
 */
export async function lead({ store, log, begin }: LeadOptions): Promise<Leading> {
  const holder = randomUUID();
  let office: Office | undefined;
  let ending: Promise<void> = Promise.resolve();
  const stopping = new AbortController();

  const failed = (err: unknown) => log.error({ err }, 'what one relay does for all failed');

  function leave(): Promise<void> {
    const left = office;
    office = undefined;
    if (!left) return ending;
    left.until = 0;
    log.info({ term: left.term }, 'leads no more');
    ending = left.begun.then((end) => end()).catch(failed);
    return ending;
  }

  async function enter(term: number, until: number): Promise<void> {
    await leave();
    log.info({ term }, 'leads');
    const entered: Office = { term, until, begun: Promise.resolve(async () => {}) };
    const isHeld = () => performance.now() < entered.until;
    entered.begun = begin(fenced(store, { term, isHeld }));
    office = entered;
    // Somebody else may be able to.
    entered.begun.catch(() => {
      if (office === entered) void leave().then(release).catch(failed);
    });
  }

  const release = async () => store.lease.release(holder);

  /** Asks for the lease, and does what the answer means. */
  async function ask(): Promise<void> {
    const askedAt = performance.now();
    const term = await store.lease.hold(holder, LEASE_MS);
    if (term === undefined) return leave();
    const until = askedAt + MINE_MS;
    if (office?.term === term) office.until = until;
    else await enter(term, until);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(office ? RENEW_MS : ASK_MS, undefined, { signal: stopping.signal }).catch(
        () => {},
      );
      if (!stopping.signal.aborted)
        await ask().catch((err) => log.warn({ err }, 'the lease was not asked for'));
    }
  }

  /** Nobody may answer for longer than the lease. */
  const watching = setInterval(() => {
    if (office && performance.now() > office.until) void leave();
  }, WATCH_MS).unref();

  async function stop(): Promise<void> {
    stopping.abort();
    clearInterval(watching);
    await running;
    await leave();
    await release();
  }

  let running: Promise<void> = Promise.resolve();
  try {
    await ask();
    await office?.begun;
  } catch (error) {
    await stop().catch(failed);
    throw error;
  }
  running = run();
  return {
    get isLeading() {
      return office !== undefined && performance.now() < office.until;
    },
    stop,
  };
}

import type { Link, LinkHandlers } from '@throughline/shared/client';
import type { Ack } from '@throughline/shared/schema';
import type { Asked, Lead, Place } from './place.ts';

/** What the tab with the socket says: to all, or `to` one; `args` are those of the handler `key`. */
interface Told {
  by: number;
  to?: number;
  key: keyof LinkHandlers | 'here' | 'other' | 'answer';
  args: unknown[];
}

/** A tab that does not answer for so long is frozen or gone. */
const PATIENCE_MS = 2000;
/** Longer than between two heartbeats of the relay. */
const SILENCE_MS = 40_000;

/** Ephemeral messages that hold until the next of their kind. */
const LASTING = ['site', 'availability'];

/** In the tab with the socket: answers what another one asked. */
export async function serve(lead: Lead, asked: Asked): Promise<void> {
  const { by, channel, link } = lead;
  const { from, name, payload, n, timeoutMs = 0 } = asked;
  const answer: Answer = (key, ...args) =>
    channel.postMessage({ by, to: from, key, args } satisfies Told);
  if (name === undefined) greet(lead, asked, answer);
  else if (n === undefined) link.signal(name, payload);
  else {
    answer('here');
    const ack = await link.request(name, payload, timeoutMs).catch(() => undefined);
    answer('answer', n, ack);
  }
}

type Answer = (key: Told['key'], ...args: unknown[]) => void;

function greet({ options, welcome, since }: Lead, { token }: Asked, answer: Answer): void {
  const own = welcome?.token ?? options.token;
  // Somebody else at this browser, or nobody can tell: no word of one reaches the other.
  if (token !== undefined && token !== own) answer('other');
  else if (!welcome) answer('here');
  else {
    answer('opened', { ...welcome, token: own });
    // What the welcome says of the site, and who is there, may have changed.
    for (const kind of LASTING) if (since[kind]) answer('message', ...since[kind]);
  }
}

/** In a tab without a socket: speaks through the one that has it, and takes its place when it is gone. */
export function follow({ name, options, handlers, lead, alone }: Place): Link {
  const channel = new BroadcastChannel(name);
  const from = Math.random();
  const end = new AbortController();
  const unanswered = new Map<number, (ack?: Ack) => void>();
  let leader: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let count = 0;

  const wait = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };
  const say = (said: Partial<Asked>) =>
    channel.postMessage({ from, token: options.token, ...said } satisfies Asked);
  const ask = (said: Partial<Asked> = {}) => {
    say(said);
    wait(PATIENCE_MS, () => (leader === undefined ? queue({ steal: true }) : handlers.lost()));
  };
  const signal = (name: string, payload: unknown) => say({ name, payload });

  function leave(): void {
    clearTimeout(timer);
    end.abort();
    channel.close();
    for (const settle of unanswered.values()) settle();
  }

  /** Leads once the lock is ours: at once, unless there is something to catch up first. */
  function queue(how: LockOptions): void {
    const take = () => {
      if (leader !== undefined) return handlers.lost();
      leave();
      return lead();
    };
    const failed = (why: unknown) => void (why === end.signal.reason || handlers.lost());
    navigator.locks.request(name, how, take).catch(failed);
  }

  const hear: Record<Told['key'], (...args: never[]) => void> = {
    ...handlers,
    here() {},
    other() {
      leave();
      alone();
    },
    opened(welcome: unknown) {
      handlers.opened(welcome);
      if (!globalThis.document?.hidden) signal('context:set', options.context);
    },
    answer: (n: number, ack?: Ack) => unanswered.get(n)?.(ack),
  };
  /** Of one leader only, from its welcome on; before it, what is said to all is not for us yet. */
  const isForUs = ({ by, to, key }: Told): boolean =>
    leader === undefined ? to === from : by === leader && (to ?? from) === from && key !== 'opened';
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    // Whether this welcome is ours too, only the one who was welcomed can tell.
    if (data.key === 'opened' && data.to === undefined && leader === undefined) ask();
    if (data.by === undefined || !isForUs(data)) return;
    if (data.key === 'opened') leader = data.by;
    wait(leader === undefined ? PATIENCE_MS : SILENCE_MS, ask);
    hear[data.key](...(data.args as never[]));
  };
  queue({ signal: end.signal });
  ask();

  return {
    request: (name, payload, timeoutMs) =>
      new Promise((resolve, reject) => {
        const n = ++count;
        unanswered.set(n, (ack) => {
          unanswered.delete(n);
          if (ack) resolve(ack);
          else reject(new Error('no answer'));
        });
        ask({ n, name, payload, timeoutMs });
      }),
    signal,
    close: leave,
  };
}

import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type EventFilter, fits } from '../../events/filter.ts';
import type { LogRecord } from '../../events/log.ts';
import type { Parts } from '../parts.ts';

/** What a proxy in between would otherwise take for a dead connection. */
const HEARTBEAT_MS = 15_000;
/** Whoever may not read any more is put out within 5 s, also where that was said at another relay. */
const CHECK_MS = 4000;
/** Streams of one program or agent at a time. */
const STREAMS_MAX = 20;
const BATCH = 200;

interface StreamOptions {
  /** Whose stream it is; each has only so many. */
  who: string;
  after: number;
  filter: EventFilter;
  write(record: LogRecord): string;
  /** Whether the reader still may: asked before everything that is sent. */
  mayRead(): Promise<boolean>;
}

export interface Streams {
  /** Server-sent events from here on; false: this reader has too many already. */
  follow(reply: FastifyReply, options: StreamOptions): boolean;
  /** Sends what comes, no faster than it is read. */
  send(reply: FastifyReply, parts: AsyncIterable<string>): FastifyReply;
  /** Ends them all. */
  stop(): Promise<void>;
}

type Stop = () => Promise<void>;

const HEAD = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Some proxies hold back what they have not been told to pass on.
  'x-accel-buffering': 'no',
};

export function createStreams({ events, log }: Pick<Parts, 'events' | 'log'>): Streams {
  const open = new Map<string, Set<Stop>>();

  function start(reply: FastifyReply, { after, filter, write, mayRead }: StreamOptions): Stop {
    const { raw } = reply.hijack();
    const isWanted = fits(filter);
    const ended = new AbortController();
    raw.on('error', () => {});
    raw.writeHead(200, HEAD).write('retry: 2000\n\n');
    const following = events.follow({
      from: after,
      batch: BATCH,
      async handle(records) {
        const text = records.filter(isWanted).map(write).join('');
        if (text === '' || ended.signal.aborted) return;
        if (!(await mayRead())) raw.end();
        else if (!raw.write(text))
          await once(raw, 'drain', { signal: ended.signal }).catch(() => {});
      },
      onError: (err) => log.error({ err }, 'an event stream failed; trying again'),
    });
    const beat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
    const check = setInterval(async () => {
      if (!(await mayRead().catch(() => true))) raw.end();
    }, CHECK_MS);
    return async () => {
      clearInterval(beat);
      clearInterval(check);
      ended.abort();
      raw.end();
      await (await following).stop();
    };
  }

  return {
    follow(reply, options) {
      const mine = open.get(options.who) ?? new Set();
      open.set(options.who, mine);
      if (mine.size >= STREAMS_MAX) return false;
      const stop = start(reply, options);
      mine.add(stop);
      reply.raw.on('close', () => void stop().then(() => mine.delete(stop)));
      return true;
    },
    // A part is many events: sixteen of them, as many as usual, would be a lot to keep for a slow reader.
    send: (reply, parts) => reply.send(Readable.from(parts, { highWaterMark: 1 })),
    async stop() {
      await Promise.all([...open.values()].flatMap((mine) => [...mine].map((stop) => stop())));
    },
  };
}

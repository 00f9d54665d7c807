import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '@throughline/shared/client';
import type { CloudEvent } from '@throughline/shared/schema';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { StartupError } from '../lib/errors.ts';
import { type Api, type Query, Unavailable } from './api.ts';

/** A relay says every 15 s that it is there. */
const SILENCE_MS = 45_000;

interface FollowOptions {
  query: Query;
  /** A cursor, or `now`. */
  after: string;
  signal: AbortSignal;
  note(line: string): void;
  silenceMs?: number;
}

interface Arrival {
  event: CloudEvent;
  /** Where the next one is behind. */
  cursor: string;
}

type Connection = Required<Omit<FollowOptions, 'note'>> & { onOpen(): void };

/** What one connection brings. A silent one is cut, but not while whoever reads it is busy. */
async function* connect(
  api: Api,
  { query, after, signal, silenceMs, onOpen }: Connection,
): AsyncGenerator<Arrival> {
  const silence = new AbortController();
  const arm = () => setTimeout(() => silence.abort(), silenceMs);
  let timer = arm();
  try {
    const ended = AbortSignal.any([signal, silence.signal]);
    const body = await api.stream(query, { after, signal: ended });
    onOpen();
    const messages = body
      .pipeThrough(new TextDecoderStream())
      // Comments are the heartbeat. A timer that was cleared stays so.
      .pipeThrough(new EventSourceParserStream({ onComment: () => void timer.refresh() }));
    for await (const { id = '', data } of messages) {
      clearTimeout(timer);
      yield { event: JSON.parse(data) as CloudEvent, cursor: id };
      timer = arm();
    }
  } catch (cause) {
    throw cause instanceof StartupError ? cause : new Unavailable('cut off', { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** "Now" is when it was asked for, also for a second connection if the first brought nothing. */
const placeOf = async (api: Api, after: string): Promise<string> =>
  after === 'now' ? (await api.page({ after, limit: '1' })).next : after;

/**
 * Every event behind the cursor and then what comes, each once, over however many connections it takes.
 * Ends with the signal.
 *
 * @throws StartupError when the first connection fails, or a later one for good
 */
export async function* follow(api: Api, options: FollowOptions): AsyncGenerator<Arrival> {
  const { query, signal, note, silenceMs = SILENCE_MS } = options;
  let after = await placeOf(api, options.after);
  let attempt = -1;
  const onOpen = () => {
    note(attempt < 0 ? `Connected to ${api.url}` : 'Connected again.');
    attempt = 0;
  };
  while (!signal.aborted) {
    try {
      for await (const arrival of connect(api, { query, after, signal, silenceMs, onOpen })) {
        yield arrival;
        after = arrival.cursor;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (attempt < 0 || !(error instanceof Unavailable)) throw error;
    }
    if (attempt === 0) note('The connection was lost; trying again.');
    const waitMs = backoffMs({ attempt: attempt++, hidden: false, online: true }, Math.random());
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

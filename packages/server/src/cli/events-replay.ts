import type { CloudEvent } from '@throughline/shared/schema';
import { readCursor, writeCursor } from '../lib/cursor.ts';
import { StartupError, UsageError } from '../lib/errors.ts';
import {
  type Api,
  apiOptions,
  connectApi,
  type EventPage,
  FILTERS,
  filterOptions,
  type Query,
  readFilter,
} from './api.ts';
import { shortName, toSafeJson } from './event-line.ts';
import { deliver, FORWARDING, forwardOptions, readReceiver } from './forward.ts';
import type { Call, Command } from './invocation.ts';
import { stopSignal } from './stop-signal.ts';

const TRIES = 3;
const PAGE = 200;
const UNITS_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h` before now, or a time; undefined where it is neither. */
function readSince(given: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  if (count) return now - Number(count) * (UNITS_MS[unit] ?? 0);
  // What is no ISO time would still be one to `Date.parse`: it takes "10" for a month.
  const at = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Behind which event of the log to begin, halving the log until it is found. */
async function placeBefore(api: Api, sinceMs: number): Promise<string> {
  const { next } = await api.page({ after: 'now', limit: '1' });
  let [low, high] = [0, readCursor(next)?.position ?? 0];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = (await api.page({ after: String(middle), limit: '1' })).data;
    if (event && Date.parse(event.time) < sinceMs) low = Number(event.sequence);
    else high = middle;
  }
  return String(low);
}

/** Where to begin, once it is known that the relay answers. */
function readStart({ after, since }: Call['values']): (api: Api) => Promise<string> {
  if ((after === undefined) === (since === undefined))
    throw new UsageError('Name where to begin: --after CURSOR, or --since 2h, or --after 0.');
  if (since === undefined) return async () => String(after);
  const sinceMs = readSince(String(since), Date.now());
  if (sinceMs === undefined)
    throw new UsageError('--since takes 90s, 15m, 2h, 3d or a time such as 2026-05-04T09:30:00Z.');
  return (api) => placeBefore(api, sinceMs);
}

/** The log as far as it goes. */
async function* readPages(api: Api, query: Query, start: string): AsyncGenerator<EventPage> {
  for (let after = start, hasMore = true; hasMore; ) {
    const page = await api.page({ ...query, after, limit: String(PAGE) });
    yield page;
    ({ next: after, hasMore } = page);
  }
}

/** Behind this event, in this log and no other. */
const placeAfter = ({ sequence }: CloudEvent, { next }: EventPage): string =>
  writeCursor({ epoch: readCursor(next)?.epoch ?? '', position: Number(sequence) });

/** What is done with each event; false: it was told to stop. Throws when it could not be done. */
function readGiver(call: Call, signal: AbortSignal): (event: CloudEvent) => Promise<boolean> {
  if (call.values['forward-to'] === undefined)
    return async (event) => {
      call.print(toSafeJson(event));
      return true;
    };
  const receiver = readReceiver(call);
  return async (event) => {
    const isTaken = await deliver(event, { receiver, tries: TRIES, signal }, call);
    if (isTaken || signal.aborted) return isTaken;
    const what = `${shortName(event)} ${event.id}`;
    throw new StartupError(`The receiver did not take ${what} in ${TRIES} tries.`);
  };
}

async function replay(call: Call): Promise<number> {
  const query = readFilter(call.values);
  const findStart = readStart(call.values);
  const api = connectApi(call);
  const signal = stopSignal();
  const give = readGiver(call, signal);
  let place = await findStart(api);
  let count = 0;
  let isFound = false;
  try {
    for await (const page of readPages(api, query, place)) {
      isFound = true;
      for (const event of page.data) {
        if (signal.aborted || !(await give(event))) return 1;
        place = placeAfter(event, page);
        count++;
      }
      place = page.next;
    }
    return 0;
  } finally {
    // In one word: a place may begin with a dash.
    if (isFound) call.note(`${count} events. To go on from here: --after=${place}`);
  }
}

export const replayEvents: Command = {
  about: 'Print what happened, or deliver it again, in order.',
  takes: `--after CURSOR | --since 2h [${FORWARDING}] [--json]\n${FILTERS} [--url URL]`,
  options: {
    ...apiOptions,
    ...filterOptions,
    ...forwardOptions,
    after: { type: 'string' },
    since: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: replay,
};

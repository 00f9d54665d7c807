import { setImmediate as nextTurn } from 'node:timers/promises';
import type { eventsQuery, PiiLevel, Schema, Scope, Valid } from '@throughline/shared/schema';
import type { FastifyReply } from 'fastify';
import { forPeople } from '../../contacts/queries.ts';
import { toCloudEvent } from '../../events/cloud-event.ts';
import type { EventFilter } from '../../events/filter.ts';
import type { LogRecord } from '../../events/log.ts';
import { type EventPage, readPage } from '../../events/page.ts';
import { readCursor, writeCursor } from '../../lib/cursor.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './callers.ts';
import * as contract from './contract/events.ts';
import { type Call, type Route, type Shape, scoped, send } from './route.ts';
import type { Streams } from './streams.ts';

/** Records turned into text at a time: the relay does something else in between. */
const BATCH = 200;
/** Of events in one page: long messages make it come back short, and not fill the memory. */
const PAGE_CHARS = 2_000_000;

/** What a reader asked for, looked up. */
interface Request {
  after: number;
  filter: EventFilter;
  /** The caller's id. */
  who: string;
  write(record: LogRecord): string;
  mayRead(): Promise<boolean>;
}

/** Reading is no event; that somebody begins to take all of it is for the operator to know. */
const isNews = (name: string, after: number): boolean =>
  after === 0 || name !== contract.listEvents.name;

/** Everything that happens, read with a cursor: nobody needs a public address to receive it. */
export function eventRoutes(parts: Parts, streams: Streams): Route[] {
  const { events, source, log } = parts;
  const cursorAt = (position: number) => writeCursor({ epoch: events.epoch, position });

  /** The offset to go on from, or what is wrong with it. */
  async function placeOf(after: string): Promise<number | 'bad_cursor' | 'log_replaced'> {
    if (after === 'now') return events.head();
    const at = /^\d{1,20}$/.test(after)
      ? { epoch: events.epoch, position: Number(after) }
      : readCursor(after);
    if (!at) return 'bad_cursor';
    const isOurs = at.epoch === events.epoch && at.position <= (await events.last());
    return isOurs ? at.position : 'log_replaced';
  }

  const reading = <Q extends typeof eventsQuery, A extends Schema>(
    shape: Shape<Schema, Q & Schema, A> & { scope: Scope },
    from: string,
    handle: (
      call: Call<unknown, Valid<Q>>,
      request: Request,
    ) => FastifyReply | Promise<FastifyReply>,
  ): Route =>
    scoped(shape, async (call, caller) => {
      const { types, conversation, contact, site, after: given } = call.query;
      const resumed = call.request.headers['last-event-id'];
      const after = await placeOf(typeof resumed === 'string' ? resumed : (given ?? from));
      if (typeof after === 'string') return send(call.reply, after);
      const { who, pii, shown } = rightsOf(caller);
      if (isNews(shape.name, after)) log.info({ by: who, how: shape.name }, 'the log is read');
      return handle(call, {
        after,
        who,
        filter: { types, conversation, contact, site },
        write: (record) => JSON.stringify(toCloudEvent(shown(record), { source, pii })),
        mayRead: () => mayStill(parts, caller),
      });
    });

  /** The log up to where its head was when it was asked for, a line an event. */
  async function* lines({ after, filter, write }: Request) {
    const until = await events.head();
    for (let at = after; at < until; ) {
      const page = await readPage(events, { after: at, limit: BATCH, filter });
      const records = page.records.filter(({ offset }) => offset <= until);
      if (records.length > 0) yield `${records.map(write).join('\n')}\n`;
      at = page.hasMore ? page.offset : until;
      await nextTurn();
    }
  }

  return [
    reading(
      contract.listEvents,
      '0',
      async ({ query: { limit }, reply }, { after, filter, write }) => {
        const page = await readPage(events, { after, filter, limit });
        const { texts, offset, hasMore } = fitting(page, write);
        // Put together by hand: every event is turned into text once, and not walked through again.
        const rest = JSON.stringify({ next: cursorAt(offset), hasMore });
        const text = `{"data":[${texts.join(',')}],${rest.slice(1)}`;
        return reply.type('application/json').send(text);
      },
    ),

    reading(contract.exportEvents, '0', async ({ reply }, request) =>
      streams.send(reply.type('application/x-ndjson'), lines(request)),
    ),

    reading(contract.streamEvents, 'now', ({ reply }, { write, ...request }) => {
      const isOpen = streams.follow(reply, {
        ...request,
        write: (record) =>
          `id: ${cursorAt(record.offset)}\nevent: ${record.type}\ndata: ${write(record)}\n\n`,
      });
      return isOpen ? reply : send(reply, 'too_many_streams');
    }),
  ];
}

/** As much of a page as one answer has room for, as text; at least one event. */
function fitting({ records, ...page }: EventPage, write: Request['write']) {
  const texts: string[] = [];
  let room = PAGE_CHARS;
  let offset = 0;
  for (const record of records) {
    if (room <= 0) return { texts, offset, hasMore: true };
    const text = write(record);
    texts.push(text);
    room -= text.length;
    ({ offset } = record);
  }
  return { texts, ...page };
}

interface Rights {
  who: string;
  pii: PiiLevel;
  shown(record: LogRecord): LogRecord;
}

/** An agent sees the people anyway; a program what it was given to see. */
const rightsOf = (caller: Caller): Rights =>
  caller.kind === 'bot'
    ? { who: caller.key.id, pii: caller.key.pii, shown: (record) => record }
    : { who: caller.agent.id, pii: 'content', shown: forPeople };

/** A stream outlives the look at who asked for it: a key is revoked meanwhile, an agent signs out. */
async function mayStill({ keys, sessions }: Parts, caller: Caller): Promise<boolean> {
  if (caller.kind === 'bot') return keys.isGood(caller.key.id);
  const { tokenHash } = caller.session;
  return (await sessions.stillValid([tokenHash])).has(tokenHash);
}

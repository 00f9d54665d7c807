import { randomUUIDv7 } from 'node:crypto';
import type { Conversations } from '../conversations/commands.ts';
import { type Conversation, isQuiet, type Queries } from '../conversations/queries.ts';
import type { LogRecord } from '../events/log.ts';
import { idFrom } from '../lib/id-from.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { aroundOf, scopeFor } from './begin.ts';
import type { BotsParts } from './parts.ts';

export interface JourneysParts extends BotsParts {
  conversations: Pick<Conversations, 'run' | 'startWith'>;
  queries: BotsParts['queries'] & Pick<Queries, 'lastRun'>;
}

type FlowInForce = Extract<BotInForce, { kind: 'flow' }>;
type Happened = LogRecord<'event.tracked'>;

/** What happened longer ago, while nobody could begin with it, is over. */
const PENDING_MS = 7 * 86_400_000;

/** After these a contact may have a conversation in which nobody talks any more. */
const FREEING: ReadonlySet<string> = new Set([
  ...['event.tracked', 'conversation.resolved'],
  ...['conversation.assigned', 'bot.completed'],
]);

const SYSTEM = { kind: 'system', id: 'journeys' } as const;

/** Ends what was promised until something happens. */
async function keepPromises(
  { id, contact, time, data }: Happened,
  { queries, conversations }: JourneysParts,
): Promise<void> {
  if (!('name' in data) || contact === null) return;
  const event = { name: data.name, time: data.occurredAt ?? time };
  for (const { id: conversation, promises } of await queries.rowsOf(contact))
    for (const { id: promise, keptWhen } of promises)
      if (keptWhen === event.name)
        await conversations.run(SYSTEM, 'promise:keep', {
          ...{ id: idFrom(id, promise), conversation, promise, event },
        });
}

/** What a flow has not begun with yet, and might. */
async function pendingFor(
  contact: string,
  { id, flow: { on, reentryMs } }: FlowInForce,
  { queries, now }: JourneysParts,
): Promise<Happened | undefined> {
  if (on === undefined) return undefined;
  const last = await queries.lastRun(contact, id);
  const from = Math.max(now() - PENDING_MS, last ? last.time + reentryMs : 0);
  return queries.happened(contact, { names: [on], after: last?.offset ?? 0, from });
}

/** Where nobody talks; undefined: somebody does, and what has happened waits until they are done. */
function placeIn(rows: Conversation[], contact: string, made: string) {
  const open = rows.filter(({ status }) => status !== 'resolved');
  const quiet = open.find(isQuiet);
  if (quiet) return { row: quiet, isNew: false };
  const site = rows[0]?.site;
  return open.length > 0 ? undefined : { row: { id: made, contact, site, tags: [] }, isNew: true };
}

/** Begins a flow with what has happened, in a conversation of the contact's, or in a new one. */
async function beginWith(event: Happened, bot: FlowInForce, parts: JourneysParts): Promise<void> {
  const { queries, conversations } = parts;
  const { contact, site } = event;
  if (contact === null || site === null) return;
  const key = (what: string): string => idFrom(event.id, bot.id, what);
  const rows = await queries.rowsOf(contact);
  const isRunning = rows.some(({ bot: run }) => run?.bot === bot.id && run.outcome === null);
  const place = placeIn(rows, contact, key('conversation'));
  if (isRunning || !place) return;
  const row = { ...place.row, site: place.row.site ?? site };
  const scope = await scopeFor(row, aroundOf(parts));
  if (bot.flow.when && bot.flow.when.evaluate(scope({})) !== true) return;
  const cause = { id: event.id, depth: (event.cause?.depth ?? 0) + 1 };
  const who = { kind: 'bot', id: `flow:${bot.id}`, name: bot.name, cause } as const;
  if (place.isNew)
    await conversations.startWith(who, { id: key('start'), conversation: row.id, contact });
  await conversations.run(who, 'bot:begin', {
    ...{ id: randomUUIDv7(), conversation: row.id, run: key('run') },
    ...{ bot: bot.id, version: bot.version },
    event: { events: [bot.flow.on ?? ''], since: event.offset - 1 },
  });
}

const isFlow = (bot: BotInForce): bot is FlowInForce => bot.kind === 'flow';

/** Looks for what a contact's flows have not begun with yet: also for what came while somebody talked. */
async function consider(contact: string, parts: JourneysParts): Promise<void> {
  for (const bot of parts.crew.speaking().filter(isFlow)) {
    const event = await pendingFor(contact, bot, parts);
    if (event) await beginWith(event, bot, parts);
  }
}

/**
 * What the business's programs say has happened keeps promises and begins flows. Whatever is taken twice has
 * the same ids, and one effect.
 */
export const followJourneys =
  (parts: JourneysParts) =>
  async (records: LogRecord[]): Promise<void> => {
    for (const record of records)
      if (record.type === 'event.tracked' && record.actor.kind === 'bot')
        await keepPromises(record as Happened, parts);
    const mayBegin = parts.crew.speaking().some((bot) => isFlow(bot) && bot.flow.on !== undefined);
    if (!mayBegin) return;
    const touched = records.filter(({ type }) => FREEING.has(type));
    for (const contact of new Set(touched.flatMap((record) => record.contact ?? [])))
      await consider(contact, parts);
  };

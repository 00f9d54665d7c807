import { activePages } from '../conversations/active.ts';
import { botHasFloor, type Conversation, openSuggestion } from '../conversations/queries.ts';
import type { Follows } from '../events/keep-up.ts';
import type { LogRecord } from '../events/log.ts';
import { createClockwork } from '../lib/clockwork.ts';
import { createTurnstile } from '../lib/turnstile.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { type Advising, createAdvising } from './advising.ts';
import { aroundOf, beginning } from './begin.ts';
import type { BotsParts } from './parts.ts';
import { begin, end, giveUp } from './speak.ts';
import { type Step, stepOf } from './step.ts';
import { createThinking, type Happened, type Thinking } from './thinking.ts';
import type { Led } from './turn.ts';

export interface Bots extends Follows {
  /**
   * Whether a bot answers a conversation, is about to, or has done so since its row was read; it begins
   * where it may. Never fails.
   */
  claims(row: Conversation): Promise<boolean>;
  /** Turns a bot is thinking about. */
  thinking(bot: string): number;
  stop(): Promise<void>;
}

const LATER_MS = 1000;

/** After these a bot may have to speak, or may not any more. */
const TOUCHING: ReadonlySet<string> = new Set([
  ...['message.created', 'message.action_clicked', 'form.submitted'],
  ...['bot.started', 'bot.completed', 'suggestion.made', 'approval.decided'],
  ...['conversation.assigned', 'conversation.resolved', 'conversation.snoozed'],
]);

/** The same of all conversations of a contact. */
const TOUCHING_ALL: ReadonlySet<string> = new Set(['contact.blocked', 'contact.merged']);

type Clockwork = ReturnType<typeof createClockwork>;

/** What a bot that has the floor is asked with. */
interface Found {
  bot: BotInForce | undefined;
  happened: Happened | undefined;
}

/** What it waits for, from where it has waited: nothing that comes before it waits is lost (F15). */
const happenedTo = async (
  { contact, bot: { events, since } }: Led,
  { queries }: BotsParts,
): Promise<Happened | undefined> =>
  events.length > 0 ? queries.happened(contact, { names: events, after: since }) : undefined;

interface Minds {
  thinking: Thinking;
  advising: Advising;
  clockwork: Clockwork;
}

/** Looks at one conversation, and does what there is to do: from a row to a step, from a step to a command. */
function createLook(parts: BotsParts, { thinking, advising, clockwork }: Minds) {
  const { queries, crew, now } = parts;

  /** Where no bot has the floor: one begins, or says what it would say. */
  async function lookBeside(row: Conversation): Promise<boolean> {
    clockwork.set(row.id, null);
    thinking.forget(row.id);
    if (crew.size > 0 && (await mayBegin(row))) return true;
    const at = await advising.look(row);
    if (at !== null) clockwork.set(row.id, at);
    return false;
  }

  async function mayBegin(row: Conversation): Promise<boolean> {
    const bots = crew.speaking();
    const found = await beginning(row, { bots, around: aroundOf(parts), recent: queries });
    if (found === 'soon') clockwork.set(row.id, now() + LATER_MS);
    if (!found || found === 'soon') return found === 'soon';
    return (await begin(row.id, found, parts)) && look(row.id);
  }

  /** @returns whether there is more to do at once */
  async function carryOut(row: Led, step: Step, { bot, happened }: Found): Promise<boolean> {
    if (step.do === 'rest') clockwork.set(row.id, step.dueAt);
    if (step.do === 'ask' && bot) {
      const event = step.reason === 'event' ? happened : undefined;
      thinking.ask(row, bot, { reason: step.reason, event });
      clockwork.set(row.id, now() + bot.deadlineMs);
    }
    if (step.do === 'give_up') await giveUp(row, thinking.drop(row.id), parts);
    if (step.do !== 'end') return step.do === 'give_up';
    thinking.drop(row.id);
    await end(row, step, parts);
    return true;
  }

  /** No bot speaks to whoever was blocked, or goes on about them. */
  async function silence(row: Conversation): Promise<false> {
    clockwork.set(row.id, null);
    thinking.drop(row.id);
    await advising.hush(row);
    if (botHasFloor(row)) await end(row, { outcome: 'off' }, parts);
    return false;
  }

  /** @returns whether a bot has it */
  async function look(id: string): Promise<boolean> {
    const row = await queries.get(id);
    const asked = row && thinking.of(row);
    if (!asked) thinking.drop(id);
    if (!row) return false;
    if (await queries.isBlocked(row.contact)) return silence(row);
    if (!botHasFloor(row)) return lookBeside(row);
    advising.drop(id);
    const bot = crew.of(row.bot);
    const isOn = bot !== undefined && crew.maySpeak(bot);
    const happened = await happenedTo(row, parts);
    const hasHappened = happened !== undefined;
    const step = stepOf(row, { now: now(), bot, isOn, hasHappened, asked });
    return (await carryOut(row, step, { bot, happened })) ? look(id) : true;
  }

  return look;
}

/** Bots' own follower, like the router beside it (decision 0023). */
export function createBots(parts: BotsParts): Bots {
  const { queries, crew, now, log } = parts;
  const clockwork = createClockwork();
  // Two looks at one conversation at a time would be one too many; turns are no part of it.
  const inTurn = createTurnstile();
  const again = (id: string) => void inTurn(() => lookSafely(id));
  const thinking = createThinking(parts, again);
  const advising = createAdvising(parts, again);
  const look = createLook(parts, { thinking, advising, clockwork });

  /** One that fails keeps nobody else waiting. */
  const lookSafely = (id: string): Promise<boolean> =>
    look(id).catch((err: unknown) => {
      log.error({ err, conversation: id }, 'a bot failed');
      clockwork.set(id, now() + LATER_MS);
      return false;
    });

  const lookAt = (ids: Iterable<string>) => Promise.all([...ids].map(lookSafely));

  const isOther = async ({ id, bot }: Conversation): Promise<boolean> => {
    const since = (await queries.get(id))?.bot;
    return since?.run !== bot?.run || since?.outcome !== bot?.outcome;
  };

  /** Where nothing is published, nothing is looked at but what a bot has begun. */
  const mayConcern = (row: Conversation): boolean =>
    botHasFloor(row) || openSuggestion(row) !== undefined || crew.size > 0;

  async function rebuild(): Promise<void> {
    await crew.refresh();
    for await (const rows of activePages(queries))
      await lookAt(rows.filter(mayConcern).map(({ id }) => id));
  }

  /** Conversations where a bot waits for what has happened, or has to stop because of it. */
  async function concernedBy({ type, contact, actor, data }: LogRecord): Promise<string[]> {
    if (TOUCHING_ALL.has(type) && contact !== null)
      return (await queries.rowsOf(contact)).filter(mayConcern).map(({ id }) => id);
    if (type !== 'event.tracked' || actor.kind !== 'bot' || contact === null) return [];
    const name = 'name' in data ? data.name : '';
    const rows = await queries.rowsOf(contact);
    return rows.flatMap((row) =>
      botHasFloor(row) && row.bot.events.includes(String(name)) ? [row.id] : [],
    );
  }

  async function hear(records: LogRecord[]): Promise<void> {
    if (records.some(({ type }) => type === 'config.published' || type === 'bot.switched'))
      return rebuild();
    // What the last bots had was let go of when they were withdrawn.
    if (crew.size === 0) return;
    const touched = records.filter(({ type }) => TOUCHING.has(type));
    const ids = new Set(touched.flatMap(({ conversation }) => conversation ?? []));
    for (const record of records) for (const id of await concernedBy(record)) ids.add(id);
    await lookAt(ids);
  }

  return {
    rebuild: () => inTurn(rebuild),
    hear: (records) => inTurn(() => hear(records)),
    tick: () => inTurn(async () => void (await lookAt(clockwork.due(now())))),
    claims: (row) => inTurn(async () => (await lookSafely(row.id)) || (await isOther(row))),
    thinking: (bot) => thinking.count(bot) + advising.count(bot),
    async stop() {
      await Promise.all([thinking.stop(), advising.stop()]);
    },
  };
}

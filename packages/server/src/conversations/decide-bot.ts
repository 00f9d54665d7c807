import type { SupersededWhy } from '@throughline/shared/schema';
import { idFrom } from '../lib/id-from.ts';
import { botHasFloor, isActive, mayBeAtWork } from '../store/holder.ts';
import type { BotRun, Conversation, Fact as Known } from '../store/store.ts';
import { askRating } from './ask.ts';
import { requested } from './decide-answers.ts';
import { requestApproval } from './decide-approval.ts';
import { record } from './decide-facts.ts';
import { makePromise, withdrawPromises } from './decide-promises.ts';
import {
  type BotBegin,
  type BotTurn,
  type Decide,
  type Decision,
  type Fact,
  refuse,
  type Subject,
} from './decision.ts';
import { actorOf, type Principal } from './policy.ts';

/** Messages in a row without a word of the visitor; whoever says more talks to nobody. */
const WORDS_MAX = 4;
/** Turns a bot may take by itself, for a time or an answer of a system. */
const TURNS_MAX = 8;
/** Times a bot may give it to a bot before people get it. */
const HOPS_MAX = 3;

/** A person takes over: the bot says nothing more. */
export const endBot = (row: Pick<Conversation, 'bot'>): Fact[] =>
  botHasFloor(row) ? [{ type: 'bot.completed', data: { run: row.bot.run, outcome: 'taken' } }] : [];

/** The matter is closed: how it was is asked, and nothing is owed any more. */
export const closing = ({ row, site }: Subject): Fact[] => [
  { type: 'conversation.resolved', data: {} },
  ...askRating(site),
  ...withdrawPromises(row),
];

/** One bot at most, before anybody has the matter, and before it waits for a person. */
export const mayBegin = (row: Conversation): boolean =>
  isFree(row) && row.bot === null && row.epoch === row.episode.epoch;

/** Nobody has it, and nobody is about to. */
const isFree = (row: Conversation): boolean =>
  isActive(row) &&
  !botHasFloor(row) &&
  row.assignee === null &&
  row.waiting === null &&
  row.offer === null;

/** Nobody talks in it: what has happened may begin something there. */
export const isQuiet = (row: Conversation): boolean => isFree(row) && row.unansweredSince === null;

const started = (
  { run, bot, version, event }: BotBegin,
  more: Pick<BotRun, 'goal' | 'hops'> & { reason: NonNullable<BotRun['reason']> },
): Fact => ({ type: 'bot.started', data: { run, bot, version, ...more, ...event } });

type OfTurn = Pick<BotTurn, 'run' | 'visit'>;

const isNow = (row: Conversation, { run, visit }: OfTurn): row is Conversation & { bot: BotRun } =>
  isActive(row) && botHasFloor(row) && row.bot.run === run && row.bot.visit === visit;

/** Why a turn counts no more. */
function objectionTo(row: Conversation, turn: BotTurn): SupersededWhy | undefined {
  const { bot } = row;
  if (isNow(row, turn)) {
    const isUnheard = row.bot.unheard !== null && row.bot.unheard.seq > turn.heard;
    // What waits for a person, or was allowed by one, is not done anew because of a word.
    const isFinal = turn.final || turn.approval !== undefined || mayBeAtWork(row);
    return isUnheard && !isFinal ? 'message' : undefined;
  }
  if (row.status === 'resolved') return 'closed';
  if (bot?.run !== turn.run) return 'late';
  if (bot.outcome === null) return bot.visit === turn.visit ? 'taken' : 'message';
  return bot.outcome === 'taken' || bot.outcome === 'off' ? bot.outcome : 'late';
}

const spent = ({ usage, trace }: Pick<BotTurn, 'usage' | 'trace'>) => ({
  ...(usage && { usage }),
  ...(trace && { trace }),
});

const wordsOf = (acts: BotTurn['acts']): string[] =>
  acts.flatMap((act) => (act.do === 'say' ? [act.text] : []));

/** What it cost, and nothing of what it was about. */
const wordless = (turn: BotTurn): BotTurn => ({ ...turn, acts: [], trace: undefined });

/** Nothing of it took effect; whoever looks sees what it would have said. */
const superseded = (turn: BotTurn, why: SupersededWhy): Fact => {
  const { run, visit, acts } = turn;
  return {
    type: 'bot.superseded',
    data: { run, visit, why, draft: wordsOf(acts), ...spent(turn) },
  };
};

/** The message whose block waits for an answer, where the last one does. */
function askedBy(said: Fact[], before: string | null): string | null {
  const last = said.at(-1);
  if (!last) return before;
  const block = last.type === 'message.created' ? last.data.block : undefined;
  return block?.kind === 'form' || block?.kind === 'replies' ? (last.id ?? null) : null;
}

interface Leading {
  said: Fact[];
  /** What it had asked before. */
  before: string | null;
  now: number;
}

/** Where the turn leads; it answers the command. */
function leadsTo(turn: BotTurn, { said, before, now }: Leading): Fact {
  const { run, visit, next, heard, since, state } = turn;
  if (next.do === 'wait') {
    const until = next.timeoutMs === undefined ? null : now + next.timeoutMs;
    const { events = [] } = next;
    const waiting = { ...(events.length > 0 && { events }), ...(since !== undefined && { since }) };
    const data = { run, visit: visit + 1, heard, asked: askedBy(said, before), until, state };
    return { type: 'bot.advanced', data: { ...data, ...waiting, ...spent(turn) } };
  }
  if (next.do === 'end') {
    const goal = next.goal && { goal: next.goal };
    return { type: 'bot.completed', data: { run, outcome: 'ended', ...goal, ...spent(turn) } };
  }
  const { do: _, reason, queue, summary } = next;
  const where = { reason, ...(queue !== undefined && { queue }), ...(summary && { summary }) };
  return { type: 'bot.completed', data: { run, outcome: 'routed', ...where, ...spent(turn) } };
}

const saidBy = (who: Principal, { id: turn, acts }: BotTurn): Fact[] =>
  acts.flatMap((act, i): Fact[] => {
    if (act.do !== 'say') return [];
    const { text, block } = act;
    const id = idFrom(turn, String(i));
    const data = { text, ...(block && { block }) };
    return [{ id, by: actorOf(who), type: 'message.created', data }, ...requested(id, block)];
  });

const promisedBy = (who: Principal, { acts, run }: BotTurn): Fact[] =>
  acts.flatMap((act) =>
    act.do === 'promise' ? [{ ...makePromise({ ...act, run }), by: actorOf(who) }] : [],
  );

interface Noting {
  who: Principal;
  now: number;
  known: Known[];
}

/** Where there is no room for a fact, the conversation goes on without it. */
function notedBy({ acts }: BotTurn, { who, now, known }: Noting) {
  const facts = acts.flatMap((act) => (act.do === 'note' ? [act.fact] : []));
  const noted =
    facts.length > 0 ? record(facts, { known, who, now, field: 'acts' }) : { facts: [] };
  if ('refuse' in noted) return { told: [] };
  const told = noted.facts.map((fact): Fact => ({ ...fact, by: actorOf(who) }));
  return { told, ...(noted.said && { said: noted.said }) };
}

const approvalOf = (turn: string): string => idFrom(turn, 'approval');

/** What it asks a person for belongs to the turn: both take effect, or neither. */
function askedFor(row: Conversation, { approval, next }: BotTurn, now: number): Decision {
  if (!approval || !row.bot || next.do !== 'wait') return { facts: [] };
  return requestApproval(row, { ...approval, bot: row.bot.bot }, now);
}

/** All a page is told of it: that people are asked for, and not why. */
const forPeople: Fact = { type: 'handoff.requested', data: {} };

/** A turn that still counts, as a whole. */
function carriedOut(
  subject: Subject,
  turn: BotTurn,
  { who, now }: { who: Principal; now: number },
): Decision {
  const request = askedFor(subject.row, turn, now);
  if ('refuse' in request) return request;
  const said = saidBy(who, turn);
  const { told, ...kept } = notedBy(turn, { who, now, known: subject.said ?? [] });
  const isClosed = turn.next.do === 'end' && turn.next.resolve;
  return {
    facts: [
      leadsTo(turn, { said, before: subject.row.bot?.asked ?? null, now }),
      ...said,
      ...told,
      ...promisedBy(who, turn),
      ...request.facts.map(
        (fact): Fact => ({ ...fact, id: approvalOf(turn.id), by: actorOf(who) }),
      ),
      ...(turn.next.do === 'hand_off' ? [forPeople] : []),
      ...(isClosed ? closing(subject) : []),
    ],
    ...kept,
    ...(isClosed && { timer: { clear: true as const } }),
  };
}

/** Whoever says too much by itself, or goes round, is not asked again: people are. */
const isGuarded = ({ alone }: BotRun, { acts }: BotTurn): boolean =>
  alone.words + wordsOf(acts).length > WORDS_MAX || alone.turns >= TURNS_MAX;

type Name = 'bot:begin' | 'bot:act' | 'bot:end' | 'bot:give_up' | 'conversation:hand_back';

export const decideBots: { [N in Name]: Decide<N> } = {
  'bot:begin': ({ row }, begin) => {
    const reason = begin.event ? 'event' : 'begun';
    const may = begin.event ? isQuiet(row) : mayBegin(row);
    return may
      ? { facts: [started(begin, { reason, goal: null, hops: 0 })] }
      : refuse('wrong_status');
  },

  /** What is late, or comes twice, says nothing, and is seen by whoever asks what became of it. */
  'bot:act': (subject, turn, context) => {
    const { row } = subject;
    const why = subject.isBlocked ? 'off' : objectionTo(row, turn);
    if (why) return { facts: [superseded(subject.isErased ? wordless(turn) : turn, why)] };
    if (!(botHasFloor(row) && isGuarded(row.bot, turn))) return carriedOut(subject, turn, context);
    const { run } = turn;
    const over: Fact = {
      type: 'bot.completed',
      data: { run, outcome: 'routed', reason: 'guard' },
    };
    return { facts: [superseded(turn, 'guard'), over, forPeople] };
  },

  'bot:end': ({ row, isBlocked, isErased }, end) => {
    if (!isNow(row, end)) return refuse('wrong_status');
    const { run, outcome, failure, after } = end;
    const hops = row.bot.hops + 1;
    const next = hops > HOPS_MAX || isBlocked ? undefined : after;
    const reason = after && hops > HOPS_MAX ? 'guard' : end.reason;
    const data = { run, outcome, ...(failure && { failure }), ...(reason && { reason }) };
    const { goal } = row.bot;
    return {
      facts: [
        {
          type: 'bot.completed',
          data: { ...data, ...spent(isErased ? { usage: end.usage } : end) },
        },
        ...(next ? [started(next, { reason: 'fallback', goal, hops })] : []),
        ...(next || isBlocked ? [] : [forPeople]),
      ],
    };
  },

  /** One that is over already leaves what it cost. */
  'bot:give_up': ({ row, isErased }, turn) => {
    const isOver = !isNow(row, turn);
    if (isOver && !turn.usage) return refuse('wrong_status');
    const { run, visit, draft } = turn;
    const said = isErased
      ? spent({ usage: turn.usage })
      : { ...(draft && { draft }), ...spent(turn) };
    const data = { run, visit, ...said };
    const why = isOver ? 'late' : 'message';
    return { facts: [{ type: 'bot.superseded', data: { ...data, why } }] };
  },

  /** The floor moves: whoever had it, or was offered it, has it no more. */
  'conversation:hand_back': ({ row, owner, bot }, { id, bot: name, goal }) => {
    if (!isActive(row)) return refuse('wrong_status');
    if (!bot) return refuse('not_found', 'bot');
    if (!bot.on) return refuse('bot_off');
    const begin = { run: idFrom(id, 'run'), bot: name, version: bot.version };
    const previous = owner ? { id: owner.id, name: owner.name } : null;
    const moved = { assignee: null, previous, epoch: row.epoch + 1 };
    return {
      facts: [
        started(begin, { reason: 'handed_back', goal, hops: 0 }),
        ...endBot(row),
        { type: 'conversation.assigned', data: moved },
      ],
    };
  },
};

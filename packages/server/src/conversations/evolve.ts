import { type EventType, isTombstone } from '@throughline/shared/schema';
import { botHasFloor } from '../store/holder.ts';
import type { Advice, BotRun, Conversation, LogRecord, Service } from '../store/store.ts';

type Change = Partial<Conversation>;
type Evolve<T extends EventType> = (row: Conversation, record: LogRecord<T>) => Change;

const PREVIEW_CHARS = 140;

/** First line of a list row: one line, cut. */
export const preview = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, PREVIEW_CHARS).toWellFormed();

/** What it says; where there is nothing but files, their names. */
export const wordsOf = (data: LogRecord<'message.created'>['data']): string =>
  isTombstone(data) ? '' : data.text || (data.attachments ?? []).map(({ name }) => name).join(', ');

const FRESH: Service = { queue: null, need: {}, answered: false, breached: null, broken: null };

/** Neither in a queue nor with anybody to decide. */
const AT_REST: Change = { waiting: null, offer: null, parked: false };

type Approval = NonNullable<Conversation['approval']>;

const approvalIs = ({ approval }: Conversation, id: string, change: Partial<Approval>): Change =>
  approval?.id === id ? { approval: { ...approval, ...change } } : {};
/** Another matter: a bot may begin anew, and sees nothing from before. */
const anew = ({ seq, pub, epoch }: Conversation): Change => ({
  bot: null,
  advice: null,
  episode: { seq, pub, epoch },
});

/** The visitor does something: a bot that has the floor has to hear it. */
function listening(row: Conversation, { seq, time }: Pick<LogRecord, 'seq' | 'time'>): Change {
  if (row.status === 'resolved') return anew(row);
  if (!botHasFloor(row)) return {};
  const firstAt = row.bot.unheard?.firstAt ?? time;
  const unheard = { seq: seq ?? row.seq, firstAt, lastAt: time };
  return { bot: { ...row.bot, unheard, alone: { turns: 0, words: 0 } } };
}

const speaking = (bot: BotRun): BotRun => ({
  ...bot,
  alone: { ...bot.alone, words: bot.alone.words + 1 },
});

const suggestionIs = (
  advice: Advice | null,
  id: string,
  change: Partial<NonNullable<Advice['suggestion']>>,
): Change =>
  advice?.suggestion?.id === id
    ? { advice: { ...advice, suggestion: { ...advice.suggestion, ...change } } }
    : {};

type Started = Pick<BotRun, 'run' | 'bot' | 'version' | 'goal' | 'hops' | 'since'> & {
  events?: string[] | undefined;
  reason: NonNullable<BotRun['reason']>;
  seq: number;
};

/** What was said before a person gives it back was said to them; who follows another bot hears what that missed. */
function begun({ bot: before, episode }: Conversation, { seq, ...data }: Started): BotRun {
  const { events = [], ...started } = data;
  const isNews = started.reason === 'handed_back' || started.reason === 'event';
  const follows = started.reason === 'fallback' && before;
  return {
    ...started,
    visit: 0,
    heard: isNews ? seq : (before?.heard ?? episode.seq),
    events,
    unheard: follows ? before.unheard : null,
    cutShort: 0,
    alone: follows ? before.alone : { turns: 0, words: 0 },
    ...{ asked: null, until: null, state: null, outcome: null, queue: null },
  };
}

/**
 * What each event makes of its conversation's row. The row is nothing but this fold of the log
 * (rule P2): a test rebuilds it from there.
 */
const table: { [T in EventType]?: Evolve<T> } = {
  'message.created': (row, { id, seq, pub, actor, time, data }) => {
    // What the relay asks by itself is nobody's word and nobody's turn.
    if (actor.kind === 'system') return {};
    const lastMessage = { id, text: preview(wordsOf(data)), by: actor.kind };
    if (actor.kind === 'visitor')
      return {
        ...listening(row, { seq, time }),
        lastMessage,
        activeAt: time,
        visitorPub: pub ?? row.visitorPub,
        visitorRead: pub ?? row.visitorRead,
        unansweredSince: row.unansweredSince ?? time,
        status: row.status === 'waiting' ? 'open' : row.status,
      };
    return {
      lastMessage,
      activeAt: time,
      // Only a person's word ends the wait for one.
      ...(actor.kind === 'agent' && {
        unansweredSince: null,
        service: { ...row.service, answered: true, broken: null },
      }),
      ...(actor.kind === 'bot' && botHasFloor(row) && { bot: speaking(row.bot) }),
      status: row.status === 'open' ? 'waiting' : row.status,
    };
  },
  'message.updated': (row, { data }) =>
    !isTombstone(data) && row.lastMessage?.id === data.message
      ? { lastMessage: { ...row.lastMessage, text: preview(data.text) } }
      : {},
  'message.deleted': (row, { data }) =>
    !isTombstone(data) && row.lastMessage?.id === data.message
      ? { lastMessage: { ...row.lastMessage, text: '' } }
      : {},
  // As good as a message: somebody has to look at it.
  'form.submitted': (row, { seq, pub, time }) => ({
    ...listening(row, { seq, time }),
    activeAt: time,
    visitorPub: pub ?? row.visitorPub,
    visitorRead: pub ?? row.visitorRead,
    unansweredSince: row.unansweredSince ?? time,
    status: row.status === 'waiting' ? 'open' : row.status,
  }),
  // Whoever answers has what was asked before them.
  'survey.submitted': (row, { pub }) => ({ visitorRead: pub ?? row.visitorRead }),
  'message.action_clicked': (row, { seq, time, actor }) =>
    actor.kind === 'visitor' ? listening(row, { seq, time }) : {},
  'message.read': (_row, { actor, data }) => {
    if (isTombstone(data)) return {};
    return actor.kind === 'visitor' ? { visitorRead: data.upTo } : { agentRead: data.upTo };
  },
  'conversation.assigned': ({ bot }, { data }) => {
    if (isTombstone(data)) return {};
    const { assignee, epoch } = data;
    const led = assignee && bot ? { bot: { ...bot, queue: null } } : {};
    // Whoever has it now does what a bot wanted to do, or does not.
    return { ...AT_REST, ...led, assignee: assignee?.id ?? null, epoch, approval: null };
  },
  'conversation.queued': (row, { actor, time, data }) => {
    if (isTombstone(data)) return {};
    const { queue, base, rate, need, hold, since } = data;
    // Whoever moves it there does not want it back.
    const declined = actor.kind === 'agent' ? [actor.id] : [];
    return {
      waiting: { queue, base, rate, need, hold, placedAt: time, declined, promised: false },
      service: { ...row.service, queue, need },
      offer: null,
      // Moved while it waited for its visitor, it waits for a person from now on.
      unansweredSince: row.unansweredSince ?? since,
      ...(row.unansweredSince === null && row.status === 'waiting' && { status: 'open' }),
    };
  },
  'sla.breached': ({ service }, { data }) =>
    isTombstone(data) ? {} : { service: { ...service, breached: data.since } },
  'conversation.offered': (_row, { id, data }) => {
    if (isTombstone(data) || data.until === null) return {};
    return { offer: { id, agent: data.agent.id, until: data.until } };
  },
  'conversation.offer_ended': ({ waiting }, { data }) => {
    if (isTombstone(data)) return { offer: null };
    if (!waiting || data.outcome !== 'declined') return { offer: null };
    return { offer: null, waiting: { ...waiting, declined: [...waiting.declined, data.agent.id] } };
  },
  'promise.made': ({ promises, waiting }, { id, data }) => {
    if (isTombstone(data)) return {};
    const { run: _, ...made } = data;
    // Whoever waits was promised something by the business once; what they owe is another matter.
    const promised = data.owner === 'business' || undefined;
    return {
      promises: [...promises, { id, ...made }],
      ...(promised && { waiting: waiting && { ...waiting, promised } }),
    };
  },
  'promise.ended': ({ promises, service }, { data }) => {
    if (isTombstone(data)) return {};
    const { what, outcome } = data;
    const isOurs = promises.some(({ id, owner }) => id === data.promise && owner === 'business');
    return {
      promises: promises.filter(({ id }) => id !== data.promise),
      ...(outcome === 'broken' &&
        isOurs &&
        what !== 'payment' && { service: { ...service, broken: what } }),
    };
  },
  'bot.started': (row, { offset, seq, data }) =>
    isTombstone(data)
      ? {}
      : { bot: begun(row, { ...data, since: data.since ?? offset, seq: seq ?? 0 }) },
  'bot.advanced': ({ bot }, { data }) => {
    if (isTombstone(data) || bot?.run !== data.run) return {};
    const { visit, heard, asked, until, state, events = [], since = bot.since } = data;
    const { turns, words } = bot.alone;
    const unheard = bot.unheard && bot.unheard.seq > heard ? bot.unheard : null;
    const alone = { turns: turns + 1, words };
    const goesOn = { ...bot, visit, heard, asked, until, state, events, since, unheard, alone };
    return { bot: { ...goesOn, reason: null, cutShort: 0 } };
  },
  'bot.superseded': ({ bot }, { data }) => {
    if (isTombstone(data) || bot?.run !== data.run || bot.visit !== data.visit) return {};
    return { bot: { ...bot, visit: bot.visit + 1, cutShort: bot.cutShort + 1 } };
  },
  'bot.completed': ({ bot, unansweredSince, status }, { time, data }) => {
    if (isTombstone(data) || bot?.run !== data.run) return {};
    const { outcome, queue = null } = data;
    const run = { ...bot, outcome, queue, state: null, asked: null, until: null, events: [] };
    // What it wanted to do is not done any more.
    const over = { bot: run, approval: null };
    // It has answered, or a person has.
    if (outcome === 'ended') return { ...over, unansweredSince: null };
    if (outcome === 'taken') return over;
    // Whoever it leads to a person waits for one since their first word; who never said one, from now on.
    return {
      ...over,
      unansweredSince: unansweredSince ?? time,
      status: unansweredSince === null && status === 'waiting' ? 'open' : status,
    };
  },
  'approval.requested': (_row, { id, data }) => {
    if (isTombstone(data)) return {};
    const { tool, hash, expiresAt } = data;
    return {
      approval: { id, tool, hash, expiresAt, outcome: null, decidedSeq: null, used: false },
    };
  },
  'approval.decided': (row, { seq, data: said }) => {
    if (isTombstone(said)) return {};
    const { approval, outcome } = said;
    return approvalIs(row, approval, { outcome, decidedSeq: seq ?? row.seq });
  },
  'approval.used': (row, { data }) =>
    isTombstone(data) ? {} : approvalIs(row, data.approval, { used: true }),
  'suggestion.made': (_row, { id, data }) => {
    if (isTombstone(data)) return {};
    const { bot, upTo, state, mode, text, block, sendAt } = data;
    return {
      advice: { bot, upTo, state, suggestion: { id, mode, text, block, sendAt, outcome: null } },
    };
  },
  'suggestion.held': ({ advice }, { data }) =>
    isTombstone(data) ? {} : suggestionIs(advice, data.suggestion, { sendAt: null }),
  'suggestion.ended': ({ advice }, { data }) => {
    if (isTombstone(data)) return {};
    const { suggestion, outcome } = data;
    const over = { text: '', block: undefined, sendAt: null, outcome };
    return suggestionIs(advice, suggestion, over);
  },
  'suggestion.failed': ({ advice }, { data }) => {
    if (isTombstone(data)) return {};
    const { bot, upTo } = data;
    const state = advice?.bot === bot ? advice.state : null;
    return { advice: { bot, upTo, state, suggestion: null } };
  },
  'conversation.parked': (_row, { data }) => (isTombstone(data) ? {} : { parked: data.parked }),
  'conversation.resolved': () => ({
    ...AT_REST,
    approval: null,
    status: 'resolved',
    snoozedUntil: null,
    unansweredSince: null,
    service: FRESH,
  }),
  'conversation.reopened': (row, { data }) => ({
    status: 'open',
    parked: row.assignee !== null,
    // A word of the visitor's has begun it already.
    ...(!isTombstone(data) && data.trigger === 'agent' && anew(row)),
  }),
  'conversation.snoozed': (row, { data }) => {
    if (isTombstone(data)) return {};
    return data.until === null
      ? { status: 'open', snoozedUntil: null, parked: row.assignee !== null }
      : { ...AT_REST, status: 'snoozed', snoozedUntil: data.until };
  },
  // Nothing is left that follows from what was said.
  'conversation.erased': ({ pub }) => ({
    ...{ ...AT_REST, tags: [], lastMessage: null, promises: [], service: FRESH },
    ...{ approval: null, bot: null, advice: null, unansweredSince: null, snoozedUntil: null },
    ...{ status: 'resolved', agentRead: pub },
  }),
  'conversation.updated': (_row, { data }) => (isTombstone(data) ? {} : { tags: data.tags }),
};

export function evolve(row: Conversation, record: LogRecord): Conversation {
  const step = table[record.type] as Evolve<EventType> | undefined;
  return {
    ...row,
    ...step?.(row, record),
    seq: record.seq ?? row.seq,
    pub: record.pub ?? row.pub,
  };
}

/** The row before its first event. */
export const unborn = (
  { id, site, contact }: Pick<Conversation, 'id' | 'site' | 'contact'>,
  now: number,
): Conversation => ({
  id,
  site,
  contact,
  status: 'open',
  assignee: null,
  epoch: 0,
  seq: 0,
  pub: 0,
  tags: [],
  snoozedUntil: null,
  createdAt: now,
  activeAt: now,
  lastMessage: null,
  visitorPub: 0,
  visitorRead: 0,
  agentRead: 0,
  waiting: null,
  offer: null,
  parked: false,
  unansweredSince: null,
  service: FRESH,
  promises: [],
  approval: null,
  bot: null,
  advice: null,
  episode: { seq: 0, pub: 0, epoch: 0 },
});

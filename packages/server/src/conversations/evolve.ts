import { type EventType, isTombstone } from '@throughline/shared/schema';
import type { Conversation, LogRecord, Service } from '../store/store.ts';

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

/**
 * What each event makes of its conversation's row. The row is nothing but this fold of the log
 * (rule P2): a test rebuilds it from there.
 */
const table: { [T in EventType]?: Evolve<T> } = {
  'message.created': (row, { id, pub, actor, time, data }) => {
    // What the relay asks by itself is nobody's word and nobody's turn.
    if (actor.kind === 'system') return {};
    const lastMessage = { id, text: preview(wordsOf(data)), by: actor.kind };
    if (actor.kind === 'visitor')
      return {
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
  'form.submitted': (row, { pub, time }) => ({
    activeAt: time,
    visitorPub: pub ?? row.visitorPub,
    visitorRead: pub ?? row.visitorRead,
    unansweredSince: row.unansweredSince ?? time,
    status: row.status === 'waiting' ? 'open' : row.status,
  }),
  'message.read': (_row, { actor, data }) => {
    if (isTombstone(data)) return {};
    return actor.kind === 'visitor' ? { visitorRead: data.upTo } : { agentRead: data.upTo };
  },
  'conversation.assigned': (_row, { data }) =>
    isTombstone(data) ? {} : { ...AT_REST, assignee: data.assignee?.id ?? null, epoch: data.epoch },
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
    const made = { id, what: data.what, dueAt: data.dueAt };
    return { promises: [...promises, made], waiting: waiting && { ...waiting, promised: true } };
  },
  'promise.ended': ({ promises, service }, { data }) => {
    if (isTombstone(data)) return {};
    return {
      promises: promises.filter(({ id }) => id !== data.promise),
      ...(data.outcome === 'broken' && { service: { ...service, broken: data.what } }),
    };
  },
  'flow.started': (_row, { seq, data }) =>
    isTombstone(data)
      ? {}
      : {
          flow: {
            ...{ run: data.run, flow: data.flow, version: data.version, visit: 0, step: '' },
            ...{ vars: {}, heard: seq ?? 0, asked: null, until: null, outcome: null, queue: null },
          },
        },
  'flow.advanced': ({ flow }, { data }) =>
    isTombstone(data) || flow?.run !== data.run ? {} : { flow: { ...flow, ...data } },
  'flow.completed': ({ flow, unansweredSince }, { data }) => {
    if (isTombstone(data) || flow?.run !== data.run) return {};
    const { outcome, queue = null } = data;
    return {
      flow: { ...flow, outcome, queue, vars: {}, asked: null, until: null },
      // It has answered. Whoever it leads to a person waits for one since their first word.
      unansweredSince: outcome === 'ended' ? null : unansweredSince,
    };
  },
  'conversation.parked': (_row, { data }) => (isTombstone(data) ? {} : { parked: data.parked }),
  'conversation.resolved': () => ({
    ...AT_REST,
    status: 'resolved',
    snoozedUntil: null,
    unansweredSince: null,
    service: FRESH,
  }),
  'conversation.reopened': (row) => ({ status: 'open', parked: row.assignee !== null }),
  'conversation.snoozed': (row, { data }) => {
    if (isTombstone(data)) return {};
    return data.until === null
      ? { status: 'open', snoozedUntil: null, parked: row.assignee !== null }
      : { ...AT_REST, status: 'snoozed', snoozedUntil: data.until };
  },
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
  flow: null,
});

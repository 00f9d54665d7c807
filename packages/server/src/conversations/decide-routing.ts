import { botHasFloor, holderOf, isActive } from '../store/holder.ts';
import type { Agent } from '../store/store.ts';
import { type Decide, type Fact, type Name, refuse, type Subject } from './decision.ts';

const refTo = ({ id, name }: Agent) => ({ id, name });

/** Why somebody cannot be given one more. */
function objection({ taker }: Subject, now: number) {
  if (!taker || taker.agent.disabled) return 'not_found';
  const { availability, load, limits } = taker;
  if (availability?.status !== 'available' || availability.until <= now) return 'not_available';
  return limits && load >= limits.capacity ? 'at_capacity' : undefined;
}

const ownedBy = (subject: Subject, assignee: Agent | null): Fact => ({
  type: 'conversation.assigned',
  data: {
    assignee: assignee && refTo(assignee),
    previous: subject.owner ? refTo(subject.owner) : null,
    epoch: subject.row.epoch + 1,
  },
});

type Routing = Extract<Name, `offer:${string}` | 'sla:breach'> | keyof typeof fenced;

/** What only the owner it was decided for may bring about (rule P18). */
const fenced = {
  'conversation:queue': (subject, input) => {
    const { expectedEpoch: _, id: _i, conversation: _c, ...place } = input;
    if (!isActive(subject.row) || botHasFloor(subject.row)) return refuse('wrong_status');
    const since = subject.row.unansweredSince;
    if (since === null) return refuse('wrong_status');
    const queued: Fact = { type: 'conversation.queued', data: { ...place, since } };
    return { facts: subject.row.assignee === null ? [queued] : [ownedBy(subject, null), queued] };
  },

  'conversation:offer': (subject, { until, why }, { now }) => {
    const { row, taker } = subject;
    if (!row.waiting || row.offer) return refuse('wrong_status');
    const no = objection(subject, now);
    if (no || !taker) return refuse(no ?? 'not_found');
    const offered: Fact = {
      type: 'conversation.offered',
      data: { agent: refTo(taker.agent), until, why },
    };
    return { facts: until === null ? [offered, ownedBy(subject, taker.agent)] : [offered] };
  },

  'conversation:park': ({ row }) => {
    if (row.assignee === null || row.parked || row.status !== 'waiting')
      return refuse('wrong_status');
    return { facts: [{ type: 'conversation.parked', data: { parked: true } }] };
  },

  'conversation:unpark': (subject, _input, { now }) => {
    if (!subject.row.parked) return refuse('wrong_status');
    const no = objection(subject, now);
    if (no) return refuse(no);
    return { facts: [{ type: 'conversation.parked', data: { parked: false } }] };
  },
} satisfies { [N in Name]?: Decide<N> };

/** Fenced by the epoch, or by the offer itself. */
export const decideRouting: { [N in Routing]: Decide<N> } = {
  ...fenced,

  'offer:accept': (subject, { offer }, { who, now }) => {
    const { row, taker } = subject;
    if (!taker || row.offer?.id !== offer || row.offer.agent !== who.id)
      return refuse('offer_over');
    if (row.offer.until <= now) return refuse('offer_over');
    return {
      facts: [
        ended(taker.agent, offer, 'accepted'),
        { ...ownedBy(subject, taker.agent), by: { kind: 'agent', ...refTo(taker.agent) } },
      ],
    };
  },

  'offer:decline': ({ row, taker }, { offer }, { who }) => {
    if (!taker || row.offer?.id !== offer || row.offer.agent !== who.id)
      return refuse('offer_over');
    return { facts: [ended(taker.agent, offer, 'declined')] };
  },

  'sla:breach': ({ row }, { id: _, conversation: _c, ...data }, { now }) => {
    const isOpen = isActive(row) && row.unansweredSince === data.since;
    if (!isOpen || row.service.breached === data.since || data.dueAt > now)
      return refuse('wrong_status');
    return { facts: [{ type: 'sla.breached', data }] };
  },

  'offer:end': ({ row, taker }, { offer, outcome }) =>
    taker && row.offer?.id === offer
      ? { facts: [ended(taker.agent, offer, outcome)] }
      : refuse('offer_over'),
};

const ended = (
  agent: Agent,
  offer: string,
  outcome: 'accepted' | 'declined' | 'missed' | 'withdrawn',
): Fact => ({
  type: 'conversation.offer_ended',
  data: { offer, agent: refTo(agent), outcome },
});

/** By hand a person may take more than they are given, and not without end. */
export const isFull = ({ taker, row }: Subject): boolean =>
  taker?.limits !== undefined &&
  holderOf(row) !== taker.agent.id &&
  taker.load >= taker.limits.most;

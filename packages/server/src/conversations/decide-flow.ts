import { isActive, isFlowing } from '../store/holder.ts';
import type { Conversation } from '../store/store.ts';
import { askRating } from './ask.ts';
import { record } from './decide-facts.ts';
import { endPromises } from './decide-routing.ts';
import { type Decide, type Fact, type FlowTurn, refuse, type Subject } from './decision.ts';
import { actorOf, type Principal } from './policy.ts';

/** A person takes over: the flow says nothing more. */
export const endFlow = ({ flow }: Pick<Conversation, 'flow'>): Fact[] =>
  flow && flow.outcome === null
    ? [{ type: 'flow.completed', data: { run: flow.run, outcome: 'taken' } }]
    : [];

/** The matter is closed: how it was is asked, and nothing is owed any more. */
export const closing = ({ row, site }: Subject): Fact[] => [
  { type: 'conversation.resolved', data: {} },
  ...askRating(site),
  ...endPromises(row, 'withdrawn'),
];

/** One flow at most, before anybody has it, and before it waits for a person. */
export const mayBegin = (row: Conversation): boolean =>
  isActive(row) &&
  row.flow === null &&
  row.assignee === null &&
  row.epoch === 0 &&
  row.waiting === null &&
  row.offer === null;

const isNext = (row: Conversation, { run, visit }: FlowTurn): boolean =>
  visit === 0
    ? mayBegin(row)
    : isActive(row) && isFlowing(row) && row.flow?.run === run && row.flow.visit === visit;

/** The first of them answers the command. */
function stepOf({ run, visit, flow, version, to }: FlowTurn): Fact[] {
  const started: Fact[] =
    visit === 0 ? [{ type: 'flow.started', data: { flow, version, run } }] : [];
  if ('step' in to)
    return [...started, { type: 'flow.advanced', data: { run, visit: visit + 1, ...to } }];
  const { outcome, queue } = to;
  return [
    ...started,
    { type: 'flow.completed', data: { run, outcome, ...(queue !== undefined && { queue }) } },
  ];
}

const saidBy = (who: Principal, { say }: FlowTurn): Fact[] =>
  say.map(({ id, text, block }) => ({
    ...{ id, by: actorOf(who), type: 'message.created' },
    data: { text, ...(block && { block }) },
  }));

export const decideFlow: { 'flow:step': Decide<'flow:step'> } = {
  /** A turn whole, or not at all: what is late, or comes twice, says nothing. */
  'flow:step': (subject, turn, { who, now }) => {
    const { said: known = [], row } = subject;
    if (!isNext(row, turn)) return refuse('wrong_status');
    const field = 'facts';
    const noted =
      turn.facts.length > 0 ? record(turn.facts, { known, who, now, field }) : { facts: [] };
    // Where there is no room for a fact, the conversation goes on without it.
    const { facts: told, ...kept } = 'refuse' in noted ? { facts: [] } : noted;
    const isClosed = 'resolve' in turn.to && turn.to.resolve === true;
    return {
      facts: [
        ...stepOf(turn),
        ...saidBy(who, turn),
        ...told.map((fact): Fact => ({ ...fact, by: actorOf(who) })),
        ...(isClosed ? closing(subject) : []),
      ],
      ...kept,
      ...(isClosed && { timer: { clear: true } }),
    };
  },
};

import { randomUUIDv7 } from 'node:crypto';
import {
  type Actor,
  type CommandInput,
  type EventType,
  publicEvents,
} from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { answerRepeat, type Outcome, receiptOf, refuse } from '../store/repeat.ts';
import type { Contact, Conversation, Draft, LogRecord, Store, Tx } from '../store/store.ts';
import {
  type Decision,
  decide,
  type Input,
  type Name,
  type Subject,
  type TimerChange,
} from './decide.ts';
import { evolve, unborn } from './evolve.ts';
import { maySee, type Principal } from './policy.ts';

export type { Outcome } from '../store/repeat.ts';

type Visitor = Principal & { kind: 'visitor' };

/** The visitor's contact and device, written together with the first thing the visitor does. */
interface Newcomer {
  contact: Contact;
  tokenHash: string;
}

export interface Conversations {
  start(
    who: Visitor,
    input: CommandInput<'conversation:start'>,
    newcomer?: Newcomer,
  ): Promise<Outcome>;
  run<N extends Name>(who: Principal, name: N, input: Input<N>): Promise<Outcome>;
}

/** The events a command may leave under its own id. */
const causes: Record<Name, EventType[]> = {
  'message:send': ['message.created'],
  'message:edit': ['message.updated'],
  'message:delete': ['message.deleted'],
  'message:read': ['message.read'],
  'note:add': ['note.created'],
  'conversation:assign': ['conversation.assigned'],
  'conversation:unassign': ['conversation.assigned'],
  'conversation:resolve': ['conversation.resolved'],
  'conversation:reopen': ['conversation.reopened', 'conversation.snoozed'],
  'conversation:snooze': ['conversation.snoozed'],
  'conversation:wake': ['conversation.snoozed'],
  'conversation:tag': ['conversation.updated'],
};

/** What its event says; a wake names the time it was set for, and the event that there is none. */
const askedBy = (name: Name, input: object): object =>
  name === 'conversation:wake' ? { ...input, until: null } : input;

const RELAY: Actor = { kind: 'system', id: 'relay' };

const snoozeKey = (conversation: string): string => `snooze:${conversation}`;

const actorOf = (who: Principal): Actor =>
  who.kind === 'agent'
    ? { kind: 'agent', id: who.id, name: who.name }
    : { kind: who.kind, id: who.id };

/** The only code that changes a conversation. */
export function createConversations(store: Store, now: Clock): Conversations {
  return {
    start: (who, input, newcomer) =>
      store.write(input.conversation, async (tx) => {
        const stamp = { id: input.id, actor: actorOf(who), time: now() };
        const prior = await tx.events.find(input.id);
        if (prior) return answerRepeat(prior, { ...stamp, types: ['conversation.started'], input });
        if (await tx.conversations.get(input.conversation)) return refuse('idempotency_conflict');
        if (newcomer) await tx.contacts.ensure(newcomer.contact, newcomer.tokenHash);
        const { context } = input;
        if (context) await rememberContext(tx, who.id, context);
        const born = { id: input.conversation, site: who.site, contact: who.id };
        const row = unborn(born, stamp.time);
        await tx.conversations.insert(row);
        const data = context ? { context } : {};
        return apply(tx, row, {
          stamp,
          decision: { facts: [{ type: 'conversation.started', data }] },
        });
      }),

    run: (who, name, input) =>
      store.write(input.conversation, async (tx) => {
        const actor = actorOf(who);
        const prior = await tx.events.find(input.id);
        if (prior)
          return answerRepeat(prior, { actor, types: causes[name], input: askedBy(name, input) });
        const row = await tx.conversations.get(input.conversation);
        if (!row || !maySee(who, row)) return refuse('not_found');
        const time = now();
        const subject = await load(tx, row, input);
        const decision: Decision = decide[name](subject, input, { who, now: time });
        if ('refuse' in decision) return refuse(decision.refuse);
        return apply(tx, row, { stamp: { id: input.id, actor, time }, decision });
      }),
  };
}

async function rememberContext(tx: Tx, id: string, context: Contact['context']): Promise<void> {
  const contact = await tx.contacts.get(id);
  if (contact) await tx.contacts.save({ ...contact, context: { ...contact.context, ...context } });
}

async function load(tx: Tx, row: Conversation, input: object): Promise<Subject> {
  const subject: Subject = { row };
  if ('message' in input && typeof input.message === 'string') {
    const found = await tx.events.find(input.message);
    subject.message = found?.conversation === row.id ? found : undefined;
    subject.amendments = await tx.events.amendments(row.id, input.message);
  }
  if ('expectedEpoch' in input) {
    subject.owner = row.assignee === null ? undefined : await tx.agents.get(row.assignee);
    if ('assignee' in input && typeof input.assignee === 'string')
      subject.assignee = await tx.agents.get(input.assignee);
  }
  return subject;
}

interface Verdict {
  /** Whose command it was, under which id, and when. */
  stamp: { id: string; actor: Actor; time: number };
  decision: Exclude<Decision, { refuse: unknown }>;
}

/** Writes what was decided: events, the row they make, timers; the first fact answers the command. */
async function apply(tx: Tx, row: Conversation, { stamp, decision }: Verdict): Promise<Outcome> {
  let after = row;
  let first: LogRecord | undefined;
  if (decision.redact) await tx.events.redact(decision.redact);
  for (const fact of decision.facts) {
    const body = first
      ? { id: randomUUIDv7(), actor: RELAY, cause: { id: first.id, depth: 1 } }
      : { id: stamp.id, actor: stamp.actor, cause: null };
    const record = await tx.events.append(draftOf(after, { ...fact, ...body, time: stamp.time }));
    first ??= record;
    after = evolve(after, record);
  }
  if (decision.timer) await setTimer(tx, row.id, decision.timer);
  if (first) {
    await tx.conversations.save(after);
    return { ok: true, data: receiptOf(first) };
  }
  const { id, time } = stamp;
  return { ok: true, data: { id, conversation: row.id, seq: null, pub: null, time } };
}

async function setTimer(tx: Tx, conversation: string, change: TimerChange): Promise<void> {
  const key = snoozeKey(conversation);
  if ('clear' in change) return tx.timers.clear(key);
  const id = randomUUIDv7();
  const input = { id, conversation, until: change.set };
  return tx.timers.set({ id, key, at: change.set, name: 'conversation:wake', input });
}

type Body = Pick<Draft, 'id' | 'actor' | 'time' | 'cause'> & { type: EventType; data: unknown };

function draftOf(row: Conversation, body: Body): Draft {
  return {
    ...body,
    site: row.site,
    contact: row.contact,
    conversation: row.id,
    seq: row.seq + 1,
    pub: publicEvents.has(body.type) ? row.pub + 1 : null,
  } as Draft;
}

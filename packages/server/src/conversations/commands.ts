import { randomUUIDv7 } from 'node:crypto';
import type { ErrorCode } from '@throughline/shared';
import { maskCards } from '@throughline/shared/cards';
import {
  type Actor,
  type CommandInput,
  type EventType,
  publicEvents,
  type Site,
} from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { asAuthor, introduce, live, type Newcomer, recognise } from '../store/contact.ts';
import { putFacts } from '../store/facts.ts';
import { holderOf } from '../store/holder.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse } from '../store/repeat.ts';
import type {
  Contact,
  Conversation,
  Draft,
  LogRecord,
  Store,
  StoredFile,
  Tx,
} from '../store/store.ts';
import { setDue, setExpiry, setTimer } from './alarms.ts';
import { askFirst } from './ask.ts';
import { askedBy, causes, unasked } from './causes.ts';
import { decide } from './decide.ts';
import { endingSuggestion } from './decide-suggestion.ts';
import type {
  Decision,
  Fact,
  Input,
  KnownBot,
  Limits,
  Name,
  QueueTerms,
  Subject,
  Taker,
} from './decision.ts';
import { type Erased, eraseConversations } from './erase.ts';
import { evolve, unborn } from './evolve.ts';
import type { FileChange } from './files/decide.ts';
import { actorOf, maySee, mayStill, mayStillOfErased, type Principal } from './policy.ts';

export type { Outcome } from '../store/repeat.ts';

type Visitor = Principal & { kind: 'visitor' };

export interface Conversations {
  /** `going_away`: whoever asks is not who we took them for, and has to come back. */
  start(
    who: Visitor,
    input: CommandInput<'conversation:start'>,
    newcomer?: Newcomer,
  ): Promise<Outcome>;
  /** A conversation with somebody who did not ask for one. */
  startWith(
    who: Principal,
    input: { id: string; conversation: string; contact: string },
  ): Promise<Outcome>;
  run<N extends Name>(who: Principal, name: N, input: Input<N>): Promise<Outcome>;
  /** Closes all conversations of a contact, and takes out of them what is said of anybody, files too. */
  erase(who: Principal, contact: string): Promise<Erased>;
}

const RELAY: Actor = { kind: 'system', id: 'relay' };

const stampOf = (who: Principal, id: string, time: number): Verdict['stamp'] => ({
  id,
  actor: actorOf(who),
  cause: who.kind === 'bot' ? (who.cause ?? null) : null,
  time,
});

/** What decisions need of the configuration, as it is now. */
interface Settings {
  site(key: string): Site | undefined;
  /** How many an agent may have; undefined: nobody limits it. */
  limits(agent: string): Limits | undefined;
  bot(id: string): KnownBot | undefined;
  queue(id: string): QueueTerms | undefined;
}

const NO_SETTINGS: Settings = {
  site: () => undefined,
  limits: () => undefined,
  bot: () => undefined,
  queue: () => undefined,
};

/** The only code that changes a conversation. */
export function createConversations(
  store: Store,
  now: Clock,
  settings: Settings = NO_SETTINGS,
): Conversations {
  const run: Conversations['run'] = (who, name, given) => {
    const input = withoutCards(given);
    return store.write(input.conversation, async (tx) => {
      const outcome = await carryOut(tx, { who, name, input, time: now(), settings });
      return outcome.ok && 'text' in given && 'text' in input && input.text !== given.text
        ? { ok: true, data: { ...outcome.data, text: input.text } }
        : outcome;
    });
  };

  return {
    start: (who, input, newcomer) =>
      store.write(input.conversation, async (tx) => {
        const stamp = stampOf(who, input.id, now());
        const site = settings.site(who.site);
        const isOther = async () => newcomer !== undefined && recognise(tx, newcomer);
        return once(tx, {
          id: input.id,
          read: () => objectionTo(tx, who, input),
          async run(objection) {
            if (await isOther()) return refuse('going_away');
            if (objection) return refuse(objection);
            if (newcomer) await introduce(tx, newcomer);
            return beginAs(tx, who, { input, stamp, site });
          },
          async repeat(prior) {
            if (await isOther()) return refuse('going_away');
            const actor = await asAuthor(tx, prior.actor, stamp.actor);
            return answerRepeat(prior, { actor, types: ['conversation.started'], input });
          },
        });
      }),

    startWith: (who, { id, conversation, contact: whom }) =>
      store.write(conversation, async (tx) => {
        const stamp = stampOf(who, id, now());
        const attempt = { ...stamp, types: ['conversation.started'] as const };
        return once(tx, {
          id,
          read: () => live(tx, whom),
          async run(contact) {
            if (!contact) return refuse('not_found');
            if (contact.blocked && who.kind !== 'agent') return refuse('blocked');
            if (await tx.conversations.get(conversation)) return refuse('idempotency_conflict');
            return begin(tx, { ...contact, id: conversation, contact: contact.id }, { stamp });
          },
          repeat: (prior) => answerRepeat(prior, { ...attempt, input: { conversation } }),
        });
      }),

    erase(who, contact) {
      const { actor, cause, time } = stampOf(who, contact, now());
      const close = (conversation: string) =>
        run(who, 'conversation:resolve', { id: randomUUIDv7(), conversation });
      return eraseConversations(store, contact, { actor, cause, time, close });
    },

    run,
  };
}

/** What people write by hand, and what bots make of it: words, a remark beside a rating, answers in a form. */
const WRITTEN = ['text', 'comment', 'values', 'acts', 'draft', 'goal'];

/** No card number goes further than here: not into the log, nor to anybody who reads it (decision 0016). */
const withoutCards = <I extends object>(input: I): I =>
  mapValues(input, (value, name) => (WRITTEN.includes(name) ? masked(value) : value));

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskCards(value);
  if (Array.isArray(value)) return value.map(masked);
  return value !== null && typeof value === 'object' ? mapValues(value, masked) : value;
}

const mapValues = <O extends object>(object: O, map: (value: unknown, name: string) => unknown) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)])) as O;

interface Order<N extends Name> {
  who: Principal;
  name: N;
  input: Input<N>;
  time: number;
  settings: Settings;
}

const carryOut = <N extends Name>(tx: Tx, order: Order<N>): Promise<Outcome> => {
  const { who, name, input } = order;
  return once(tx, {
    id: input.id,
    read: () => tx.conversations.get(input.conversation),
    run: (row) => decideOn(tx, row, order),
    repeat: async (prior) =>
      answerRepeat(prior, {
        actor: await asAuthor(tx, prior.actor, actorOf(who)),
        types: causes[name],
        input: askedBy(name, input),
        unasked: unasked[name],
      }),
  });
};

async function decideOn<N extends Name>(
  tx: Tx,
  row: Conversation | undefined,
  { who, name, input, time, settings }: Order<N>,
): Promise<Outcome> {
  if (!row || !(await maySeeStill(tx, who, row))) return refuse('not_found');
  const stamp = stampOf(who, input.id, time);
  if ('expectedEpoch' in input && input.expectedEpoch !== row.epoch)
    return refuse('epoch_conflict');
  const site = settings.site(row.site);
  const isBlocked = await isBlockedFor(tx, row, { who, name });
  if (isBlocked && !mayStill(who, name)) return refuse('blocked');
  const isErased = isBlocked && !!(await live(tx, row.contact))?.erasure;
  if (isErased && !mayStillOfErased(who, name)) return refuse('blocked');
  const loaded = { ...(await load(tx, row, input)), isBlocked, isErased, site };
  const taker = await findTaker(tx, row, { input, settings });
  const bot = 'bot' in input ? settings.bot(input.bot) : undefined;
  const queue = 'queue' in input && input.queue ? settings.queue(input.queue) : undefined;
  const subject: Subject = { ...loaded, taker, bot, queue };
  const { id } = subject.message ? await asAuthor(tx, subject.message.actor, stamp.actor) : who;
  const decision: Decision = decide[name](subject, input, { who: { ...who, id }, now: time });
  if ('refuse' in decision) return refuse(decision.refuse, fieldOf(decision));
  const facts = [...decision.facts, ...endingSuggestion(row, decision.facts, { who, input })];
  return apply(tx, row, { stamp, decision: { ...decision, facts } });
}

/** Also for whoever became part of another contact a moment ago, and has not heard of it yet. */
const maySeeStill = async (tx: Tx, who: Principal, row: Conversation): Promise<boolean> =>
  maySee(who, row) ||
  (who.kind === 'visitor' && maySee({ ...who, id: (await live(tx, who.id))?.id ?? '' }, row));

/** People's own commands and the relay's are the same for everybody, and need not ask. */
const isBlockedFor = async (
  tx: Tx,
  row: Conversation,
  { who, name }: Pick<Order<Name>, 'who' | 'name'>,
): Promise<boolean> =>
  (who.kind === 'bot' || !mayStill(who, name)) && (await tx.contacts.isBlocked(row.contact));

type Start = CommandInput<'conversation:start'>;

async function objectionTo(tx: Tx, who: Visitor, input: Start): Promise<ErrorCode | undefined> {
  if (await tx.contacts.isBlocked(who.id)) return 'blocked';
  return (await isTaken(tx, input)) ? 'idempotency_conflict' : undefined;
}

/** What it is to be called is something else already. */
async function isTaken(tx: Tx, { id, conversation, form, survey }: Start): Promise<boolean> {
  if (await tx.conversations.get(conversation)) return true;
  const messages = [form, survey].flatMap((begun) => begun?.message ?? []);
  // Two things under one id.
  if (new Set([id, ...messages]).size <= messages.length) return true;
  for (const message of messages) if (await tx.events.find(message)) return true;
  return false;
}

/** A visitor's own beginning: where it happened, and what was answered before it. */
async function beginAs(
  tx: Tx,
  who: Visitor,
  { input, stamp, site }: Pick<Verdict, 'stamp'> & { input: Start; site: Site | undefined },
): Promise<Outcome> {
  const { conversation, context } = input;
  const contact = await live(tx, who.id);
  // Asked again with the row in hand: they may be shut out at this moment.
  if (contact?.blocked) return refuse('blocked');
  const id = contact?.id ?? who.id;
  if (context) await rememberContext(tx, id, context);
  const born = { id: conversation, site: who.site, contact: id };
  return begin(tx, born, { stamp, context, asked: askFirst(site, input) });
}

interface Opening extends Pick<Verdict, 'stamp'> {
  context?: Contact['context'] | undefined;
  asked?: Fact[];
}

async function begin(
  tx: Tx,
  born: Pick<Conversation, 'id' | 'site' | 'contact'>,
  { stamp, context, asked = [] }: Opening,
): Promise<Outcome> {
  const row = unborn(born, stamp.time);
  await tx.conversations.insert(row);
  const data = context ? { context } : {};
  return apply(tx, row, {
    stamp,
    decision: { facts: [{ type: 'conversation.started', data }, ...asked] },
  });
}

const fieldOf = ({ field }: { field?: string | undefined }) =>
  field === undefined ? undefined : { field };

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
  if ('files' in input || 'attachment' in input)
    subject.files = await filesOf(tx, input as { files?: string[]; attachment?: string });
  if ('attributes' in input || 'facts' in input || 'acts' in input)
    subject.said = await tx.facts.of(row.id);
  if (row.assignee !== null && ('expectedEpoch' in input || 'offer' in input || 'goal' in input))
    subject.owner = await tx.agents.get(row.assignee);
  return subject;
}

/** Whom the input names, or has the offer it names. Counted here, where nobody else writes meanwhile. */
async function findTaker(
  tx: Tx,
  row: Conversation,
  { input, settings }: { input: object; settings: Settings },
): Promise<Taker | undefined> {
  const { assignee, agent, offer } = input as Record<string, unknown>;
  const id = assignee ?? agent ?? (offer === undefined ? undefined : row.offer?.agent);
  const found = typeof id === 'string' ? await tx.agents.get(id) : undefined;
  if (!found) return undefined;
  const own = holderOf(row) === found.id ? 1 : 0;
  return {
    agent: found,
    availability: await tx.availability.get(found.id),
    load: (await tx.conversations.loadOf(found.id)) - own,
    limits: settings.limits(found.id),
  };
}

async function filesOf(
  tx: Tx,
  { files = [], attachment }: { files?: string[]; attachment?: string },
): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for (const id of attachment === undefined ? files : [attachment]) {
    const file = await tx.files.get(id);
    if (file) found.push(file);
  }
  return found;
}

async function changeFiles(tx: Tx, change: FileChange): Promise<void> {
  if ('release' in change) return tx.files.release(change.release);
  for (const file of 'save' in change ? [change.save] : change.attach) await tx.files.save(file);
}

interface Verdict {
  /** Whose command it was, under which id, and when. */
  stamp: { id: string; actor: Actor; cause: Draft['cause']; time: number };
  decision: Exclude<Decision, { refuse: unknown }>;
}

/** Writes what was decided: events, the row they make, timers; the first fact answers the command. */
async function apply(tx: Tx, row: Conversation, { stamp, decision }: Verdict): Promise<Outcome> {
  let after = row;
  let first: LogRecord | undefined;
  const depth = stamp.cause?.depth ?? 0;
  if (decision.redact) await tx.events.redact(decision.redact);
  for (const { id = randomUUIDv7(), by = RELAY, ...fact } of decision.facts) {
    const body = first
      ? { id, actor: by, cause: { id: first.id, depth: depth + 1 } }
      : { id: stamp.id, actor: stamp.actor, cause: stamp.cause };
    const record = await tx.events.append(draftOf(after, { ...fact, ...body, time: stamp.time }));
    first ??= record;
    after = evolve(after, record);
  }
  if (decision.files) await changeFiles(tx, decision.files);
  if (decision.said) await putFacts(tx, row.id, decision.said);
  if (decision.timer) await setTimer(tx, row.id, decision.timer);
  await setDue(tx, row, after);
  await setExpiry(tx, row, after);
  if (first) {
    await tx.conversations.save(after);
    return { ok: true, data: receiptOf(first) };
  }
  const { id, time } = stamp;
  return { ok: true, data: { id, conversation: row.id, seq: null, pub: null, time } };
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

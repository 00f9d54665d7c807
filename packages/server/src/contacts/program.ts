import { randomUUIDv7 } from 'node:crypto';
import type { ContactChange, EventData, NewFact } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { announce, live, named, stranger } from '../store/contact.ts';
import { areSoFar, hasRoom, putFacts, toFact } from '../store/facts.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse, unwritten } from '../store/repeat.ts';
import type { Contact, LogRecord, Store, Tx } from '../store/store.ts';
import { append, type Said, type Stamp } from './append.ts';
import { type Begun, beginErasure, type Erasure, finishErasure } from './erase.ts';
import { merge } from './merge.ts';
import { versionOf } from './queries.ts';

interface Upsert {
  site: string;
  externalId: string;
  name?: string | undefined;
  email?: string | undefined;
}

interface Revision {
  contact: string;
  change: ContactChange;
  /** `versionOf` what was read. */
  version: string;
}

interface Tracked {
  name: string;
  properties: EventData<'event.tracked'>['properties'];
  occurredAt?: number | undefined;
}

/** What a business's own systems, and agents, do with contacts. */
export interface ProgramContacts {
  /** The contact with this id of the business’s, made or changed; unchanged it leaves no event. */
  upsert(stamp: Stamp, input: Upsert): Promise<{ id: string; isNew: boolean }>;
  /** @throws AppError `not_found`, `changed_meanwhile`, `already_taken` */
  change(stamp: Stamp, revision: Revision): Promise<void>;
  record(stamp: Stamp, input: { contact: string; facts: NewFact[] }): Promise<Outcome>;
  track(stamp: Stamp, input: { contact: string; event: Tracked }): Promise<Outcome>;
  /** Takes nothing from them any more, or does again; where it is so already, nothing is written. */
  block(stamp: Stamp, input: { contact: string; blocked: boolean }): Promise<Outcome>;
  /** Shuts them out and forgets who they are; undefined where there is nobody. */
  beginErasure(stamp: Stamp, contact: string): Promise<Begun | undefined>;
  /** Takes out what happened to them beside their conversations, and says that it is done. */
  finishErasure(stamp: Stamp, erasure: Erasure): Promise<Outcome>;
  /** Everything of `from` becomes `into`’s; `from` is nobody any more. */
  merge(stamp: Stamp, input: { from: string; into: string }): Promise<Outcome>;
}

const without = <T extends object>(given: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

type Timed = Stamp & { time: number };

export function createProgramContacts(store: Store, now: Clock): ProgramContacts {
  /** One event about a contact, and what it changes; the same again is answered as before. */
  const about = (
    stamp: Stamp,
    { contact: id, said }: { contact: string; said: Said },
    apply: (tx: Tx, contact: Contact, time: number) => Promise<Outcome | undefined>,
  ): Promise<Outcome> =>
    store.write(id, (tx) =>
      once(tx, {
        id: stamp.id,
        read: () => live(tx, id),
        async run(contact) {
          if (!contact || contact.erasure) return refuse('not_found');
          const time = now();
          const answered = await apply(tx, contact, time);
          if (answered) return answered;
          const record = await append(tx, { ...stamp, time }, { contact, said });
          return { ok: true, data: receiptOf(record) };
        },
        repeat: (prior) =>
          answerRepeat(prior, { actor: stamp.actor, types: [said.type], input: said.data }),
      }),
    );

  return {
    upsert: (stamp, input) =>
      store.write(`${input.site} ${input.externalId}`, (tx) =>
        upsert(tx, { ...stamp, time: now() }, input),
      ),

    change: (stamp, revision) =>
      store.write(revision.contact, (tx) => revise(tx, { ...stamp, time: now() }, revision)),

    record: (stamp, { contact, facts }) => {
      const said: Said = { type: 'facts.recorded', data: { facts } };
      return about(stamp, { contact, said }, async (tx, { id }, time) => {
        const rows = facts.map((fact) => toFact(fact, stamp.actor, time));
        if (!areSoFar(rows, time)) return refuse('bad_value', { field: 'facts' });
        if (!(await hasRoom(tx, id, rows))) return refuse('too_long', { field: 'facts' });
        await putFacts(tx, id, rows);
        return undefined;
      });
    },

    track: (stamp, { contact, event }) => {
      const said = { type: 'event.tracked', data: without(event) } as Said;
      return about(stamp, { contact, said }, async () => undefined);
    },

    block: (stamp, { contact, blocked }) => {
      const said: Said = { type: blocked ? 'contact.blocked' : 'contact.unblocked', data: {} };
      return about(stamp, { contact, said }, async (tx, known, time) => {
        if (known.blocked === blocked) return { ok: true, data: unwritten(stamp.id, time) };
        await tx.contacts.save({ ...known, blocked });
        return undefined;
      });
    },

    beginErasure: (stamp, id) => beginErasure(store, { ...stamp, time: now() }, id),
    finishErasure: (stamp, erasure) => finishErasure(store, { ...stamp, time: now() }, erasure),

    merge: (stamp, input) =>
      store.write(input.into, (tx) => merge(tx, { ...stamp, time: now() }, input)),
  };
}

async function upsert(
  tx: Tx,
  stamp: Timed,
  { site, externalId, name, email }: Upsert,
): Promise<{ id: string; isNew: boolean }> {
  const known = await named(tx, site, externalId);
  const prior = await tx.events.find(stamp.id);
  if (prior) {
    const isNew = prior.type === 'contact.created';
    const said = isNew ? { externalId, name, email } : { name, email };
    const isSame = known !== undefined && (await live(tx, prior.contact ?? ''))?.id === known.id;
    if (!isSame) throw new AppError('idempotency_conflict');
    mustRepeat(prior, stamp, said);
    return { id: known.id, isNew };
  }
  if (known) {
    await save(tx, stamp, { contact: known, change: { name, email } });
    return { id: known.id, isNew: false };
  }
  const made: Contact = {
    ...stranger(randomUUIDv7(), site, stamp.time),
    externalId,
    verified: true,
    name: name ?? null,
    email: email ?? null,
  };
  await tx.contacts.insert(made);
  await announce(tx, made, stamp);
  return { id: made.id, isNew: true };
}

async function revise(
  tx: Tx,
  stamp: Timed,
  { contact: id, change, version }: Revision,
): Promise<void> {
  const contact = await live(tx, id);
  if (!contact || contact.erasure) throw new AppError('not_found');
  const prior = await tx.events.find(stamp.id);
  if (prior) return mustRepeat(prior, stamp, change);
  if (versionOf(contact) !== version) throw new AppError('changed_meanwhile');
  if (change.externalId !== undefined) {
    const holder = await named(tx, contact.site, change.externalId);
    if (holder && holder.id !== contact.id) throw new AppError('already_taken');
  }
  await save(tx, stamp, { contact, change });
}

/** @throws AppError `idempotency_conflict` where the id stands for something else */
function mustRepeat(prior: LogRecord, { actor }: Stamp, said: object): void {
  const types = ['contact.created', 'contact.updated'] as const;
  if (!answerRepeat(prior, { actor, types, input: said }).ok)
    throw new AppError('idempotency_conflict');
}

/** Writes what is different, and the event that says so. */
async function save(
  tx: Tx,
  stamp: Timed,
  { contact, change }: { contact: Contact; change: ContactChange },
): Promise<void> {
  const given = without(change) as ContactChange;
  const isChange = Object.entries(given).some(
    ([name, value]) => contact[name as keyof ContactChange] !== value,
  );
  const verified = contact.verified || given.externalId !== undefined;
  if (!isChange && verified === contact.verified) return;
  await tx.contacts.save({ ...contact, ...(given as Partial<Contact>), verified });
  await append(tx, stamp, { contact, said: { type: 'contact.updated', data: given } });
}

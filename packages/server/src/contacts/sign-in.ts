import { randomUUIDv7 } from 'node:crypto';
import { type Actor, type Attributes, parse, signedClaims } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { announce, live, named, stranger } from '../store/contact.ts';
import { hasRoom, putFacts, toFact } from '../store/facts.ts';
import type { Contact, Fact, Store, Tx } from '../store/store.ts';
import { append } from './append.ts';
import { merge } from './merge.ts';

interface Entrance {
  site: string;
  /** Who the browser was so far. */
  known: string | undefined;
  /** Of the token this browser goes on with. */
  tokenHash: string;
  claims: {
    externalId: string;
    name: string | undefined;
    email: string | undefined;
    facts: unknown;
    issuedAt: number;
  };
}

export interface SignIn {
  /**
   * Makes a browser that of a person the business named: whoever it was so far becomes part of that
   * person, with all conversations. Signing in again changes only what is different.
   * @throws AppError `identity_switched` when it is another named person's already
   */
  enter(entrance: Entrance): Promise<string>;
  /** Whether the contact was named by the business. */
  isNamed(id: string): Promise<boolean>;
  /** The token is nobody's from now on. */
  forget(tokenHash: string): Promise<void>;
  /** Which of these tokens are still somebody's who may come in. */
  stillKnown(tokenHashes: string[]): Promise<Set<string>>;
}

interface Vouched {
  claimed: Attributes;
  /** When the token was signed. */
  observedAt: number;
}

/** Whose word it is that somebody is somebody. */
const BUSINESS: Actor = { kind: 'bot', id: 'identity', name: 'Sign-in' };

const withClaims = (
  contact: Contact,
  { externalId, name, email }: Pick<Entrance['claims'], 'externalId' | 'name' | 'email'>,
): Contact => ({
  ...contact,
  // Somebody who became part of another one is that one now, whatever they were called before.
  externalId: contact.verified ? contact.externalId : externalId,
  verified: true,
  name: name ?? contact.name,
  email: email ?? contact.email,
});

interface Signed {
  name: string;
  value: Fact['value'];
  observedAt: number;
  signed: true;
}

/** What a token changes of what earlier ones vouched for; one that is older than they are, nothing. */
function newsIn(facts: Fact[], { claimed, observedAt }: Vouched) {
  const known = new Map(
    facts.filter(({ source }) => source.id === BUSINESS.id).map((fact) => [fact.name, fact]),
  );
  const say = ([name, value]: [string, Fact['value']]): Signed[] => {
    const { value: held = null, observedAt: heldAt = 0 } = known.get(name) ?? {};
    return held === value || heldAt > observedAt ? [] : [{ name, value, observedAt, signed: true }];
  };
  const left = [...known.keys()].filter((name) => !Object.hasOwn(claimed, name));
  return {
    withdrawn: left.flatMap((name) => say([name, null])),
    news: Object.entries(claimed).flatMap(say),
  };
}

/** Whose browser it was; nobody's, where they are erased. */
async function holderOf(tx: Tx, known: string | undefined): Promise<Contact | undefined> {
  const held = known === undefined ? undefined : await live(tx, known);
  return held?.erasure ? undefined : held;
}

export function createSignIn(store: Store, now: Clock): SignIn {
  const stamp = () => ({ id: randomUUIDv7(), actor: BUSINESS, cause: null, time: now() });

  /** The contact of this person, who is known, or was this browser's, or is new. */
  async function find(tx: Tx, { site, known, claims }: Entrance): Promise<Contact> {
    const { externalId } = claims;
    const person = await named(tx, site, externalId);
    const before = await holderOf(tx, known);
    const isSame = before?.externalId === externalId || before?.id === person?.id;
    if (before?.verified && !isSame) throw new AppError('identity_switched');
    if (person && before && before.id !== person.id)
      await merge(tx, stamp(), { from: before.id, into: person.id });
    if (person) return (await live(tx, person.id)) ?? person;
    if (before) return before;
    const made = stranger(randomUUIDv7(), site, now());
    await tx.contacts.insert({ ...made, externalId, verified: true });
    await announce(tx, { ...made, externalId }, { actor: BUSINESS });
    return made;
  }

  async function name(
    tx: Tx,
    contact: Contact,
    { externalId, name: called, email }: Entrance['claims'],
  ) {
    const next = withClaims(contact, { externalId, name: called, email });
    const isSame = (['externalId', 'verified', 'name', 'email'] as const).every(
      (field) => contact[field] === next[field],
    );
    if (isSame) return;
    await tx.contacts.save(next);
    const said = Object.entries({ externalId, name: called, email }).filter(
      ([, value]) => value !== undefined,
    );
    const data = { ...Object.fromEntries(said), method: 'token' as const };
    await append(tx, stamp(), { contact: next, said: { type: 'contact.identified', data } });
  }

  /** What the token vouches for, where it is news; what an earlier one did and it does not, ends. */
  async function record(tx: Tx, contact: Contact, vouched: Vouched): Promise<void> {
    const at = stamp();
    const rowsOf = (some: Signed[]) => some.map((it) => toFact(it, BUSINESS, at.time));
    const { withdrawn, news } = newsIn(await tx.facts.of(contact.id), vouched);
    const hasAll = await hasRoom(tx, contact.id, rowsOf(news));
    const facts = hasAll ? [...withdrawn, ...news] : withdrawn;
    if (facts.length === 0) return;
    await putFacts(tx, contact.id, rowsOf(facts));
    await append(tx, at, { contact, said: { type: 'facts.recorded', data: { facts } } });
  }

  return {
    enter(entrance) {
      const { issuedAt: observedAt, ...claims } = entrance.claims;
      const checked = parse(signedClaims, claims);
      if (!checked.ok) throw new AppError('identity_invalid');
      const { facts = {} } = checked.value;
      return store.write(entrance.claims.externalId, async (tx) => {
        const contact = await find(tx, entrance);
        await name(tx, contact, entrance.claims);
        await record(tx, contact, { claimed: facts, observedAt });
        await tx.contacts.addDevice(entrance.tokenHash, { ...contact, createdAt: now() });
        return contact.id;
      });
    },
    isNamed: async (id) => (await live(store.read, id))?.verified ?? false,
    forget: (tokenHash) => store.write('devices', (tx) => tx.contacts.removeDevice(tokenHash)),
    stillKnown: async (tokenHashes) => store.read.contacts.devices(tokenHashes),
  };
}

import { randomUUIDv7 } from 'node:crypto';
import { live } from '../store/contact.ts';
import { hasRoom, putFacts } from '../store/facts.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse } from '../store/repeat.ts';
import type { Contact, Tx } from '../store/store.ts';
import { append, type Stamp } from './append.ts';

/** Two contacts are one: everything of `from` becomes `into`’s; `from` is nobody any more. */
export const merge = (
  tx: Tx,
  stamp: Stamp & { time: number },
  input: { from: string; into: string },
): Promise<Outcome> =>
  once(tx, {
    id: stamp.id,
    read: () => tx.contacts.get(input.from),
    async run(gone) {
      const heir = await live(tx, input.into);
      const isBoth = gone && heir && gone.mergedInto === null && gone.site === heir.site;
      // Whoever is erased is nobody, and whoever is being erased cannot become somebody else.
      if (!isBoth || gone.erasure || heir.erasure) return refuse('not_found');
      if (gone.id === heir.id) return refuse('bad_value', { field: 'into' });
      const conversations = await inherit(tx, gone, heir);
      const data = { from: gone.id, into: heir.id, conversations };
      const said = { type: 'contact.merged', data } as const;
      const record = await append(tx, stamp, { contact: heir, said });
      if (gone.blocked && !heir.blocked) await passOnBlock(tx, stamp, heir);
      return { ok: true, data: receiptOf(record) };
    },
    repeat: (prior) => answerRepeat(prior, { ...stamp, types: ['contact.merged'], input }),
  });

/** Whoever was blocked is not free by being somebody else. */
async function passOnBlock(
  tx: Tx,
  { id, actor, cause, time }: Stamp & { time: number },
  heir: Contact,
): Promise<void> {
  const stamp = { id: randomUUIDv7(), actor, cause: { id, depth: (cause?.depth ?? 0) + 1 }, time };
  await append(tx, stamp, { contact: heir, said: { type: 'contact.blocked', data: {} } });
}

/** The page of the one is the other's page from now on, or every browser would add a page of its own. */
async function inheritFacts(tx: Tx, gone: string, heir: string): Promise<void> {
  const facts = (await tx.facts.of(gone)).map((fact) =>
    fact.source.kind === 'visitor' ? { ...fact, source: { ...fact.source, id: heir } } : fact,
  );
  const ofPage = facts.filter(({ source }) => source.kind === 'visitor');
  const hasPageRoom = await hasRoom(tx, heir, ofPage);
  await putFacts(tx, heir, hasPageRoom ? facts : facts.filter((fact) => !ofPage.includes(fact)));
  await tx.facts.removeOf(gone);
}

/** An id and its proof belong together: what the business vouched for goes before what a page said. */
function namedIn(heir: Contact, gone: Contact): Pick<Contact, 'externalId' | 'verified'> {
  if (heir.verified === gone.verified) return heir.externalId === null ? gone : heir;
  return heir.verified ? heir : gone;
}

/** Gives all of one contact to another; the ids of the conversations. */
async function inherit(tx: Tx, gone: Contact, heir: Contact): Promise<string[]> {
  await inheritFacts(tx, gone.id, heir.id);
  await tx.contacts.moveDevices(gone.id, heir.id);
  await tx.contacts.save({ ...gone, mergedInto: heir.id });
  const { externalId, verified } = namedIn(heir, gone);
  await tx.contacts.save({
    ...heir,
    ...{ externalId, verified },
    name: heir.name ?? gone.name,
    email: heir.email ?? gone.email,
    context: { ...heir.context, ...gone.context },
    blocked: heir.blocked || gone.blocked,
  });
  return tx.conversations.move(gone.id, heir.id);
}

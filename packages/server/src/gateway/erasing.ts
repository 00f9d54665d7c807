import { randomUUIDv7 } from 'node:crypto';
import type { Stamp } from '../contacts/append.ts';
import type { Outcome } from '../conversations/commands.ts';
import type { Principal } from '../conversations/policy.ts';
import type { Parts } from './parts.ts';

interface By {
  stamp: Stamp;
  who: Principal;
}

/**
 * Takes all that is known of a contact out of the log (GDPR, article 17). Interrupted, it goes on when a relay
 * starts or a minute later, or when it is asked for again.
 */
export const eraseContact = (parts: Parts, contact: string, by: By): Promise<Outcome | undefined> =>
  parts.erasures.inTurn(() => erase(parts, contact, by));

async function erase(
  { contacts, conversations, program, erasures }: Parts,
  contact: string,
  by: By,
): Promise<Outcome | undefined> {
  // A log from before a merge has them as people of their own.
  for (const id of [contact, ...(await contacts.partsOf(contact))]) erasures.add(id);
  const begun = await program.beginErasure({ ...by.stamp, id: randomUUIDv7() }, contact);
  if (!begun) return undefined;
  const erased = begun.isDone
    ? { conversations: 0, events: 0, files: 0 }
    : await conversations.erase(by.who, begun.id);
  return program.finishErasure(by.stamp, { contact: begun.id, ...erased });
}

/** What was begun and not finished, and what a backup brought back. */
export async function finishErasures(parts: Parts): Promise<void> {
  const { contacts, erasures, log } = parts;
  const relay = { kind: 'system', id: 'relay' } as const;
  for (const contact of new Set([...(await contacts.erasing()), ...erasures.all()])) {
    if ((await contacts.erasureOf(contact)) === 'done') continue;
    const by = { stamp: { id: randomUUIDv7(), actor: relay, cause: null }, who: relay };
    // One that fails is no reason not to erase the others.
    await eraseContact(parts, contact, by)
      .then(() => log.warn({ contact }, 'a contact was erased that was in the log again, or still'))
      .catch((err: unknown) => log.error({ err, contact }, 'a contact is not erased yet'));
  }
}

import { randomUUIDv7 } from 'node:crypto';
import type { Stamp } from '../contacts/append.ts';
import type { Outcome } from '../conversations/commands.ts';
import type { Principal } from '../conversations/policy.ts';

import type { Parts } from './parts.ts';

/**
 * Takes all that is known of a contact out of the log (GDPR, article 17). Shuts them out first, so that nothing
 * comes behind what is taken out. Interrupted, it goes on when the relay starts, or when it is asked for again.
 */
export async function eraseContact(
  { conversations, program, erasures }: Parts,
  contact: string,
  by: { stamp: Stamp; who: Principal },
): Promise<Outcome> {
  erasures.add(contact);
  const stamp = { ...by.stamp, id: randomUUIDv7() };
  const blocked = await program.block(stamp, { contact, blocked: true });
  if (!blocked.ok) return blocked;
  const erased = await conversations.erase(by.who, contact);
  return program.erase(by.stamp, { contact, ...erased });
}

/** What was begun and not finished, and what a backup brought back. */
export async function finishErasures(parts: Parts): Promise<void> {
  const relay = { kind: 'system', id: 'relay' } as const;
  for (const contact of parts.erasures.all()) {
    if (await parts.contacts.isErased(contact)) continue;
    const stamp = { id: randomUUIDv7(), actor: relay, cause: null };
    const { ok } = await eraseContact(parts, contact, { stamp, who: relay });
    parts.log.warn({ contact, ok }, 'a contact was erased again: the log had them as before');
  }
}

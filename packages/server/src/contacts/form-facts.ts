import { factsIn } from '@throughline/shared/form';
import { type Actor, type Form, isTombstone } from '@throughline/shared/schema';
import { idFrom } from '../lib/id-from.ts';
import type { LogRecord, Store } from '../store/store.ts';
import type { ProgramContacts } from './program.ts';

/** The visitor's own word, but given to somebody who asked: agents see that no page said it. */
const by = (visitor: Actor, { title }: Form): Actor => ({
  ...visitor,
  name: title ? `the form “${title}”` : 'a form',
});

/** What a visitor told with a form, where its fields say that it is a fact; undefined: nothing. */
async function saidIn(store: Store, { actor, data }: LogRecord<'form.submitted'>) {
  const message = isTombstone(data) ? undefined : await store.read.events.find(data.message);
  if (isTombstone(data) || message?.type !== 'message.created') return undefined;
  const { block } = isTombstone(message.data) ? {} : message.data;
  const facts = block?.kind === 'form' ? factsIn(block.form, data.values) : [];
  return block?.kind === 'form' && facts.length > 0
    ? { facts, actor: by(actor, block.form) }
    : undefined;
}

export const FORM_FACTS = 'form-facts';

/**
 * The follower that writes a form's answers to what is known of the contact, as the visitor's own word. An
 * id that follows from the form's makes the same batch, taken twice, the same facts.
 */
export const recordFormFacts =
  (store: Store, { record: say }: Pick<ProgramContacts, 'record'>) =>
  async (records: LogRecord[]): Promise<void> => {
    for (const record of records) {
      if (record.type !== 'form.submitted' || record.contact === null) continue;
      const said = await saidIn(store, record);
      if (!said) continue;
      const { facts, actor } = said;
      const cause = { id: record.id, depth: (record.cause?.depth ?? 0) + 1 };
      const stamp = { id: idFrom(record.id, 'facts'), actor, cause };
      // One that has no room for more facts keeps those it has; the answers stand in the log.
      await say(stamp, { contact: record.contact, facts });
    }
  };

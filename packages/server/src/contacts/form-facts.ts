import { factsIn } from '@throughline/shared/form';
import { isTombstone } from '@throughline/shared/schema';
import { idFrom } from '../lib/id-from.ts';
import type { LogRecord, Store } from '../store/store.ts';
import type { ProgramContacts } from './program.ts';

/** The facts a visitor gave with a form, where its fields say that they are some. */
async function factsOf(store: Store, record: LogRecord<'form.submitted'>) {
  const { data } = record;
  const message = isTombstone(data) ? undefined : await store.read.events.find(data.message);
  if (isTombstone(data) || message?.type !== 'message.created') return [];
  const { block } = isTombstone(message.data) ? {} : message.data;
  return block?.kind === 'form' ? factsIn(block.form, data.values) : [];
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
      const facts = await factsOf(store, record);
      if (facts.length === 0) continue;
      const cause = { id: record.id, depth: (record.cause?.depth ?? 0) + 1 };
      const stamp = { id: idFrom(record.id, 'facts'), actor: record.actor, cause };
      // One that has no room for more facts keeps those it has; the answers stand in the log.
      await say(stamp, { contact: record.contact, facts });
    }
    const last = records.at(-1);
    if (last) await store.write(FORM_FACTS, async (tx) => tx.cursors.set(FORM_FACTS, last.offset));
  };

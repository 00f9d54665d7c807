import { uuidv7 } from '@throughline/shared';
import type { FormField, FormValues } from '@throughline/shared/schema';
import type { Client } from '../../assemble.ts';

/** Well below what one message may hold. */
const PART = /[\s\S]{1,5000}/g;

/** Under which name the answers wait, as words, for what the relay says to the form. */
const wordsKey = (message: string): string => `answers:${message}`;

const shownAs = (field: FormField | undefined, value: FormValues[string] | undefined): string => {
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  const options = field?.type === 'select' ? field.options : [];
  return options.find((option) => option.value === value)?.label ?? `${value}`;
};

/** The answers as somebody would write them down. */
export const written = (values: FormValues, fields: FormField[] = []): string =>
  Object.entries(values)
    .map(([name, value]) => {
      const field = fields.find((one) => one.name === name);
      return `${field?.label ?? name}: ${shownAs(field, value)}`;
    })
    .join('\n');

/** Kept until what asked for them is there: the site may have changed or withdrawn it by then. */
export function keepAsWords({ setDraft }: Client, message: string, text: string): void {
  const parts = text.match(PART) ?? [];
  setDraft(wordsKey(message), JSON.stringify(parts.map((part) => ({ id: uuidv7(), text: part }))));
}

/**
 * Answers to a form or a survey of the site that the relay would not take, because it is another one by
 * now or gone, go as ordinary words. Hands back its undo.
 */
export function rescueAnswers(client: Client): () => void {
  function look(): void {
    for (const { name, input, state } of client.getState().outbox) {
      const isLost = /^(form|survey):submit$/.test(name) && state === 'failed';
      const key = isLost && 'message' in input ? wordsKey(input.message) : '';
      const kept = key && client.draft(key);
      if (!kept) continue;
      client.setDraft(key, '');
      client.discardMessage(input.id);
      // Under ids of their own: what two tabs send is one message.
      for (const said of JSON.parse(kept)) {
        const { conversation } = input as { conversation: string };
        client.submit('message:send', { ...said, conversation });
      }
    }
  }
  look();
  const undo = [
    // Behind whoever is about to keep the entry as one that failed.
    client.subscribe(() => queueMicrotask(look)),
    client.onNews(({ type, data }) => {
      if (/^(form|survey).submitted$/.test(type) && 'message' in data && data.message)
        client.setDraft(wordsKey(data.message), '');
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

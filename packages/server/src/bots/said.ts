import { isTombstone } from '@throughline/shared/schema';
import type { LogRecord } from '../events/log.ts';
import type { Input } from './flow/interpret.ts';

/** What the visitor said since a flow last looked. */
export interface Heard {
  /** Up to which `seq` that is. */
  seq: number;
  texts: string[];
  /** What it means to whoever waits for an answer to `asked`; undefined: nothing. */
  input: Input | undefined;
}

/** What answers the message that asked. */
function answerIn({ type, data }: LogRecord, asked: string | null): Input | undefined {
  if (isTombstone(data) || !('message' in data) || data.message !== asked) return undefined;
  if (type === 'message.action_clicked' && 'action' in data)
    return { kind: 'choice', action: data.action };
  return type === 'form.submitted' && 'values' in data
    ? { kind: 'form', values: data.values }
    : undefined;
}

/** All of it is one turn; an answer says more than the words beside it. */
export function hear(records: LogRecord[], asked: string | null): Heard | undefined {
  const theirs = records.filter(({ actor }) => actor.kind === 'visitor');
  const last = records.at(-1);
  if (!last) return undefined;
  const messages = theirs.filter(({ type }) => type === 'message.created');
  const texts = messages.flatMap(({ data }) =>
    'text' in data && typeof data.text === 'string' ? [data.text] : [],
  );
  const answers = theirs.flatMap((record) => answerIn(record, asked) ?? []);
  const words: Input | undefined = messages.length > 0 ? { kind: 'words' } : undefined;
  return { seq: last.seq ?? 0, texts, input: answers[0] ?? words };
}

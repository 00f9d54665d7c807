import { isTombstone, type Line } from '@throughline/shared/schema';
import type { Conversation } from '../conversations/queries.ts';
import type { LogRecord } from '../events/log.ts';

/** What a bot is shown at most. */
const LINES_MAX = 50;
/** Among so many records the newest lines are found. */
const RECORDS_MAX = 300;

export interface Recent {
  /** What the visitor could see of a conversation before a `pub`, newest first. */
  saidBefore(id: string, pub: number, limit: number): Promise<LogRecord[]>;
}

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.values(value).join('\n') : String(value);

type Said = Pick<Line, 'text' | 'answer'>;

/** What a record says, where it says anything; a later edit has the last word. */
function saidIn(
  { id, type, data }: LogRecord,
  edits: ReadonlyMap<string, string>,
): Said | undefined {
  if (isTombstone(data)) return undefined;
  if (type === 'message.created' && 'text' in data)
    return { text: edits.get(id) ?? data.text ?? '' };
  if (type === 'message.action_clicked' && 'action' in data) {
    const { message, action, label } = data;
    return { text: label, answer: { message, action } };
  }
  if (type === 'form.submitted' && 'values' in data) {
    const { message, values } = data;
    return { text: textOf(values), answer: { message, form: values } };
  }
  return undefined;
}

function editsIn(records: LogRecord[]): Map<string, string> {
  const edits = new Map<string, string>();
  for (const { type, data } of records)
    if (type === 'message.updated' && 'message' in data && 'text' in data)
      edits.set(data.message, data.text);
  return edits;
}

/** The words of a ready answer stand in the line that says what was chosen. */
function isEcho({ type, cause }: LogRecord, clicks: ReadonlySet<string>): boolean {
  return type === 'message.created' && cause !== null && clicks.has(cause.id);
}

function lineOf(record: LogRecord, edits: ReadonlyMap<string, string>): Line[] {
  const { id, seq, actor, time } = record;
  const said = saidIn(record, edits);
  if (!said || seq === null || actor.kind === 'system') return [];
  return [{ seq, id, by: actor.kind, name: actor.name ?? null, ...said, time }];
}

/** What was said in the matter in hand, up to where a conversation was when its row was read (F12). */
export async function linesOf(row: Conversation, { saidBefore }: Recent): Promise<Line[]> {
  const newest = await saidBefore(row.id, row.pub + 1, RECORDS_MAX);
  const records = newest.filter(({ seq }) => (seq ?? 0) > row.episode.seq).reverse();
  const edits = editsIn(records);
  const clicks = new Set(
    records.flatMap(({ id, type }) => (type === 'message.action_clicked' ? id : [])),
  );
  return records
    .filter((record) => !isEcho(record, clicks))
    .flatMap((record) => lineOf(record, edits))
    .slice(-LINES_MAX);
}

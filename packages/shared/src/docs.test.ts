import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from './errors.ts';
import { agentEvent, catalogue, type EventType } from './schema/events/index.ts';

const read = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../docs', name), 'utf8');

/** The cells of every table row below the heads. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('errors.md', () => {
  const listed = rows(read('errors.md'));
  const codes = Object.keys(ERRORS).sort() as ErrorCode[];

  test('lists every code once, sorted, and no other', () => {
    expect(listed.map(([code]) => code)).toEqual(codes.map((code) => `\`${code}\``));
  });

  test.each(codes)('%s: status, retryable and sentence are those of the table', (code) => {
    const { status, retryable, message } = ERRORS[code];
    const row = listed.find(([name]) => name === `\`${code}\``) ?? [];
    expect(row.slice(1, 4)).toEqual([String(status), retryable ? 'yes' : 'no', message]);
    expect(row[4]).not.toBe('');
  });
});

describe('events.md', () => {
  const [intro = ''] = read('events.md').split('<!--');

  test('the example of a whole event is one', () => {
    const event = agentEvent
      .strict()
      .parse(JSON.parse(/```json\n([\s\S]+?)```/.exec(intro)?.[1] ?? ''));
    const { data } = catalogue[event.type as EventType];
    expect(data.strict().safeParse(event.data).success).toBe(true);
  });
});

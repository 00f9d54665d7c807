import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.ts';
import { agentEvent, type EventType, eventData, publicEvents } from './schema/events.ts';

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
  const text = read('events.md');
  const [intro = '', ...parts] = text.split(/^### /m);
  const sections = new Map(parts.map((part) => [/^`([\w.]+)`/.exec(part)?.[1] ?? part, part]));
  const example = (part: string): unknown =>
    JSON.parse(/```json\n([\s\S]+?)```/.exec(part)?.[1] ?? '');
  const types = Object.keys(eventData) as EventType[];

  test('lists every type once, and no other', () => {
    expect([...sections.keys()].sort()).toEqual([...types].sort());
    expect(parts).toHaveLength(types.length);
  });

  test.each(types)('%s: who sees it', (type) => {
    const seen = /^Seen by (everybody|agents only)\b/m.exec(sections.get(type) ?? '')?.[1];
    expect(seen).toBe(publicEvents.has(type) ? 'everybody' : 'agents only');
  });

  test.each(types)('%s: its fields, and which may be missing', (type) => {
    const shape: Record<string, z.ZodType> = eventData[type].shape;
    const told = rows(sections.get(type) ?? '').map(([name, kind]) => [
      name,
      /\boptional\b/.test(kind ?? ''),
    ]);
    expect(told).toEqual(
      Object.entries(shape).map(([name, field]) => [
        `\`${name}\``,
        field.safeParse(undefined).success,
      ]),
    );
    if (told.length === 0) expect(sections.get(type)).toContain('No data.');
  });

  test.each(types)('%s: its example is one', (type) => {
    const data = example(sections.get(type) ?? '');
    expect(eventData[type].strict().safeParse(data).error).toBeUndefined();
  });

  test('the example of a whole event is one', () => {
    const event = agentEvent.strict().parse(example(intro));
    expect(eventData[event.type as EventType].strict().safeParse(event.data).success).toBe(true);
  });
});

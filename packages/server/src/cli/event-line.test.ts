import { eventTypes } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { lineOf, toSafeJson } from './event-line.ts';
import { exampleEvent } from './example-event.ts';

const source = 'https://chat.example.com';
const message = (text: string) => exampleEvent('message.created', { source, data: { text } });

/** Everything that moves a cursor, changes a colour or turns what stands behind it. */
const HOSTILE = String.fromCodePoint(
  ...Array.from({ length: 32 }, (_, i) => i),
  ...Array.from({ length: 33 }, (_, i) => 0x7f + i),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069],
);
const COMMANDS = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;

describe('a line', () => {
  test('says when, what, of what, and a few words', () => {
    const event = message('Where is my parcel?');
    expect(lineOf(event)).toBe(
      `${event.time}  message.created        ${event.subject}  Where is my parcel?`,
    );
  });

  test('is no wider than the screen, and keeps signs whole', () => {
    const event = message('🙂'.repeat(300));
    for (const columns of [20, 80, 200]) {
      const signs = [...lineOf(event, columns)];
      expect(signs).toHaveLength(columns);
      expect(signs.join('').isWellFormed()).toBe(true);
    }
    expect(lineOf(message('short'), 80)).toMatch(
      /^\d\d:\d\d:\d\d {2}message\.created {8}conversations\/…[0-9a-f]{8} {2}short$/,
    );
  });

  test.each(eventTypes)('of %s is one line without commands, whoever wrote it', (type) => {
    const event = { ...exampleEvent(type, { source }), subject: `sites/${HOSTILE}` };
    const data = { ...event.data, text: HOSTILE, name: HOSTILE };
    for (const columns of [undefined, 200])
      expect(lineOf({ ...event, data } as never, columns)).not.toMatch(COMMANDS);
  });

  test('of what was taken back says so', () => {
    const { data, ...event } = message('secret');
    const { actor } = data;
    expect(lineOf({ ...event, data: { actor, redacted: true } } as never)).toMatch(/\(deleted\)$/);
  });
});

test('JSON is the same to a program and commands no terminal', () => {
  const json = toSafeJson({ [HOSTILE]: HOSTILE });
  expect(json).not.toMatch(COMMANDS);
  expect(JSON.parse(json)).toEqual({ [HOSTILE]: HOSTILE });
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { uuidv7 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { commands, queries, signals } from './commands.ts';
import { password } from './http.ts';
import { faultsIn, parse, type Schema } from './parse.ts';
import { agentAuth, visitorAuth } from './wire.ts';

const id = '01a20265-65a2-7c34-badd-0e186b0df4ad';
const conversation = '01a20265-659a-7639-9e25-654f78442af9';
const send = (more: object) => ({ id, conversation, text: 'hi', ...more });
const many = (n: number) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${i}`, i] as const));

const message = commands['message:send'];
const read = commands['message:read'];
const update = commands['contact:update'];
const tag = commands['conversation:tag'];
const identify = commands['contact:identify'];

type Row = [what: string, schema: Schema, value: unknown, code: ErrorCode, field?: string];

const refused: Row[] = [
  ['nothing', message, undefined, 'bad_type'],
  ['null', message, null, 'bad_type'],
  ['an array', message, [], 'bad_type'],
  ['a string', message, 'hi', 'bad_type'],
  ['a missing field', message, { id, conversation }, 'bad_type', 'text'],
  ['a number for an id', message, send({ id: 1 }), 'bad_type', 'id'],
  ['an array for an id', message, send({ conversation: [id] }), 'bad_type', 'conversation'],
  [
    'an operator for an id',
    message,
    send({ conversation: { $ne: '' } }),
    'bad_type',
    'conversation',
  ],
  ['an id with a space', message, send({ id: `${id} ` }), 'bad_value', 'id'],
  ['an id with a line break', message, send({ id: `${id}\n` }), 'bad_value', 'id'],
  ['an id in capitals', message, send({ id: id.toUpperCase() }), 'bad_value', 'id'],
  ['a version 4 id', message, send({ id: crypto.randomUUID() }), 'bad_value', 'id'],
  ['an id of 10 KB', message, send({ id: 'a'.repeat(10_000) }), 'bad_value', 'id'],
  ['an empty text', message, send({ text: '' }), 'empty', 'text'],
  ['only white space', message, send({ text: ' \n\t\u2003' }), 'empty', 'text'],
  ['a text too long', message, send({ text: 'x'.repeat(10_001) }), 'too_long', 'text'],
  ['too many emoji', message, send({ text: '🙂'.repeat(10_001) }), 'too_long', 'text'],
  ['a NUL', message, send({ text: 'a\0b' }), 'bad_text', 'text'],
  ['half a surrogate pair', message, send({ text: '\ud83d' }), 'bad_text', 'text'],
  ['a virtual node', message, send({ text: { type: 'b', props: {} } }), 'bad_type', 'text'],
  ...['seq', 'actor', 'role', 'time', 'pub', 'internal', 'constructor'].map(
    (name): Row => [`the field ${name}`, message, send({ [name]: 1 }), 'unknown_field'],
  ),
  [
    'the field __proto__',
    message,
    JSON.parse(JSON.stringify(send({})).replace('{', '{"__proto__":{"admin":true},')),
    'unknown_field',
  ],
  ['a position below 0', read, { id, conversation, upTo: -1 }, 'bad_value', 'upTo'],
  ['half a position', read, { id, conversation, upTo: 1.5 }, 'bad_type', 'upTo'],
  ['a position as text', read, { id, conversation, upTo: '1' }, 'bad_type', 'upTo'],
  ['a position past 2^53', read, { id, conversation, upTo: 2 ** 53 }, 'bad_value', 'upTo'],
  ['no number', read, { id, conversation, upTo: Number.NaN }, 'bad_type', 'upTo'],
  ['infinity', read, { id, conversation, upTo: Number.POSITIVE_INFINITY }, 'bad_type', 'upTo'],
  [
    'a year no calendar has',
    commands['conversation:snooze'],
    { id, conversation, until: 8e15 },
    'bad_value',
    'until',
  ],
  [
    'an attribute __proto__',
    update,
    { id, attributes: JSON.parse('{"__proto__":1}') },
    'unknown_field',
    'attributes',
  ],
  [
    'an attribute constructor',
    update,
    { id, attributes: { constructor: 1 } },
    'bad_value',
    'attributes',
  ],
  [
    'an attribute prototype',
    update,
    { id, attributes: { prototype: 1 } },
    'bad_value',
    'attributes',
  ],
  ['an attribute with markup', update, { id, attributes: { '<b>': 1 } }, 'bad_value', 'attributes'],
  [
    'an attribute holding an object',
    update,
    { id, attributes: { a: {} } },
    'bad_type',
    'attributes.a',
  ],
  [
    'an attribute too long',
    update,
    { id, attributes: { a: 'x'.repeat(1001) } },
    'too_long',
    'attributes.a',
  ],
  ['an attribute with NUL', update, { id, attributes: { a: '\0' } }, 'bad_text', 'attributes.a'],
  ['too many attributes', update, { id, attributes: many(51) }, 'too_long', 'attributes'],
  ['attributes as a list', update, { id, attributes: [] }, 'bad_type', 'attributes'],
  ['no attributes', update, { id }, 'bad_type', 'attributes'],
  ['no e-mail address', identify, { id, email: 'ada' }, 'bad_value', 'email'],
  ['a blank name', identify, { id, name: '  ' }, 'empty', 'name'],
  ['a blank tag', tag, { id, conversation, tags: ['a', ' '] }, 'empty', 'tags.1'],
  ['too many tags', tag, { id, conversation, tags: Array(21).fill('a') }, 'too_long', 'tags'],
  ['a long tag', tag, { id, conversation, tags: ['x'.repeat(41)] }, 'too_long', 'tags.0'],
  [
    'a cursor of 10 KB',
    queries['conversation:resume'],
    { conversation, cursor: 'x'.repeat(10_000) },
    'too_long',
    'cursor',
  ],
  [
    'a cursor that is a number',
    queries['conversation:resume'],
    { conversation, cursor: 7 },
    'bad_type',
    'cursor',
  ],
  ['no cursor at all', queries['conversation:resume'], { conversation }, 'bad_type', 'cursor'],
  [
    'a page of 0',
    queries['conversation:history'],
    { conversation, before: 1, limit: 0 },
    'bad_value',
    'limit',
  ],
  [
    'a page of 101',
    queries['conversation:history'],
    { conversation, before: 1, limit: 101 },
    'bad_value',
    'limit',
  ],
  ['typing "yes"', signals['typing:set'], { conversation, on: 'yes' }, 'bad_type', 'on'],
  [
    'an address too long',
    signals['context:set'],
    { page: { url: 'x'.repeat(2049), title: '' } },
    'too_long',
    'page.url',
  ],
  ['no language', signals['context:set'], { language: 'de de' }, 'bad_value', 'language'],
  [
    'a number for a token',
    visitorAuth,
    { protocol: 1, site: 'shop', token: 7 },
    'bad_type',
    'token',
  ],
  [
    'a token of 1 MB',
    visitorAuth,
    { protocol: 1, site: 'shop', token: 'x'.repeat(2 ** 20) },
    'too_long',
    'token',
  ],
  ['a token in a list', agentAuth, { protocol: 1, csrf: ['x'] }, 'bad_type', 'csrf'],
  ['a short password', password, 'elevenchars', 'weak_password'],
];

describe('[EV-05] [EV-06] [EV-09] [EV-13] [P28] what does not fit the schema is refused with a fixed code', () => {
  test.each(refused)('%s', (...[, schema, value, code, field]) => {
    const found = parse(schema, value);
    expect(found).toMatchObject({ ok: false, error: { code } });
    if (!found.ok) expect(found.error.field).toBe(field);
  });
});

test('[P28] the refusal never repeats what was sent', () => {
  const canary = 'CANARY-6f1c';
  const values: [Schema, unknown][] = [
    [message, send({ id: canary })],
    [message, send({ text: `${canary}\0` })],
    [message, { ...send({}), [canary]: canary }],
    [update, { id, attributes: { [`${canary} <b>`]: 1 } }],
    [update, { id, attributes: { [`-${canary}`]: { [canary]: canary } } }],
    [identify, { id, email: canary }],
    [tag, { id, conversation, tags: [canary.repeat(20)] }],
    [signals['context:set'], { language: `${canary} ` }],
    [visitorAuth, { protocol: canary, site: canary }],
  ];
  for (const [schema, value] of values) {
    const found = parse(schema, value);
    expect(found.ok).toBe(false);
    expect(JSON.stringify(found)).not.toContain(canary);
  }
});

test('a refusal is the table’s sentence, and names a field of at most 100 characters', () => {
  const found = parse(z.strictObject({ a: z.strictObject({ b: z.string() }) }), { a: { b: 1 } });
  const { message: sentence, retryable } = ERRORS.bad_type;
  const error = { code: 'bad_type', message: sentence, retryable, field: 'a.b' };
  expect(found).toEqual({ ok: false, error });
  const deep = parse(z.record(z.string(), z.string()), { ['k'.repeat(500)]: 1 });
  expect(!deep.ok && deep.error.field).toHaveLength(100);
});

const accepted: [string, Schema, unknown][] = [
  ['a text of the longest', message, send({ text: 'x'.repeat(LIMITS.textChars) })],
  ['markup, directions, tags', message, send({ text: '<b>\u202e\u200b{{x}} <%= y %>\u{e0041}' })],
  ['as many attributes as allowed', update, { id, attributes: many(LIMITS.attributes) }],
  ['every kind of attribute', update, { id, attributes: { a: 'x', b: 1, c: true, d: null } }],
  ['names that look like methods', update, { id, attributes: { toString: 'x', valueOf: 1 } }],
  ['an identity with nothing in it', identify, { id }],
  ['no cursor, on purpose', queries['conversation:resume'], { conversation, cursor: null }],
  ['an empty context', signals['context:set'], {}],
  [
    'a page at javascript:',
    signals['context:set'],
    { page: { url: 'javascript:x', title: '<b>' } },
  ],
];

test.each(accepted)('accepted as it is: %s', (_what, schema, value) => {
  expect(parse(schema, value)).toEqual({ ok: true, value });
});

test('tags are trimmed and each is kept once', () => {
  const found = parse(tag, { id, conversation, tags: ['vip', ' vip ', 'late'] });
  expect(found).toMatchObject({ ok: true, value: { tags: ['vip', 'late'] } });
});

test('the longest message fits a frame, however it is written', () => {
  for (const unit of ['x', '"', '\u0001', '界', '🙂']) {
    const text = `x${unit.repeat(LIMITS.textChars - 1)}`;
    const frame = `42/visitor,4294967295${JSON.stringify(['message:send', send({ text })])}`;
    expect(parse(message, send({ text })).ok).toBe(true);
    expect(Buffer.byteLength(frame)).toBeLessThan(LIMITS.frameBytes);
  }
});

test('[EV-07] nothing that goes through changes what all objects have', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  const bad = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  for (const schema of Object.values(commands))
    parse(schema, { ...JSON.parse(bad), id: uuidv7(), attributes: JSON.parse(bad) });
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  expect('polluted' in {}).toBe(false);
});

test('[EV-30] what takes long for a careless validator is quick to refuse or accept', () => {
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
  const hostile = [
    deep,
    wide,
    '*'.repeat(60_000),
    `${'a'.repeat(60_000)}!`,
    `a@${'a.'.repeat(150)}`,
  ];
  for (const value of hostile)
    for (const schema of [message, update, identify, tag])
      for (const field of ['text', 'attributes', 'email', 'tags'])
        expect(typeof parse(schema, { id, conversation, [field]: value }).ok).toBe('boolean');
});

test('all that is wrong is named with its place, for whoever wrote it', () => {
  const schema = z.strictObject({ list: z.array(z.strictObject({ 'a/b': z.int() })) });
  expect(faultsIn(schema, { list: [{ 'a/b': 1 }] })).toEqual([]);
  const found = faultsIn(schema, { list: [{ 'a/b': 'x' }, { 'a/b': 1, c: 2, d: 3 }], e: 4 });
  expect(found.map(({ path, code }) => [path, code])).toEqual([
    ['/list/0/a~1b', 'bad_type'],
    ['/list/1/c', 'unknown_field'],
    ['/list/1/d', 'unknown_field'],
    ['/e', 'unknown_field'],
  ]);
  expect(found[0]?.message).toBe(ERRORS.bad_type.message);
});

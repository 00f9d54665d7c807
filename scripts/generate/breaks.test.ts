import { expect, test } from 'vitest';
import { findBreaks } from './breaks.ts';

const before = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    kind: { type: 'string', enum: ['a', 'b'] },
    owner: {
      anyOf: [
        { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        { type: 'null' },
      ],
    },
    tags: { type: 'array', items: { type: 'string' } },
    redacted: { type: 'boolean', const: true },
  },
  required: ['id', 'kind'],
};

type Properties = Record<string, object | undefined>;
const after = (properties: Properties, more: object = {}) => ({
  ...before,
  properties: Object.fromEntries(
    Object.entries({ ...before.properties, ...properties }).filter(([, value]) => value),
  ) as Record<string, object>,
  ...more,
});

test.each([
  ['the same', {}, {}],
  ['a property more', { more: { type: 'number' } }, {}],
  [
    'a property more that is certain',
    { more: { type: 'number' } },
    { required: ['id', 'kind', 'more'] },
  ],
  ['a value more', { kind: { type: 'string', enum: ['a', 'b', 'c'] } }, {}],
  ['other words', { id: { type: 'string', description: 'which' } }, {}],
] as const)('%s is no break', (_what, properties, more) => {
  expect(findBreaks(before, after(properties, more))).toEqual([]);
});

test.each([
  ['removed', { id: undefined }, {}, 'id was removed'],
  ['renamed', { tags: undefined, labels: before.properties.tags }, {}, 'tags was removed'],
  ['of another type', { id: { type: 'integer' } }, {}, 'id is of another type'],
  ['null where it was not', { id: { type: ['string', 'null'] } }, {}, 'id is of another type'],
  ['a value less', { kind: { type: 'string', enum: ['a'] } }, {}, 'kind is never b any more'],
  ['perhaps missing', {}, { required: ['id'] }, 'kind may be missing now'],
  [
    'removed further in',
    { owner: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] } },
    {},
    'owner.id was removed',
  ],
  [
    'a list of something else',
    { tags: { type: 'array', items: { type: 'object' } } },
    {},
    'tags[] is',
  ],
] as const)('%s is a break', (...[, properties, more, says]) => {
  expect(findBreaks(before, after(properties, more)).join()).toContain(says);
});

import { expect, test } from 'vitest';
import { checkArguments, type Schema } from './arguments.ts';
import { toStrict } from './strict.ts';

const offerOf = (parameters: Schema) => ({ name: 'find', description: 'Finds.', parameters });

const parameters = {
  type: 'object',
  properties: {
    number: { type: 'string', maxLength: 20, description: 'Of the order.' },
    kind: { type: 'string', enum: ['new', 'old'] },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
    },
  },
  required: ['number'],
} as const;

test('every field is required, nothing is beside them, and what may be left out may be null', () => {
  expect(toStrict(offerOf(parameters))).toEqual({
    name: 'find',
    description: 'Finds.',
    strict: true,
    parameters: {
      type: 'object',
      properties: {
        number: { type: 'string', description: 'Of the order.' },
        kind: { type: ['string', 'null'], enum: ['new', 'old', null] },
        lines: {
          type: ['array', 'null'],
          items: {
            type: 'object',
            properties: { sku: { type: 'string' } },
            required: ['sku'],
            additionalProperties: false,
          },
        },
      },
      required: ['number', 'kind', 'lines'],
      additionalProperties: false,
    },
  });
});

test('a schema that cannot be held to is offered as it is', () => {
  for (const odd of [
    { anyOf: [] },
    { type: ['string', 'number'] },
    { type: 'array' },
  ] as Schema[]) {
    const offer = offerOf({ type: 'object', properties: { odd } });
    expect(toStrict(offer)).toBe(offer);
  }
});

test('null for what may be left out is left out; for what must be there it is none', () => {
  const check = (given: object) => checkArguments(JSON.stringify(given), parameters);
  expect(check({ number: 'F-1', kind: null, lines: null })).toEqual({ value: { number: 'F-1' } });
  expect(check({ number: null, kind: 'new', lines: null })).toEqual({
    fault: 'the arguments: number: is no string',
  });
  expect(check({ number: 'F-1', lines: [{ sku: null }] })).toEqual({
    fault: 'the arguments: lines: sku: is no string',
  });
});

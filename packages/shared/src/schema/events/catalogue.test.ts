import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EventKind, piiOf } from './define.ts';
import { catalogue, type EventType, eventNames, eventTypes, publicEvents } from './index.ts';
import { outwardSchema, withhold } from './outward.ts';

/** Every property below a schema, by its path. */
function properties(schema: z.ZodType, path: string): [string, z.ZodType][] {
  const bare =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? schema.unwrap() : schema;
  if (!(bare instanceof z.ZodObject)) return [];
  return Object.entries(bare.shape as Record<string, z.ZodType>).flatMap(([name, inner]) => [
    [`${path}.${name}`, inner] as [string, z.ZodType],
    // A mark counts for all that is inside.
    ...(['none', undefined].includes(piiOf(inner)) ? properties(inner, `${path}.${name}`) : []),
  ]);
}

const isFree = (schema: z.ZodType): boolean => {
  const {
    type,
    pattern,
    enum: values,
    additionalProperties,
  } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
  });
  const isText = type === 'string' && !pattern && !values;
  return isText || (typeof additionalProperties === 'object' && type === 'object');
};

/** Free text that says nothing of a person. */
const IDS = /\.(id|by)$/;

describe.each(eventNames)('%s', (type) => {
  const kind: EventKind = catalogue[type];

  test('is named entity.past_tense, says what it is, and has an example that is one', () => {
    expect(type).toMatch(/^[a-z]+\.[a-z_]+(\.v\d)?$/);
    expect(kind.about).toMatch(/\.$/);
    expect(kind.data.strict().safeParse(kind.example).error).toBeUndefined();
  });

  test('every property says what it means, and free text how personal it is', () => {
    for (const [path, schema] of properties(kind.data, type)) {
      expect(schema.meta()?.description, path).toBeTruthy();
      if (isFree(schema) && !IDS.test(path)) expect(piiOf(schema), path).not.toBe('none');
    }
  });

  test('its published schema is open and marks every property', () => {
    const schema = JSON.stringify(outwardSchema(type, 'urn:x'));
    expect(schema).not.toContain('"additionalProperties":false');
    const { properties: all } = outwardSchema(type, 'urn:x') as { properties: object };
    for (const property of Object.values(all)) expect(property).toHaveProperty('x-pii');
  });
});

test('what only the page sees is nothing the log may hold, or show to anybody', () => {
  const ofPage = eventNames.filter((name) => catalogue[name].seenBy === 'page');
  expect(ofPage).toContain('widget.opened');
  for (const name of ofPage) {
    expect(eventTypes).not.toContain(name);
    expect(publicEvents).not.toContain(name);
  }
});

describe('what a receiver may not have is left out', () => {
  const actor = { kind: 'agent', id: 'a1', name: 'Ada' };
  const levels = (type: EventType, data: object) =>
    (['none', 'contact', 'content'] as const).map((level) => withhold(type, data, level));

  test('what somebody wrote', () => {
    const bare = { actor: { kind: 'agent', id: 'a1' } };
    expect(levels('message.created', { actor, text: 'secret' })).toEqual([
      bare,
      { actor },
      { actor, text: 'secret' },
    ]);
  });

  test('names inside, and never what stands beside them', () => {
    const data = { actor, assignee: { id: 'a1', name: 'Ada' }, previous: null, epoch: 1 };
    expect(withhold('conversation.assigned', data, 'none')).toEqual({
      actor: { kind: 'agent', id: 'a1' },
      assignee: { id: 'a1' },
      previous: null,
      epoch: 1,
    });
  });

  test('addresses of pages and outside ids with the lowest level', () => {
    const context = { page: { url: 'https://shop.example/cart', title: 'Cart' } };
    expect(levels('conversation.started', { actor, context })[0]).not.toHaveProperty('context');
    expect(
      levels('contact.identified', { actor, externalId: 'C-1', method: 'unverified' }),
    ).toEqual([
      { actor: { kind: 'agent', id: 'a1' }, method: 'unverified' },
      { actor, externalId: 'C-1', method: 'unverified' },
      { actor, externalId: 'C-1', method: 'unverified' },
    ]);
  });

  test('all that is its own, where only a newer relay knows its kind', () => {
    const known = { conversation: { id: 'c1', seq: 3 }, actor: { kind: 'agent', id: 'a1' } };
    const data = { ...known, said: 'secret' };
    expect(levels('message.whispered' as EventType, data)).toEqual([known, known, known]);
  });

  test('a tombstone stays one', () => {
    const gone = { actor: { kind: 'visitor', id: 'v' }, redacted: true };
    expect(levels('message.created', gone)).toEqual([gone, gone, gone]);
  });
});

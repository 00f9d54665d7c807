import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { agentTable } from '../src/gateway/agent-table.ts';
import type { Parts } from '../src/gateway/parts.ts';
import { visitorTable } from '../src/gateway/visitor-table.ts';

interface Described {
  operations: Record<string, { action: 'send' | 'receive' }>;
}
const text = readFileSync(join(import.meta.dirname, '../../../docs/asyncapi.json'), 'utf8');
const described: Described = JSON.parse(text);

test('the description of the wire is AsyncAPI 3.1', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const version = '3.1.0' as keyof typeof specs.schemasWithoutId;
  ajv.validate(specs.schemasWithoutId[version] as object, described);
  expect(ajv.errors ?? []).toEqual([]);
});

test('all it refers to is in it', () => {
  for (const [, ref = ''] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
    const found = ref
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], described);
    expect(found, ref).toBeDefined();
  }
});

/** What a namespace takes, by its own table; nothing in it is called. */
test.each([
  ['visitor', visitorTable({} as Parts)],
  ['agent', agentTable({} as Parts)],
])('it names everything the relay takes on /%s, and nothing else', (name, table) => {
  const taken = Object.entries(described.operations)
    .filter(([id, { action }]) => id.startsWith(`${name}.`) && action === 'receive')
    .map(([id]) => id.slice(name.length + 1));
  expect(taken.sort()).toEqual([...table.keys()].sort());
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { OLDEST_PROTOCOL, PROTOCOL } from '../version.ts';
import * as blueprint from './blueprint.ts';
import * as commands from './commands.ts';
import * as events from './events/index.ts';
import * as files from './files.ts';
import * as http from './http.ts';
import * as sites from './sites.ts';
import * as wire from './wire.ts';

/** The schemas as they were when this protocol version was last looked at. */
const LOCK = {
  protocol: 1,
  sha256: '658bb798e8c5a135104855bdf24b8adf21456e8a9cf4e66feb87929bcdd3bbf9',
};

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;

/** Every schema below a module, by its path: `commands.message:send`. */
function schemas(path: string, value: unknown): [string, z.ZodType][] {
  if (isSchema(value)) return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => schemas(`${path}.${name}`, inner));
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // Words beside a property are no part of the wire.
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'description' && name !== 'x-pii')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
};

const describeSchema = (schema: z.ZodType) =>
  (['input', 'output'] as const).map((io) =>
    z.toJSONSchema(schema, { io, unrepresentable: 'any' }),
  );

function everything(): Record<string, unknown> {
  const modules = { blueprint, commands, events, files, http, sites, wire };
  const found = Object.entries(modules).flatMap(([name, module]) => schemas(name, module));
  return {
    ...Object.fromEntries(found.map(([path, schema]) => [path, describeSchema(schema)])),
    'who may see': [...events.publicEvents].sort(),
    'who may give': [[...commands.visitorCommands].sort(), [...commands.agentCommands].sort()],
  };
}

const sha256 = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');

test('the lock covers every kind of message', () => {
  const paths = Object.keys(everything());
  for (const path of [
    'commands.commands.message:send',
    'commands.queries.conversation:resume',
    'commands.signals.typing:set',
    'events.catalogue.message.created.data',
    'wire.visitorPage',
    'wire.ephemeral',
    'http.signIn',
    'http.setUp',
    'blueprint.blueprint',
  ])
    expect(paths).toContain(path);
});

test('the wire does not change without its version', () => {
  const found = sha256(everything());
  expect(LOCK.protocol, 'PROTOCOL was raised: take the new number over into LOCK.').toBe(PROTOCOL);
  expect(
    found,
    `The schemas of the wire changed. Would a client or a relay of the version before notice?
If so: raise PROTOCOL in version.ts, add a line there saying what changed, and raise OLDEST_PROTOCOL
when the relay can no longer serve older clients.
Then set LOCK in this file to protocol ${PROTOCOL}, sha256 '${found}'.`,
  ).toBe(LOCK.sha256);
});

test('the oldest version still spoken is not newer than the current one', () => {
  expect(OLDEST_PROTOCOL).toBeGreaterThanOrEqual(1);
  expect(OLDEST_PROTOCOL).toBeLessThanOrEqual(PROTOCOL);
});

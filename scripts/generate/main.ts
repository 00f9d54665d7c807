/**
 * Writes what follows from the schemas: the events' page, the published JSON Schemas, and descriptions of
 * the API (OpenAPI) and of the wire (AsyncAPI); and what follows from measured costs: the tables of scaling. `--check` writes nothing and fails where something written
 * is not what it should be.
 *
 * A published schema is a promise: one that breaks it is not written over. Give the event a new type,
 * `….v2`, and keep the old one until its consumers have moved.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventNames, type JsonSchema, outwardSchema } from '@throughline/shared/schema';
import { scalingPage } from '../../bench/scaling/page.ts';
import { describeWire } from './asyncapi.ts';
import { findBreaks } from './breaks.ts';
import { eventsPage } from './events-page.ts';
import { describeRoutes } from './openapi.ts';

const docs = join(import.meta.dirname, '../../docs');
const isCheck = process.argv.includes('--check');
const faults: string[] = [];

const MARK = '<!-- From here on written by `pnpm generate`. -->';

const readDoc = (file: string): string =>
  existsSync(join(docs, file)) ? readFileSync(join(docs, file), 'utf8') : '';

function put(file: string, text: string): void {
  if (readDoc(file) === text) return;
  if (isCheck) {
    faults.push(`docs/${file} is not what the schemas say; run pnpm generate`);
    return;
  }
  mkdirSync(dirname(join(docs, file)), { recursive: true });
  writeFileSync(join(docs, file), text);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function publishSchemas(): void {
  for (const type of eventNames) {
    const file = `schemas/${type}.json`;
    const after = outwardSchema(type, `urn:throughline:event:${type}`);
    const written = readDoc(file);
    const before = written ? (JSON.parse(written) as JsonSchema) : undefined;
    const breaks = before ? findBreaks(before, after) : [];
    const isSameVersion = before?.version === after.version;
    if (breaks.length > 0)
      faults.push(`${type} breaks its promise: ${breaks.join('; ')}; make it ${type}.v2`);
    else if (before && isSameVersion && written !== json(after) && hasGrown(before, after))
      faults.push(`${type} says more than version ${after.version} promised; raise its version`);
    else put(file, json(after));
  }
}

/** Whether more than words changed. */
function hasGrown(before: JsonSchema, after: JsonSchema): boolean {
  const bare = (schema: JsonSchema) =>
    JSON.stringify(schema, (key, value) => (key === 'description' ? undefined : value));
  return bare(before) !== bare(after);
}

/** Keeps what people wrote above the mark. */
function publishPage(file: string, page: string): void {
  const [intro = ''] = readDoc(file).split(MARK);
  put(file, `${intro}${MARK}\n\n${page}\n`);
}

publishSchemas();
publishPage('events.md', eventsPage());
publishPage('scaling.md', scalingPage());
put('openapi.json', json(describeRoutes()));
put('asyncapi.json', json(describeWire()));
for (const fault of faults) process.stderr.write(`✗ ${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

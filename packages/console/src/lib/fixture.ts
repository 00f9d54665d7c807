import type { CloudEvent } from '@throughline/shared/schema';
import { shortType } from './patterns.ts';

/** The envelope first, as the documentation shows it; what is not named follows by the alphabet. */
const ORDER = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'partitionkey',
  'sequence',
  'causationid',
  'authtype',
  'authid',
  'siteid',
  'livemode',
];
const LAST = 'data';

const rank = (name: string): number => {
  if (name === LAST) return ORDER.length + 1;
  const at = ORDER.indexOf(name);
  return at === -1 ? ORDER.length : at;
};

type Entry = [string, unknown];

const byName = ([a]: Entry, [b]: Entry): number => (a < b ? -1 : 1);
const byRank = (a: Entry, b: Entry): number => rank(a[0]) - rank(b[0]) || byName(a, b);

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(byName);
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** The same event always has the same shape, whoever wrote it and whenever: two copies can be compared. */
const stable = (event: CloudEvent): object =>
  Object.fromEntries(
    Object.entries(event)
      .sort(byRank)
      .map(([name, value]) => [name, sorted(value)]),
  );

/** As formatted JSON. */
export const asJson = (event: CloudEvent): string => JSON.stringify(stable(event), null, 2);

/** With the quotes a formatter would choose. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (text.includes("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}

const nameOf = (key: string): string => (/^[a-z_$][\w$]*$/i.test(key) ? key : quoted(key));

function literal(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (!isRecord(value)) return String(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = Object.entries(value).map(([key, inner]) => {
    const text = literal(inner, deeper);
    return `${deeper}${isList ? text : `${nameOf(key)}: ${text}`},\n`;
  });
  const [open, shut] = isList ? '[]' : '{}';
  return lines.length === 0 ? `${open}${shut}` : `${open}\n${lines.join('')}${indent}${shut}`;
}

/** `message.created` → `messageCreated`. */
const constantOf = (type: string): string =>
  shortType(type).replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

/** As a constant for a test, in TypeScript. */
export const asFixture = (event: CloudEvent): string =>
  `export const ${constantOf(event.type)} = ${literal(stable(event), '')} satisfies CloudEvent;\n`;

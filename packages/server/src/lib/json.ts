import { AppError } from './errors.ts';

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** Whether nothing got lost on the way from `text` to `value`, which was made of it. */
function isKept(text: string, value: unknown): boolean {
  let names = 0;
  const all = [value];
  for (const one of all) {
    if (typeof one === 'number' && Math.abs(one) > Number.MAX_SAFE_INTEGER) return false;
    if (typeof one !== 'object' || one === null) continue;
    if (Object.hasOwn(one, '__proto__')) return false;
    const parts: unknown[] = Array.isArray(one) ? one : Object.values(one);
    if (parts !== one) names += parts.length;
    for (const part of parts) all.push(part);
  }
  // Outside of texts a colon stands behind a name and nowhere else.
  return text.replace(STRING, '').split(':').length - 1 === names;
}

/** What a terminal would obey or be turned around by, beyond what JSON escapes by itself. */
const UNSAFE = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** The same JSON, so that it shows the same to every reader and commands no terminal. */
export const printable = (json: string): string =>
  json.replace(UNSAFE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Reads JSON and refuses what `JSON.parse` passes over in silence and another reader takes for something
 * else: a name twice in one object, a number that would be rounded, a prototype.
 * @throws AppError `bad_json`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('bad_json');
  }
  if (!isKept(text, value)) throw new AppError('bad_json');
  return value;
}

/** The same text for the same value, in whatever order its names were written. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

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

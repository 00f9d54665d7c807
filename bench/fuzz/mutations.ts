import type { Random } from '../referee/random.ts';

/** Values that have broken something somewhere. */
const NASTY: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', '\0', '\ud800', '‮gnp.exe', [], [[[[]]]], {}],
  ...['__proto__', 'constructor', '%s%n', "'; DROP TABLE event; --", '../../etc/passwd'],
  ...['x'.repeat(11_000), '*'.repeat(9000), 'http://'.repeat(1400), { toString: 'x' }],
  ...[{ _placeholder: true, num: 0 }, { $ne: null }, JSON.parse('{"__proto__":{"polluted":1}}')],
];
const NAMES = ['x', '__proto__', 'constructor', 'seq', 'role', '', '\0', 'id', 'text', 'limit'];
const SIGNS = [...'"{}[],:\\/0-e%\0', '\r\n', '\ud83d', '🙂', '_placeholder', '1e999', '..'];

/** Changes a value somewhere inside, or adds or takes away a field. */
export function bend(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(NASTY);
  if (Array.isArray(value)) return [...value, random.pick(NASTY)];
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.2))
    return { ...value, [random.pick(NAMES)]: random.pick(NASTY) };
  const at = random.between(0, entries.length - 1);
  if (random.chance(0.2)) return Object.fromEntries(entries.filter((_, i) => i !== at));
  return Object.fromEntries(
    entries.map(([name, inner], i) => [name, i === at ? bend(inner, random) : inner]),
  );
}

/** Takes away, adds, repeats or swaps a few characters of a text. */
export function damage(text: string, random: Random): string {
  const at = random.between(0, text.length);
  const to = at + random.between(0, 12);
  const sign = random.pick(SIGNS);
  return random.pick([
    text.slice(0, at) + text.slice(to),
    text.slice(0, at) + sign + text.slice(at),
    text.slice(0, at) + sign + text.slice(at + 1),
    text.slice(0, at),
    text + text,
    text.slice(0, to) + text.slice(at, to).repeat(3) + text.slice(to),
    random.between(0, 9) + text.slice(1),
    text.replace(/\d+/, () => String(random.pick([0, -1, 2 ** 31, 2 ** 53, 99_999_999_999]))),
  ]);
}

const hex = (random: Random, digits: number): string =>
  random
    .between(0, 16 ** digits - 1)
    .toString(16)
    .padStart(digits, '0');

/** A UUIDv7 of this moment, for the rest from the seed. */
export function idOf(random: Random): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const [a, b, c] = [hex(random, 3), hex(random, 3), hex(random, 12)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-8${b}-${c}`;
}

import { afterEach, expect, test, vi } from 'vitest';
import { UUID_V7, uuidv7 } from './ids.ts';
import { commands } from './schema/commands.ts';
import { parse } from './schema/parse.ts';

const msOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

afterEach(() => {
  vi.restoreAllMocks();
});

test('an id is a UUIDv7 the relay accepts', () => {
  for (let i = 0; i < 100; i++) {
    const id = uuidv7();
    expect(id).toMatch(UUID_V7);
    expect(parse(commands['contact:identify'], { id }).ok).toBe(true);
  }
});

test('it begins with the time, in all 48 bits', () => {
  // Times far ahead, each later than the one before: the clock of ids never runs back.
  for (const ms of [2 ** 41 + 1, 2 ** 44 + 12_345, 253_402_300_799_999]) {
    vi.spyOn(Date, 'now').mockReturnValue(ms);
    expect(msOf(uuidv7())).toBe(ms);
  }
});

test('[P21] ids made one after another sort that way, in one millisecond and when the clock steps back', () => {
  const now = vi.spyOn(Date, 'now');
  const ids: string[] = [];
  for (const ms of [0, 0, 0, -3_600_000, 5, 5, -1]) {
    now.mockReturnValue(253_402_300_900_000 + ms);
    ids.push(uuidv7(), uuidv7());
  }
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('what only looks like one is none', () => {
  const good = '01a20265-65a2-7c34-badd-0e186b0df4ad';
  expect(good).toMatch(UUID_V7);
  for (const bad of [
    good.toUpperCase(),
    ` ${good}`,
    `${good}\n`,
    good.replaceAll('-', ''),
    good.replace('-7', '-4'),
    good.replace('-b', '-c'),
    '',
  ])
    expect(bad).not.toMatch(UUID_V7);
});

import { describe, expect, it } from 'vitest';
import { row, testDesk } from '../../test/desk.ts';
import { commandFor, commands } from './commands.ts';

describe('the command of a key', () => {
  const stateWith = async (more: Parameters<typeof row>[1]) => {
    const test = testDesk({ rows: [row(1, more)], route: { conversation: row(1).id } });
    await test.online();
    return test.desk.store.getState();
  };

  it.each([
    ['j', 'next'],
    ['k', 'previous'],
    ['r', 'reply'],
    ['n', 'note'],
    ['e', 'resolve'],
    ['z', 'snooze'],
    ['i', 'take'],
    ['a', 'assign'],
    ['l', 'tag'],
    ['Shift+e', 'resolve-next'],
    ['/', 'search'],
    ['?', 'help'],
    ['Mod+k', 'palette'],
    ['g u', 'view-unassigned'],
    ['Escape', 'back'],
  ])('%s is %s', async (key, command) => {
    expect(commandFor(key, await stateWith({}))?.id).toBe(command);
  });

  it('depends on how the conversation stands', async () => {
    const resolved = await stateWith({ status: 'resolved' });
    expect(commandFor('e', resolved)).toBeUndefined();
    expect(commandFor('Shift+o', resolved)?.id).toBe('reopen');
    expect(commandFor('Shift+o', await stateWith({ status: 'snoozed' }))?.id).toBe('wake');
  });

  it('is none for single keys once they are switched off; chords and Escape remain', async () => {
    const state = await stateWith({});
    const off = { ...state, settings: { ...state.settings, shortcuts: false } };
    for (const key of ['j', 'e', 'Shift+e', '?', '/', 'g u'])
      expect(commandFor(key, off)).toBeUndefined();
    expect(commandFor('Mod+k', off)?.id).toBe('palette');
    expect(commandFor('Escape', off)?.id).toBe('back');
  });

  it('never hangs on Alt, nor on what browsers keep for themselves', () => {
    const keys = commands.flatMap((command) => command.keys);
    expect(keys.filter((key) => /Alt|Mod\+[tnwlr]$/.test(key))).toEqual([]);
  });
});

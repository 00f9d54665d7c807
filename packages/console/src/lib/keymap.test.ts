import { describe, expect, it } from 'vitest';
import { createSequence, type KeyPress, keyOf } from './keymap.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  ...more,
});

describe('keyOf', () => {
  it.each([
    [press('j'), 'j'],
    [press('J'), 'j'],
    [press('E', { shiftKey: true }), 'Shift+e'],
    [press('?', { shiftKey: true }), '?'],
    [press('/', { shiftKey: true }), '/'],
    [press('k', { ctrlKey: true }), 'Mod+k'],
    [press('k', { metaKey: true }), 'Mod+k'],
    [press('K', { metaKey: true, shiftKey: true }), 'Mod+Shift+k'],
    [press('Enter', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Enter'],
    [press('л', { ctrlKey: true, code: 'KeyK' }), 'Mod+k'],
    [press('Escape'), 'Escape'],
  ])('%# names what was pressed', (event, expected) => {
    expect(keyOf(event)).toBe(expected);
  });

  it.each([
    [press('ł', { altKey: true })],
    [press('e', { altKey: true })],
    [press('@', { ctrlKey: true, altKey: true })],
    [press('@', { getModifierState: (name) => name === 'AltGraph' })],
    [press('a', { isComposing: true })],
    [press('Enter', { keyCode: 229 })],
  ])('%# leaves alone what belongs to writing', (event) => {
    expect(keyOf(event)).toBeUndefined();
  });
});

const isPrefix = (key: string) => key === 'g';

describe('sequences', () => {
  it('join two presses within a second', () => {
    const join = createSequence(isPrefix);
    expect(join('g', 0)).toBe('g');
    expect(join('m', 900)).toBe('g m');
    expect(join('m', 950)).toBe('m');
  });

  it('end after a second', () => {
    const join = createSequence(isPrefix);
    join('g', 0);
    expect(join('m', 1001)).toBe('m');
  });

  it('never swallow a key that begins nothing', () => {
    const join = createSequence(isPrefix);
    join('j', 0);
    expect(join('k', 10)).toBe('k');
  });
});

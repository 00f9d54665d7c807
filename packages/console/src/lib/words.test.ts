import { describe, expect, it } from 'vitest';
import { deviceOf, isHandheld, languageName } from './device.ts';
import { fuzzy } from './fuzzy.ts';
import { HUES, hueOf, initialsOf, nameOf } from './person.ts';

describe('people', () => {
  it('has initials in any script, and none for a face', () => {
    expect(initialsOf('Mara Lindqvist')).toBe('ML');
    expect(initialsOf('anna maria de souza')).toBe('AS');
    expect(initialsOf('田中 雪')).toBe('田雪');
    expect(initialsOf('𝒳yz')).toBe('𝒳');
    expect(initialsOf('🙂')).toBe('');
  });

  it('calls a stranger by the end of the id', () => {
    const id = '01890000-0000-7000-8000-000000004f2a';
    expect(nameOf({ id, name: null })).toBe('Visitor 4F2A');
    expect(nameOf({ id, name: null, email: 'a@b.example' })).toBe('a@b.example');
  });

  it.each(['', ' ', '\u200B\u2060', '\u3164', '\u0301\u0301'])(
    'calls nobody by a name without a visible character (%#)',
    (name) => {
      expect(nameOf({ id: '00004f2a', name })).toBe('Visitor 4F2A');
    },
  );

  it('keeps a name on one line, and from turning what stands beside it', () => {
    expect(nameOf({ id: '', name: ' Ada\n\tOkoye \u202Egpj' })).toBe('Ada Okoye gpj');
  });

  it('keeps one colour an id', () => {
    expect(hueOf('a')).toBe(hueOf('a'));
    for (const id of ['', 'x', 'y'.repeat(500)]) expect(hueOf(id)).toBeLessThan(HUES);
    const hues = new Set(Array.from({ length: 100 }, (_, i) => hueOf(`0190-${i}`)));
    expect(hues.size).toBe(HUES);
  });
});

describe('devices', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
      'Safari 26 on iPhone',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0',
      'Firefox 149 on Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36',
      'Chrome 148 on Android',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0',
      'Edge 148 on Windows',
    ],
    ['curl/8.0', undefined],
    ['', undefined],
  ])('%#', (userAgent, expected) => {
    expect(deviceOf(userAgent)).toBe(expected);
  });

  it('tells a phone from a desk', () => {
    expect(isHandheld('… iPhone …')).toBe(true);
    expect(isHandheld('… Macintosh …')).toBe(false);
  });

  it('names languages and bears nonsense', () => {
    expect(languageName('de-DE')).toBe('German (Germany)');
    expect(languageName('x')).toBe('x');
  });
});

describe('fuzzy', () => {
  const best = (query: string, texts: string[]) =>
    texts
      .map((text) => ({ text, match: fuzzy(query, text) }))
      .filter(({ match }) => match)
      .sort((a, b) => (b.match?.score ?? 0) - (a.match?.score ?? 0))[0]?.text;

  it('prefers the starts of words and unbroken runs', () => {
    expect(best('res', ['Sort by resolved', 'Resolve', 'Reopen as'])).toBe('Resolve');
    expect(best('am', ['Unassign him', 'Assign to me'])).toBe('Assign to me');
    expect(best('snto', ['Snooze until tomorrow', 'Show notifications'])).toBe(
      'Snooze until tomorrow',
    );
  });

  it('ignores accents and case, and says where it matched', () => {
    expect(fuzzy('jose', 'José Álvarez')?.at).toEqual([0, 1, 2, 3]);
    expect(fuzzy('xyz', 'José')).toBeUndefined();
  });
});

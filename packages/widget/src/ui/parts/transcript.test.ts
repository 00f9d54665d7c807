import { describe, expect, test } from 'vitest';
import { event } from '../../../test/fake-link.ts';
import { en } from '../../i18n/en.ts';
import { fill } from '../../i18n/languages.ts';
import { menuWords } from '../../i18n/words/menu.ts';
import { applyEvent, begunConversation } from '../../store/apply.ts';
import { initialState, type State } from '../../store/state.ts';
import { clockTime, longDate } from '../format.ts';
import { transcriptOf } from './transcript.ts';

const words = { ...en, ...menuWords };
const around = {
  id: 'c1',
  tag: 'en-GB',
  siteName: 'Shop',
  t: (key: keyof typeof words, values = {}) => fill(words[key], values, 'en'),
  shown: <T>(message: T) => message,
};
const stateWith = (...events: Parameters<typeof applyEvent>[1][]): State => {
  let c = begunConversation('c1', 0);
  for (const one of events) c = applyEvent(c, one);
  return { ...initialState, conversations: { c1: c } };
};
const at = (hours: number, minutes: number) => new Date(2026, 2, 5, hours, minutes).getTime();
const ada = { kind: 'agent', id: 'a1', name: 'Ada' } as const;

describe('a transcript', () => {
  test('says who wrote what and when, under the day', () => {
    const state = stateWith(
      event(1, { time: at(9, 5), actor: { kind: 'visitor', id: 'v' }, data: { text: 'Hello' } }),
      event(2, { time: at(9, 6), actor: ada, data: { text: 'Hi' } }),
      event(3, { time: at(9, 7), type: 'conversation.resolved', data: {} }),
    );
    expect(transcriptOf(state, around)).toBe(
      `Conversation with Shop

${longDate(at(9, 5), 'en-GB')}
${clockTime(at(9, 5), 'en-GB')}  You
    Hello
${clockTime(at(9, 6), 'en-GB')}  Ada
    Hi
${clockTime(at(9, 7), 'en-GB')}  The conversation was closed.
`,
    );
  });

  test('[MD-20] no words pass for a line of ours, and no name turns the text around', () => {
    const text = 'one\n09:06  Ada\r\n    forged\u2028more <script>alert(1)</script>';
    const name = 'A\u202Eda\nBo';
    const state = stateWith(event(1, { actor: { ...ada, name }, data: { text } }));
    const [, , , author, ...said] = transcriptOf(state, around).trimEnd().split('\n');
    expect(author).toMatch(/ {2}Ada Bo$/);
    expect(said).toHaveLength(4);
    for (const line of said) expect(line).toMatch(/^ {4}/);
  });

  test('leaves out what was deleted, and what the page does not show', () => {
    const state = stateWith(
      event(1, { actor: ada, data: { text: 'secret' } }),
      event(2, { type: 'message.deleted', data: { message: 'event-1' } }),
      event(3, { actor: ada, data: { text: 'hidden' } }),
    );
    const shown = <T extends { text: string }>(m: T) => (m.text === 'hidden' ? null : m);
    const text = transcriptOf(state, { ...around, shown });
    expect(text).toContain('    Message deleted');
    expect(text).not.toMatch(/secret|hidden/);
  });
});

import { describe, expect, test } from 'vitest';
import { event } from '../../../test/fake-link.ts';
import { en } from '../../i18n/en.ts';
import { fill } from '../../i18n/languages.ts';
import { applyEvent, begunConversation } from '../../store/apply.ts';
import { initialState, type State } from '../../store/state.ts';
import { clockTime, longDate } from '../format.ts';
import { transcriptOf, transcriptWords } from './transcript.ts';

const words = { ...transcriptWords, ...en };
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

  test.each<[string, object, { type: string; data: object } | undefined, string[]]>([
    [
      'files by their names',
      {
        attachments: [
          { id: 'f1', name: 'bill\n09:00  Ada.pdf' },
          { id: 'f2', name: 'b.png' },
        ],
      },
      undefined,
      ['File: bill 09:00 Ada.pdf', 'File: b.png'],
    ],
    [
      'where buttons lead, and the one that was pressed',
      {
        block: {
          kind: 'buttons',
          buttons: [
            { label: 'Track', action: 'track' },
            { label: 'Terms', url: 'https://shop.example/terms' },
          ],
        },
      },
      { type: 'message.action_clicked', data: { action: 'track', label: 'Track' } },
      ['Terms: https://shop.example/terms', 'Chosen: Track'],
    ],
    [
      'cards, and where they lead',
      {
        block: {
          kind: 'cards',
          cards: [
            {
              title: 'Chair',
              text: 'Oak',
              buttons: [{ label: 'See', url: 'https://shop.example/' }],
            },
            { title: 'Table' },
          ],
        },
      },
      undefined,
      ['Chair: Oak', 'See: https://shop.example/', 'Table'],
    ],
    [
      'a form, in the visitor’s language, with its answers',
      {
        block: {
          kind: 'form',
          form: {
            title: 'Call me',
            fields: [
              { name: 'phone', label: 'Phone', type: 'phone' },
              { name: 'note', label: 'Note', type: 'textarea' },
              { name: 'ok', label: 'Agreed', type: 'checkbox' },
              { name: 'fax', label: 'Fax', type: 'text' },
            ],
          },
        },
      },
      { type: 'form.submitted', data: { values: { phone: '123', note: 'a\nb', ok: true } } },
      ['Call me', 'Phone: 123', 'Note: a', 'b', 'Agreed: Yes'],
    ],
    [
      'a rating',
      { block: { kind: 'rating', scale: 'csat' } },
      { type: 'survey.submitted', data: { score: 4, comment: 'Quick' } },
      ['How did we do?', 'Your rating: 4/5', 'Quick'],
    ],
    [
      'a rating with a question of its own',
      { block: { kind: 'rating', scale: 'csat', survey: 'checkout', question: 'Was it easy?' } },
      { type: 'survey.submitted', data: { score: 4 } },
      ['Was it easy?', 'Your rating: 4/5'],
    ],
    [
      'a payment that is due',
      { block: { kind: 'payment', title: 'Bill', amount: 4990, currency: 'EUR' } },
      { type: 'payment.completed', data: { status: 'failed' } },
      ['Bill: €49.90 (Due)'],
    ],
    [
      'a payment that was made',
      { block: { kind: 'payment', amount: 4990, currency: 'EUR', dueAt: 1 } },
      { type: 'payment.completed', data: { status: 'paid' } },
      ['€49.90 (Paid)'],
    ],
    [
      'of replies none: what was chosen is a message',
      { text: 'Which?', block: { kind: 'replies', options: [{ action: 'a', label: 'A' }] } },
      { type: 'message.action_clicked', data: { action: 'a', label: 'A' } },
      ['Which?'],
    ],
  ])('tells %s', (...[, data, answer, lines]) => {
    const answered = stateWith(
      event(1, { actor: ada, data: { text: '', ...data } as never }),
      ...(answer
        ? [event(2, { ...answer, data: { message: 'event-1', ...answer.data } } as never)]
        : []),
    );
    const [, , , author, ...said] = transcriptOf(answered, around).trimEnd().split('\n');
    expect(author).toMatch(/ {2}Ada$/);
    expect(said).toEqual(lines.map((line) => `    ${line}`));
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

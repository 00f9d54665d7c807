import { describe, expect, test } from 'vitest';
import type { Advice, Conversation } from '../store/store.ts';
import { endingSuggestion, mustNotSend } from './decide-suggestion.ts';
import type { Fact } from './decision.ts';
import { unborn } from './evolve.ts';
import type { Principal } from './policy.ts';

const visitor: Principal = { kind: 'visitor', id: 'v', site: 'shop' };
const ada: Principal = { kind: 'agent', id: 'ada', name: 'Ada' };
const program: Principal = { kind: 'bot', id: 'crm', name: 'CRM' };

const row = (more: Partial<NonNullable<Advice['suggestion']>> = {}): Conversation => ({
  ...unborn({ id: 'c', site: 'shop', contact: 'v' }, 0),
  advice: {
    ...{ bot: 'b', upTo: 1, state: null },
    suggestion: {
      id: 's',
      mode: 'suggest',
      text: 'Tomorrow',
      sendAt: null,
      outcome: null,
      ...more,
    },
  },
});

const says = (text: string, more: object = {}) => ({
  facts: [{ type: 'message.created', data: { text } }] satisfies Fact[],
  input: { id: 'i', conversation: 'c', text, ...more },
});

const forIt = { suggestion: 's' };

describe('a suggestion ends', () => {
  test.each([
    ['as it was, by a person', ada, says('Tomorrow ', forIt), 'sent', 'i'],
    ['as it was, typed by hand', ada, says('Tomorrow'), 'sent', 'i'],
    ['changed by a person', ada, says('On Friday', forIt), 'sent_edited', 'i'],
    ['where a person says something else', ada, says('Hm'), 'superseded', 'i'],
    ['where the visitor writes on', visitor, says('Or Friday?'), 'superseded', null],
    ['where a program says something', program, says('News'), 'superseded', null],
  ] as const)('%s', (...[_what, who, { facts, input }, outcome, message]) => {
    const data = { suggestion: 's', outcome, message };
    expect(endingSuggestion(row(), facts, { who, input })).toEqual([
      { type: 'suggestion.ended', data },
    ]);
  });

  test('that nobody was to see is compared with what a person says, whatever that is', () => {
    const ends = endingSuggestion(row({ mode: 'shadow' }), says('Hm').facts, {
      ...{ who: ada, input: says('Hm').input },
    });
    expect(ends).toMatchObject([{ data: { outcome: 'shadow', message: 'i' } }]);
  });

  test.each<[string, Fact, string]>([
    ['with its conversation', { type: 'conversation.resolved', data: {} }, 'expired'],
    [
      'with one that is put off',
      { type: 'conversation.snoozed', data: { until: 9, trigger: 'agent' } },
      'expired',
    ],
    [
      'where a bot gets the floor',
      {
        type: 'bot.started',
        data: { run: 'r', bot: 'b', version: 'v', reason: 'handed_back', goal: null, hops: 0 },
      },
      'superseded',
    ],
  ])('%s', (_what, fact, outcome) => {
    const ends = endingSuggestion(row(), [fact], { who: ada, input: { id: 'i' } });
    expect(ends).toMatchObject([{ data: { outcome, message: null } }]);
  });

  test('once, and not by what the relay asks by itself', () => {
    const given = { who: ada, input: { id: 'i' } };
    const asks: Fact = { type: 'message.created', data: { text: 'How was it?' } };
    const noted: Fact = { type: 'note.created', data: { text: 'psst' } };
    expect(endingSuggestion(row(), [noted, asks], given)).toEqual([]);
    expect(endingSuggestion(row({ outcome: 'dismissed' }), says('Hm').facts, given)).toEqual([]);
  });
});

describe('a message for a suggestion', () => {
  const input = { id: 'i', conversation: 'c', text: 'Tomorrow', suggestion: 's' };

  test('is sent whatever became of that, unless it was sent already', () => {
    expect(mustNotSend(row(), input, ada)).toBeUndefined();
    expect(mustNotSend(row({ outcome: 'superseded' }), input, ada)).toBeUndefined();
    for (const outcome of ['sent', 'sent_edited'] as const)
      expect(mustNotSend(row({ outcome }), input, ada)).toEqual({ refuse: 'suggestion_over' });
  });

  test('is a person’s', () => {
    for (const who of [visitor, program])
      expect(mustNotSend(row(), input, who)).toEqual({ refuse: 'forbidden', field: 'suggestion' });
  });
});

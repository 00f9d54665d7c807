import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanguage } from './expression.ts';
import { needs, ruleScope, rules } from './vocabulary.ts';

const view = {
  page: { path: '/pricing' },
  contact: { known: true, facts: { plan: 'pro', seats: 5, share: 0.5, vip: true } },
  conversation: { tags: ['vip', 'urgent'] },
  time: { hour: 9, weekday: 'monday' as const },
};
const evaluate = (text: string) => rules.compile(text).evaluate(ruleScope(view));

test.each([
  ['page.path == "/pricing"', true],
  ['page.path.startsWith("/docs")', false],
  ['contact.facts.seats >= 5 && contact.facts.seats + 1 == 6', true],
  ['contact.facts.share < 1', true],
  ['contact.facts["plan"] in ["pro", "team"]', true],
  ['contact.facts.vip', true],
  ['"vip" in conversation.tags', true],
  ['conversation.tags.exists(tag, tag.startsWith("urg"))', true],
  ['time.hour * 60 > 500 && time.weekday != "sunday"', true],
  ['has(contact.facts.size)', false],
  ['has(page.title)', false],
  ['has(conversation.facts.topic)', false],
])('%s is %s', (text, truth) => {
  expect(rules.compile(text).fault).toBeUndefined();
  expect(evaluate(text)).toBe(truth);
});

describe('what nobody knows is unknown', () => {
  test.each([
    'page.title == "Prices"',
    '!(page.title == "Prices")',
    'language == "de"',
    'contact.facts.size > 3',
    'contact.facts.constructor == "x"',
    'contact.facts.plan > 3',
    'contact.facts.plan',
    'load.waiting > 3',
  ])('%s', (text) => {
    expect(rules.compile(text).fault).toBeUndefined();
    expect(evaluate(text)).toBe('unknown');
  });

  test('unless the rest decides', () => {
    expect(evaluate('contact.facts.size > 3 || contact.known')).toBe(true);
    expect(evaluate('contact.facts.size > 3 && !contact.known')).toBe(false);
  });

  test('a list that is too long is not known', () => {
    const skills = { language: Array.from({ length: 201 }, () => 'de') };
    const scope = needs.scope({ agent: { skills } });
    expect(needs.compile('"de" in agent.skills.language').evaluate(scope)).toBe('unknown');
  });
});

test.each([
  ['1 +', 'bad_expression'],
  ['', 'bad_expression'],
  ['nope == 1', 'bad_expression'],
  ['page.nope == "x"', 'bad_expression'],
  ['page.path > 3', 'bad_expression'],
  ['time.hour + 1', 'bad_expression'],
  ['page.path', 'bad_expression'],
  [`page.path == "${'x'.repeat(500)}"`, 'too_costly'],
  ['page.path.matches("^(a+)+$")', 'too_costly'],
  ['cel.bind(x, page.path + page.path, x == "a")', 'too_costly'],
  ['conversation.tags.all(a, conversation.tags.exists(b, a == b))', 'too_costly'],
  ['conversation.tags.map(a, a + a).size() > 0', 'too_costly'],
])('%s has a fault, %s, and is always unknown', (text, code) => {
  const expression = rules.compile(text);
  expect(expression.fault?.code).toBe(code);
  expect(expression.evaluate(ruleScope(view))).toBe('unknown');
});

test('a fault says where', () => {
  expect(rules.compile('site == nope').fault?.message).toBe(
    'Unknown variable: nope (at character 9)',
  );
});

test('two languages know nothing of each other', () => {
  const one = createLanguage([{ name: 'a', type: 'bool', about: '' }]);
  const other = createLanguage([{ name: 'b', type: 'bool', about: '' }]);
  expect(one.compile('a').fault).toBeUndefined();
  expect(other.compile('a').fault).toBeDefined();
});

test('whatever is written and known, it never throws', () => {
  const part = fc.constantFrom(
    ...[
      'page',
      '.',
      'path',
      '==',
      '"x"',
      '(',
      ')',
      '!',
      '&&',
      'contact.facts',
      '[',
      ']',
      '3',
      'in',
    ],
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, fc.dictionary(fc.string(), fc.jsonValue()), (written, known) => {
      const expression = rules.compile(written);
      expect([true, false, 'unknown']).toContain(expression.evaluate(rules.scope(known)));
    }),
  );
});

import { type RoutingView, routing, weekdays } from '@throughline/shared/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRouting } from './compile.ts';
import { place } from './place.ts';

const queue = (id: string, credit = {}) => ({
  id,
  name: id,
  credit,
  rings: [{ afterMs: 0, teams: ['everybody'] }],
});

const document = routing.parse({
  agents: [],
  teams: [{ id: 'everybody', name: 'Everybody' }],
  queues: [queue('general'), queue('sales', { base: 600, rate: 2 }), queue('care', { base: 60 })],
  route: {
    queue: 'general',
    need: { language: 'en' },
    routes: [
      { when: 'contact.facts.vulnerable', queue: 'care' },
      {
        when: 'intent == "sales" || page.path.startsWith("/pricing")',
        queue: 'sales',
        routes: [
          { when: 'contact.facts.employees >= 500', base: 2700, need: { level: 4 } },
          { when: 'language.startsWith("de")', need: { language: 'de' } },
        ],
      },
      { when: 'contact.verified', base: 5 },
    ],
  },
});
const compiled = compileRouting(document, []);
const placed = (view: RoutingView) => place(compiled, view);

test('the root catches what no rule wants, and the credit is the queue’s', () => {
  expect(placed({ contact: { facts: { vulnerable: false }, verified: false } })).toEqual({
    queue: 'general',
    base: 0,
    rate: 1,
    need: { language: 'en' },
    path: 'route',
    reasons: ['route.routes[1] is unknown', 'no other rule matches'],
  });
});

test('the first child that matches wins, and below it the first of its own', () => {
  const { queue, path, reasons } = placed({
    page: { path: '/pricing' },
    contact: { verified: true, facts: { employees: 800 } },
    language: 'de-AT',
  });
  expect({ queue, path }).toEqual({ queue: 'sales', path: 'route.routes[1].routes[0]' });
  expect(reasons).toEqual([
    'route.routes[0] is unknown',
    'route.routes[1] matches',
    'route.routes[1].routes[0] matches',
  ]);
});

test('what a rule does not say it has from the one above it', () => {
  const contact = { facts: { employees: 500 } };
  expect(placed({ intent: 'sales', contact })).toMatchObject({
    queue: 'sales',
    base: 2700,
    rate: 2,
    need: { language: 'en', level: 4 },
  });
  expect(placed({ intent: 'sales', language: 'de' })).toMatchObject({
    base: 600,
    need: { language: 'de' },
  });
  expect(placed({ contact: { verified: true } })).toMatchObject({ queue: 'general', base: 5 });
});

test('a rule that needs what nobody knows does not match', () => {
  expect(placed({}).path).toBe('route');
});

test('the intent is a fact of the conversation, the path a part of the address', () => {
  expect(placed({ conversation: { facts: { intent: 'sales' } } }).queue).toBe('sales');
  expect(placed({ page: { url: 'https://shop.example/pricing?a=1' } }).queue).toBe('sales');
});

const facts = fc.dictionary(
  fc.constantFrom('vulnerable', 'employees', 'intent'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
);
const anyView = fc.record(
  {
    site: fc.string(),
    language: fc.constantFrom('de', 'en-GB'),
    page: fc.record(
      { url: fc.webUrl(), path: fc.constantFrom('/', '/pricing') },
      { requiredKeys: [] },
    ),
    contact: fc.record(
      { known: fc.boolean(), verified: fc.boolean(), facts },
      { requiredKeys: [] },
    ),
    conversation: fc.record({ facts }, { requiredKeys: [] }),
    intent: fc.constantFrom('sales', 'support'),
    time: fc.record({ hour: fc.nat(23), weekday: fc.constantFrom(...weekdays) }),
  },
  { requiredKeys: [] },
);

test('the same of the same: it decides alike however often, and from a copy of everything', () => {
  fc.assert(
    fc.property(anyView, (view) => {
      const copy = compileRouting(routing.parse(structuredClone(document)), []);
      const first = placed(view);
      expect(placed(view)).toEqual(first);
      expect(place(copy, structuredClone(view))).toEqual(first);
      expect(compiled.queues.has(first.queue)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

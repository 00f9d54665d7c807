import { routing } from '@throughline/shared/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRouting } from './check.ts';

const known = [
  { id: 'a', email: 'Ada@shop.example' },
  { id: 'b', email: 'ben@shop.example' },
];

const good = {
  agents: [
    { email: 'ada@shop.example', teams: ['sales'], skills: { language: ['de', 'en'], level: 4 } },
    { email: 'ben@shop.example', teams: ['everybody'] },
  ],
  teams: [
    { id: 'sales', name: 'Sales' },
    { id: 'everybody', name: 'Everybody' },
  ],
  queues: [
    { id: 'general', name: 'General', rings: [{ afterMs: 0, teams: ['everybody'] }] },
    {
      id: 'leads',
      name: 'Leads',
      rings: [{ afterMs: 0, teams: ['sales'], need: 'need.language in agent.skills.language' }],
      overflow: [{ afterMs: 60_000, when: '!open', to: { queue: 'general' } }],
    },
  ],
  route: {
    queue: 'general',
    routes: [{ when: 'intent == "sales"', queue: 'leads', need: { language: 'de' } }],
  },
  tests: [{ given: { intent: 'sales' }, expect: { queue: 'leads', base: 0 } }],
};

type Change = (document: typeof good) => unknown;

const check = (change: Change = () => undefined) => {
  const document = structuredClone(good);
  change(document);
  return checkRouting(routing.parse(document), known);
};

test('a good document has no findings', async () => {
  expect(await check()).toEqual([]);
});

type Row = [what: string, found: [code: string, path: string], change: Change];
const rows: Row[] = [
  [
    'a condition that cannot be read',
    ['bad_expression', '/routing/route/routes/0/when'],
    ({ route }) => Object.assign(route.routes[0]!, { when: 'intent ==' }),
  ],
  [
    'a condition over what is not in the vocabulary',
    ['bad_expression', '/routing/queues/1/rings/0/need'],
    ({ queues }) => Object.assign(queues[1]!.rings[0]!, { need: 'page.path == "/"' }),
  ],
  [
    'a pattern',
    ['too_costly', '/routing/route/routes/0/when'],
    ({ route, tests }) => [
      Object.assign(route.routes[0]!, { when: 'intent.matches("sales")' }),
      tests.pop(),
    ],
  ],
  [
    'an overflow that cannot be read',
    ['bad_expression', '/routing/queues/1/overflow/0/when'],
    ({ queues }) => Object.assign(queues[1]!.overflow![0]!, { when: 'open > 1' }),
  ],
  [
    'somebody without an account',
    ['unknown_agent', '/routing/agents/0/email'],
    ({ agents }) => Object.assign(agents[0]!, { email: 'cleo@shop.example' }),
  ],
  [
    'a team of a person that is not there',
    ['unknown_team', '/routing/agents/1/teams/1'],
    ({ agents }) => agents[1]!.teams.push('nowhere'),
  ],
  [
    'a team of a ring that is not there',
    ['unknown_team', '/routing/queues/0/rings/0/teams/1'],
    ({ queues }) => queues[0]!.rings[0]!.teams.push('nowhere'),
  ],
  [
    'a rule to a queue that is not there',
    ['unknown_queue', '/routing/route/routes/0/queue'],
    ({ route, tests }) => [Object.assign(route.routes[0]!, { queue: 'nowhere' }), tests.pop()],
  ],
  [
    'an overflow to a queue that is not there',
    ['unknown_queue', '/routing/queues/1/overflow/0/to/queue'],
    ({ queues }) => Object.assign(queues[1]!.overflow![0]!, { to: { queue: 'nowhere' } }),
  ],
  [
    'a team nobody is in',
    ['empty_team', '/routing/teams/2'],
    ({ teams }) => teams.push({ id: 'night', name: 'Night' }),
  ],
  [
    '[I8] an overflow that comes back',
    ['overflow_circle', '/routing/queues/1/overflow/0/to'],
    ({ queues }) => Object.assign(queues[1]!.overflow![0]!, { to: { queue: 'leads' } }),
  ],
  [
    'a rule behind one with the same condition',
    ['shadowed', '/routing/route/routes/1/when'],
    ({ route }) => route.routes.push({ ...route.routes[0]!, when: ' intent == "sales" ' }),
  ],
  [
    'a queue whose last ring asks for what nobody has',
    ['nobody_serves', '/routing/queues/0/rings/0'],
    ({ queues }) => Object.assign(queues[0]!.rings[0]!, { need: 'agent.skills.level > 9' }),
  ],
  [
    'a rule that asks for what nobody has',
    ['need_nobody_holds', '/routing/route/routes/0'],
    ({ route }) => Object.assign(route.routes[0]!.need, { language: 'fr' }),
  ],
  [
    'a test that fails',
    ['test_failed', '/routing/tests/0/expect'],
    ({ tests }) => Object.assign(tests[0]!.given, { intent: 'support' }),
  ],
  [
    'a test whose credit is another',
    ['test_failed', '/routing/tests/0/expect'],
    ({ tests }) => Object.assign(tests[0]!.expect, { base: 5 }),
  ],
];

test.each(rows)('%s is found: %s', async (_what, place, change) => {
  const found = await check(change);
  expect(found.map((it) => [it.code, it.path])).toContainEqual(place);
  for (const { message } of found) expect(message).toMatch(/^[^\n]+$/);
});

test('all of it is found, not only the first', async () => {
  const found = await check(({ agents, teams, tests }) => [
    agents.push({ email: 'cleo@shop.example', teams: [] }),
    teams.push({ id: 'night', name: 'Night' }),
    Object.assign(tests[0]!.expect, { queue: 'general' }),
  ]);
  expect(found.map(({ code }) => code)).toEqual(['unknown_agent', 'empty_team', 'test_failed']);
});

test('a promise, or a queue that always takes over, ends the wait of what nobody can serve', async () => {
  const overflow = (to: object) => [{ afterMs: 0, to }];
  for (const to of [{ queue: 'general' }, { promise: 'reply', withinMs: 60_000 }])
    expect(
      await check(({ route, queues }) => [
        Object.assign(route.routes[0]!.need, { language: 'fr' }),
        Object.assign(queues[1]!, { overflow: overflow(to) }),
      ]),
    ).toEqual([]);
});

test('a failed test says which rule decided', async () => {
  const [finding] = await check(({ tests }) =>
    Object.assign(tests[0]!, { name: 'Leads', given: {}, expect: { queue: 'leads' } }),
  );
  expect(finding?.message).toBe(
    'Leads: expected leads, got general; route.routes[0] is unknown, no other rule matches.',
  );
});

test('overflows that lead on and on are looked at once each', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `queue-${i}`);
  const queues = ids.map((id, i) => ({
    ...good.queues[0]!,
    id,
    overflow: ids.slice(i + 1, i + 21).map((queue) => ({ afterMs: 0, to: { queue } })),
    rings: [{ afterMs: 0, teams: ['everybody'], need: 'agent.skills.level > 9' }],
  }));
  const route = { queue: 'queue-0' };
  const document = routing.parse({ ...good, queues, route, tests: [] });
  expect((await checkRouting(document, known)).length).toBeGreaterThan(0);
});

test('the same document has the same findings, whatever is in it', async () => {
  const id = fc.constantFrom('general', 'leads', 'nowhere');
  const text = fc.constantFrom('true', 'intent == "a"', 'open', '!contact.known', '1 +');
  const rule = fc.record({ when: text, queue: id }, { requiredKeys: ['when'] });
  await fc.assert(
    fc.asyncProperty(id, fc.array(rule, { maxLength: 4 }), async (queue, routes) => {
      const document = routing.parse({ ...good, route: { queue, routes } });
      expect(await checkRouting(document, known)).toEqual(
        await checkRouting(structuredClone(document), known),
      );
    }),
    { numRuns: 40 },
  );
});

import { expect, test } from 'vitest';
import type { CompiledRing, Need, RoutedAgent } from './compile.ts';
import { serves } from './serve.ts';
import { needs } from './vocabulary.ts';

const ada: RoutedAgent = {
  id: 'ada',
  email: 'ada@shop.example',
  teams: ['sales'],
  skills: { language: ['de', 'en'], level: 4 },
  capacity: 5,
  most: 7,
};
const ring = (need?: string, team = 'sales'): CompiledRing => ({
  afterMs: 0,
  teams: new Set([team]),
  need: need === undefined ? undefined : needs.compile(need),
});

test.each<[string, CompiledRing, Need, boolean]>([
  ['whoever is in the team, where nothing is asked', ring(), {}, true],
  ['nobody of another team', ring(undefined, 'support'), {}, false],
  [
    'who meets what the rules ask',
    ring('need.language in agent.skills.language'),
    { language: 'de' },
    true,
  ],
  [
    'nobody who does not',
    ring('need.language in agent.skills.language'),
    { language: 'fr' },
    false,
  ],
  [
    'nobody where it is not known what is asked',
    ring('need.level <= agent.skills.level'),
    {},
    false,
  ],
  ['nobody of whom it is not known', ring('agent.skills.phone'), {}, false],
])('a ring is served by %s', (_who, of, ...[need, may]) => {
  expect(serves(of, ada, need)).toBe(may);
});

import { createPool } from '@throughline/server';
import { type Bench, percentile, round } from './figures.ts';

const AGENTS = 10_000;
const OPEN = 1_000_000;
const QUEUES = 50;
const LEVELS = 5;
/** Each has this many, and all of them are full: what is left of the open ones waits. */
const CAPACITY = 90;
const DECISIONS = 200_000;

const agentId = (n: number): string => `agent-${n}`;

/** Who serves what: three queues each, at a level or above it. */
const serves = (
  { queue, need }: { queue: string; need: Record<string, unknown> },
  { teams, skills }: { teams: readonly string[]; skills: Readonly<Record<string, unknown>> },
): boolean => teams.includes(queue) && Number(skills.level) >= Number(need.level);

const teamsOf = (n: number): string[] =>
  [0, 1, 2].map((step) => `queue-${(n + step * (1 + (n % 7))) % QUEUES}`);

const itemOf = (n: number, since: number) => ({
  conversation: `conversation-${n}`,
  queue: `queue-${n % QUEUES}`,
  ring: 0,
  need: { level: n % LEVELS },
  base: (n % 3) * 600,
  rate: 1,
  since,
  only: null,
  declined: [],
});

/** A shop so large that nobody has it: everybody is full, many wait, and whatever ends makes a decision. */
export const routing: Bench = async (report) => {
  const pool = createPool(serves);
  const buildMs = performance.now();
  for (let n = 0; n < AGENTS; n++)
    pool.setPerson({
      ...{ id: agentId(n), teams: teamsOf(n), skills: { level: n % LEVELS } },
      ...{ capacity: CAPACITY, available: true },
    });
  const held = AGENTS * CAPACITY;
  for (let n = 0; n < held; n++) pool.hold(`held-${n}`, agentId(n % AGENTS));
  for (let n = held; n < OPEN; n++) pool.wait(itemOf(n, n));
  pool.match(OPEN);
  const builtMs = performance.now() - buildMs;

  const tookMs: number[] = [];
  let decided = 0;
  const startMs = performance.now();
  for (let n = 0; n < DECISIONS; n++) {
    const now = OPEN + n;
    const fromMs = performance.now();
    // One comes, and waits; one ends, and its agent gets the one that counts most.
    pool.wait(itemOf(now, now));
    pool.hold(`held-${n}`, null);
    decided += 1 + pool.match(now).length;
    tookMs.push(performance.now() - fromMs);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const setting = `${AGENTS} agents, ${OPEN} open conversations, ${OPEN - held} of them waiting in ${QUEUES} queues; one thread, memory only`;
  const perSecond = round(decided / seconds, 0);
  report({ metric: 'decisions_per_s', value: perSecond, unit: '/s', least: 100_000, setting });
  const p99 = round(percentile(tookMs, 0.99) * 1000, 1);
  report({ metric: 'decision_p99_us', value: p99, unit: 'us', goal: 50, setting });
  report({ metric: 'rebuild_s', value: round(builtMs / 1000, 1), unit: 's', goal: 10, setting });
};

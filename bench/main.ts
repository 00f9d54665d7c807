/**
 * pnpm bench [NAME …] [--json]   every benchmark but the soak, or those named; a table, or JSON lines.
 */
import { assign } from './assign.ts';
import type { Bench, Figure } from './figures.ts';
import { files } from './files.ts';
import { llm } from './llm.ts';
import { load } from './load/bench.ts';
import { soak } from './load/soak.ts';
import { page } from './page/bench.ts';
import { pull } from './pull.ts';
import { relay } from './relay/bench.ts';
import { restart } from './restart/bench.ts';
import { routing } from './routing.ts';
import { size } from './size.ts';
import { start } from './start.ts';
import { webhooks } from './webhooks.ts';

const benches: Record<string, Bench> = {
  size,
  page,
  relay,
  load,
  files,
  webhooks,
  pull,
  routing,
  assign,
  llm,
  restart,
  start,
};

/** Only when it is named: it takes half an hour, or as many MINUTES as one says. */
const long: Record<string, Bench> = { soak };

const isJson = process.argv.includes('--json');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const known = { ...benches, ...long };
const unknown = named.filter((name) => !(name in known));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}.`,
  );
  process.exit(2);
}

/** Whether it is as it should be; empty where nothing is asked. */
function verdictOf({ value, goal = Infinity, least = -Infinity }: Figure): string {
  if (!Number.isFinite(goal) && !Number.isFinite(least)) return '';
  return value <= goal && value >= least ? '✓' : '✗';
}

function row(figure: Figure): string {
  const { bench, metric, value, unit, goal, least, floor, setting } = figure;
  const verdict = verdictOf(figure);
  const bounds = [
    goal === undefined ? '' : `goal ${goal}`,
    least === undefined ? '' : `at least ${least}`,
    floor === undefined ? '' : `floor ${floor}`,
  ];
  const says = bounds.filter(Boolean).join(', ');
  return `${verdict.padEnd(2)}${bench.padEnd(9)}${metric.padEnd(32)}${`${value} ${unit}`.padEnd(20)}${says.padEnd(28)}${setting}`;
}

for (const name of named.length > 0 ? named : Object.keys(benches))
  await known[name]?.((figure) => {
    const whole = { bench: name, ...figure };
    console.log(isJson ? JSON.stringify(whole) : row(whole));
  });
process.exit(0);

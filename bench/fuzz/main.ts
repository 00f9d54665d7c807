/**
 * pnpm fuzz [--frames N] [--requests N] [--seed N]   attacks a relay of its own and prints, as one line of
 * JSON, what was sent, what the relay held before and after, and every fault.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [frames, requests, seed] = [values.frames, values.requests, values.seed].map(Number);
if (![frames, requests, seed].every(Number.isSafeInteger)) {
  console.error('--frames, --requests and --seed are whole numbers.');
  process.exit(2);
}
process.stderr.write(`seed ${seed}\n`);
const report = await fuzz({ frames: frames ?? 0, requests: requests ?? 0, seed: seed ?? 0 });
console.log(JSON.stringify(report));
process.exit(report.faults.length > 0 ? 1 : 0);

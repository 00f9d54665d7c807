import { type Bench, median, percentile, round } from '../figures.ts';
import { push } from './crowd.ts';
import { inTurns, ROUNDS, syncTime, withCrowd } from './rounds.ts';

const ACK = { shape: { visitors: 1960, agents: 40 }, perSecond: 500, seconds: 10 };
const FLOW = { shape: { visitors: 490, agents: 10 }, seconds: 8, p99Ms: 75 };
/** Messages a second that are tried until one is too many; a little over the target, as the last answers come late. */
const RATES = [1500, 3050, 4000, 5000, 6000];

/** Durable ack at a calm rate over many connections (T7). */
export const ack: Bench = async (report) => {
  const runs = await inTurns((kind) =>
    withCrowd(kind, ACK.shape, async (crowd) => {
      await push(crowd, { perSecond: ACK.perSecond, seconds: 2 });
      return (await push(crowd, ACK)).ackedMs;
    }),
  );
  const setting = `${ACK.perSecond} messages/s over ${ACK.shape.visitors + ACK.shape.agents} connections, durable before ack, median of ${ROUNDS}; ${syncTime()}`;
  for (const [name, share, goal] of [
    ['p50', 0.5, 5],
    ['p95', 0.95, 20],
    ['p99', 0.99, 50],
  ] as const) {
    const of = (kind: 'floor' | 'relay') =>
      round(median(runs[kind].map((taken) => percentile(taken, share))));
    const [value, floor] = [of('relay'), of('floor')];
    report({ metric: `ack_${name}_ms`, value, floor, unit: 'ms', goal, setting });
  }
};

/** The highest rate that was taken whole within the time; 0: not even the first. */
const holdRate = (kind: 'floor' | 'relay') =>
  withCrowd(kind, FLOW.shape, async (crowd) => {
    await push(crowd, { perSecond: 1000, seconds: 2 });
    let held = { perSecond: 0, p99Ms: 0 };
    for (const perSecond of RATES) {
      const pushed = await push(crowd, { perSecond, seconds: FLOW.seconds });
      const p99Ms = percentile(pushed.ackedMs, 0.99);
      if (pushed.refusedMs.length > 0 || p99Ms > FLOW.p99Ms) break;
      held = { perSecond: pushed.perSecond, p99Ms };
    }
    return held;
  });

/** What one process takes for as long as it is sent (T9). */
export const flow: Bench = async (report) => {
  const runs = await inTurns(holdRate);
  const of = (kind: 'floor' | 'relay') => median(runs[kind].map(({ perSecond }) => perSecond));
  const setting = `the highest of ${RATES.join(', ')} messages/s taken whole for ${FLOW.seconds} s at p99 ≤ ${FLOW.p99Ms} ms, each to 2 sockets, 200 bytes, one process, clients on the same two cores, median of ${ROUNDS}; ${syncTime()}`;
  report({
    metric: 'durable_messages_per_s',
    value: round(of('relay'), 0),
    floor: round(of('floor'), 0),
    unit: '/s',
    least: 3000,
    setting,
  });
  report({
    metric: 'durable_p99_ms',
    value: round(median(runs.relay.map(({ p99Ms }) => p99Ms))),
    unit: 'ms',
    goal: FLOW.p99Ms,
    setting: `at that rate; ${setting}`,
  });
};

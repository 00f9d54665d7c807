import { setTimeout as sleep } from 'node:timers/promises';
import type { Weather } from '../proxy.ts';
import { counted, type Nemesis } from './nemesis.ts';

/** Of all connections, so many are hit. */
const SHARE = 0.5;

const under =
  (choose: () => Weather): Nemesis =>
  async ({ relays, random }, forMs) => {
    const share = counted(() => random.chance(SHARE));
    const heal = relays.proxy.weather(choose(), share.hits);
    await sleep(forMs);
    heal();
    share.check();
  };

/** Connections are reset, again and again. */
export const cut: Nemesis = async ({ relays, random }, forMs) => {
  const share = counted(() => random.chance(SHARE));
  for (let i = 0; i < 3; i += 1) {
    relays.proxy.cut(share.hits);
    await sleep(forMs / 3);
  }
  share.check();
};

/** Half-open: nothing arrives, and nobody is told. */
export const silence = under(() => ({ isSilent: true }));

/** Far away, over a narrow line, in small pieces. */
export const slow: Nemesis = (scene, forMs) =>
  under(() =>
    scene.random.pick<Weather>([
      { latencyMs: 150 },
      { bytesPerSecond: 20_000 },
      { sliceBytes: 7, latencyMs: 5 },
    ]),
  )(scene, forMs);

/** Readers who do not read: the relay must not wait for them, nor keep it all (P19). */
export const stall = under(() => ({ isStalled: true }));

/** Single frames are lost on connections that live on (P14). */
export const lose: Nemesis = async ({ stage }, forMs) => {
  const from = stage.history.entries.length;
  const hasStruck = () => stage.history.entries.slice(from).some(({ f }) => f === 'lost');
  stage.lossiness = 0.05;
  await sleep(forMs);
  // A quiet moment has nothing to lose: it goes on until something is.
  for (let n = 0; n < 50 && !hasStruck(); n++) await sleep(100);
  stage.lossiness = 0;
  if (!hasStruck()) throw new Error('no frame was lost');
};

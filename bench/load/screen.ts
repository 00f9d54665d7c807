import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../demo/test/browser.ts';
import { type Bench, median, percentile, round } from '../figures.ts';
import { type Crowd, push } from './crowd.ts';
import { inRounds, ROUNDS, syncTime, withCrowd } from './rounds.ts';

const SHAPE = { visitors: 1960, agents: 40 };
const BACKGROUND = { perSecond: 500, seconds: 30 };
const WORDS = 80;
const PAUSE_MS = 200;
const ADMIN = { email: 'agent@bench.example', password: 'a password for benches' };

/** When each bubble of the thread was first in a frame, by its text; milliseconds since 1970. */
type Shown = Record<string, number>;

async function openConsole(page: Page, base: string, conversation: string): Promise<void> {
  await page.goto(`${base}/console/`);
  await page.getByLabel('E-mail address').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  await page.goto(`${base}/console/all/${conversation}`);
  await page.locator('.thread').waitFor();
}

/** Runs in the page: looks at the thread in each frame. */
function watchThread(): void {
  const shown: Shown = {};
  Object.assign(window, { shown });
  const look = () => {
    for (const { textContent } of document.querySelectorAll('.thread .bubble')) {
      const word = textContent.match(/word-\d+/)?.[0];
      if (word) shown[word] ??= performance.timeOrigin + performance.now();
    }
    requestAnimationFrame(look);
  };
  look();
}

const nowMs = (): number => performance.timeOrigin + performance.now();

/** One of the crowd says one word after the other while the others talk; when each left. */
async function sayWords(crowd: Crowd): Promise<Shown> {
  const { light, conversation } = crowd.talkers[0] as (typeof crowd.talkers)[number];
  const sent: Shown = {};
  for (let i = 0; i < WORDS; i++) {
    const word = `word-${i}`;
    sent[word] = nowMs();
    void light.ask('message:send', { id: uuidv7(), conversation, text: word });
    await sleep(PAUSE_MS);
  }
  return sent;
}

/** Of whatever was seen: how long each word took. */
const tookMs = (sent: Shown, shown: Shown): number[] =>
  Object.entries(sent).map(([word, ms]) => (shown[word] ?? Number.NaN) - ms);

/** The same words from a visitor's socket to an agent's, past a server that does nothing else. */
async function measureFloor(): Promise<number[]> {
  const heard: Shown = {};
  const onEvent = (packet: string) => {
    const word = packet.match(/word-\d+/)?.[0];
    if (word) heard[word] = nowMs();
  };
  return withCrowd('floor', { ...SHAPE, onEvent }, async (crowd) => {
    const load = push({ ...crowd, talkers: crowd.talkers.slice(1) }, BACKGROUND);
    await sleep(2000);
    const sent = await sayWords(crowd);
    await load;
    return tookMs(sent, heard);
  });
}

/** From a visitor's sending to the frame in which the agent reads it, beside the usual load (T8). */
const measure = () =>
  withCrowd('relay', SHAPE, async (crowd, { url }) => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const { light, conversation } = crowd.talkers[0] as (typeof crowd.talkers)[number];
      await light.ask('message:send', { id: uuidv7(), conversation, text: 'Good morning' });
      await openConsole(page, url, conversation);
      await page.evaluate(watchThread);
      const others = { ...crowd, talkers: crowd.talkers.slice(1) };
      const load = push(others, BACKGROUND);
      await sleep(2000);
      const sent = await sayWords(crowd);
      await page.waitForFunction(
        (count) => Object.keys((window as unknown as { shown: Shown }).shown).length === count,
        WORDS,
      );
      const shown = await page.evaluate(() => (window as unknown as { shown: Shown }).shown);
      await load;
      return tookMs(sent, shown);
    } finally {
      await browser.close();
    }
  });

export const screen: Bench = async (report) => {
  const bare = await measureFloor();
  const runs = await inRounds(measure);
  const setting = `${WORDS} messages of one visitor to the console in Chromium beside ${BACKGROUND.perSecond} messages/s over ${SHAPE.visitors + SHAPE.agents} connections; relay, clients and browser on two cores, median of ${ROUNDS}; the floor is from socket to socket, without a browser, once; ${syncTime()}`;
  for (const [name, share, goal] of [
    ['p50', 0.5, 15],
    ['p99', 0.99, 100],
  ] as const) {
    const value = round(median(runs.map((taken) => percentile(taken, share))), 1);
    const floor = round(percentile(bare, share), 1);
    report({ metric: `screen_${name}_ms`, value, floor, unit: 'ms', goal, setting });
  }
};

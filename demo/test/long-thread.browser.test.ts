import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtMounts, createRelay, noLimits, readConfig } from '@throughline/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SITE } from '../seed/stories.ts';
import { launchBrowser } from './browser.ts';
import { visitorOn } from './people.ts';

const MESSAGES = 1000;
const SLOWER = 4;
const LIMIT_MS = 100;

const dataDir = mkdtempSync(join(tmpdir(), 'throughline-long-'));
let relay: Awaited<ReturnType<typeof createRelay>>;
let browser: Browser;
let context: BrowserContext;
let writer: Page;

beforeAll(async () => {
  const config = readConfig({ DATA_DIR: dataDir, HOST: '127.0.0.1', LOG_LEVEL: 'warn' });
  const site = { path: '/demo', dir: join(import.meta.dirname, '../site'), headers: {} };
  const mounts = [...builtMounts(), site];
  relay = await createRelay({ config: { ...config, port: 0, limits: noLimits }, mounts });
  const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
  await relay.sites.put({ key: SITE, name: 'Shop', origins: [relay.url], ...look }, 'test');
  browser = await launchBrowser();
  context = await browser.newContext();
  writer = await open();
  await say(writer, 1);
  await isSent(writer);
  for (let i = 0; i < MESSAGES; i += 100) {
    await say(writer, 100);
    await isSent(writer);
  }
  await writer.keyboard.press('Escape');
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await relay?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${relay.url}/demo/`);
  await visitorOn(page).openChat();
  return page;
}

const say = (page: Page, count: number): Promise<void> =>
  page.evaluate((n) => {
    const chat = Reflect.get(globalThis, 'Throughline') as (...call: unknown[]) => {
      conversations: { id: string }[];
    };
    const conversationId = chat('getState').conversations[0]?.id;
    const text = 'It is at the depot, see https://shop.example/parcels/7, and comes tomorrow.';
    for (let i = 0; i < n; i += 1) chat('sendMessage', text, conversationId && { conversationId });
  }, count);

const isSent = (page: Page) =>
  page.waitForFunction(
    () => !Object.keys(localStorage).some((key) => key.includes(':out:')),
    null,
    {
      timeout: 120_000,
    },
  );

/** The processor's time the page has taken so far: what else runs on this machine does not count. */
async function meter(page: Page): Promise<() => Promise<number>> {
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}

it('with 1,000 messages a key, or a message that arrives, keeps a slow phone busy for 100 ms at most', async () => {
  const page = await open();
  const { panel } = visitorOn(page);
  await panel.locator('.message').first().waitFor();
  const spentMs = await meter(page);
  const costOf = async (times: number, run: () => Promise<unknown>): Promise<number> => {
    const before = await spentMs();
    await run();
    await page.waitForTimeout(300);
    return ((await spentMs()) - before) / times;
  };
  const type = () => page.keyboard.type('half a thought', { delay: 60 });
  expect(await costOf(14, type)).toBeLessThanOrEqual(LIMIT_MS);
  const arrive = async () => {
    for (let i = 0; i < 5; i += 1) {
      await say(writer, 1);
      await page.waitForTimeout(300);
    }
  };
  expect(await costOf(5, arrive)).toBeLessThanOrEqual(LIMIT_MS);
  // Up to the very first one: every page of history comes as one scrolls.
  const drawn = () => panel.locator('.message').count();
  const climb = async () => {
    await panel.locator('.messages').evaluate((box) => box.scrollTo(0, 0));
    return drawn();
  };
  await expect.poll(climb, { timeout: 150_000, interval: 150 }).toBeGreaterThan(MESSAGES);
  expect(await costOf(14, type)).toBeLessThanOrEqual(LIMIT_MS);
  expect(await panel.locator('textarea').inputValue()).toBe('half a thoughthalf a thought');
}, 300_000);

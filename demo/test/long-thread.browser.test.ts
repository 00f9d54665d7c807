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
  await writer.keyboard.press('Escape');
});
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

const PARCEL = 'It is at the depot, see https://shop.example/parcels/7, and comes tomorrow.';

const say = (page: Page, count: number, text = PARCEL): Promise<void> =>
  page.evaluate(
    ([n, text]) => {
      const chat = Reflect.get(globalThis, 'Throughline') as (...call: unknown[]) => {
        conversations: { id: string }[];
      };
      const conversationId = chat('getState').conversations[0]?.id;
      for (let i = 0; i < n; i += 1)
        chat('sendMessage', text, conversationId && { conversationId });
    },
    [count, text] as const,
  );

const isSent = (page: Page) =>
  page.waitForFunction(
    () => !Object.keys(localStorage).some((key) => key.includes(':out:')),
    null,
    {
      timeout: 120_000,
    },
  );

/** What changes in the thread while something happens, one for each change of a node. */
async function changesBy(page: Page, run: () => Promise<unknown>): Promise<number> {
  const messages = page.locator('throughline-widget .messages');
  await messages.evaluate((box) => {
    const seen = { changes: 0 };
    Object.assign(globalThis, { seen });
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver((records) => {
      seen.changes += records.length;
    }).observe(box, all);
  });
  await run();
  return page.evaluate(() => (Reflect.get(globalThis, 'seen') as { changes: number }).changes);
}

/** The line itself, the one before it, and the first drawn, which makes room. */
const HANDFUL = 12;

it('of 1,000 messages some are drawn at first; a key changes nothing of them, one that arrives a handful of nodes', async () => {
  const page = await open();
  const { panel } = visitorOn(page);
  const drawn = () => panel.locator('.message').count();
  await panel.locator('.message').first().waitFor();
  let arrived = 0;
  const type = () => page.keyboard.type('half a thought', { delay: 60 });
  const arrive = async () => {
    arrived += 1;
    await say(writer, 1, `Arrival ${arrived}`);
    await visitorOn(page).sees(`Arrival ${arrived}`, 'Sent');
    await page.waitForTimeout(300);
  };
  expect(await changesBy(page, arrive)).toBeGreaterThan(0);
  for (let i = 0; i < MESSAGES; i += 100) {
    await say(writer, 100);
    await isSent(writer);
  }
  await page.reload();
  await visitorOn(page).openChat();
  await panel.locator('.message').first().waitFor();
  expect(await drawn()).toBeLessThan(100);
  expect(await changesBy(page, type)).toBe(0);
  expect(await changesBy(page, arrive)).toBeLessThanOrEqual(HANDFUL);
  // Up to the very first one: every page of history comes as one scrolls.
  const climb = async () => {
    await panel.locator('.messages').evaluate((box) => box.scrollTo(0, 0));
    return drawn();
  };
  await expect.poll(climb, { timeout: 150_000, interval: 150 }).toBeGreaterThan(MESSAGES);
  expect(await changesBy(page, type)).toBe(0);
  expect(await panel.locator('textarea').inputValue()).toBe('half a thoughthalf a thought');
}, 300_000);

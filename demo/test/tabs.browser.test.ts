import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openOffice } from './office.ts';
import { type Visitor, visitorOn, visitShop } from './people.ts';
import type { Visit } from './stage.ts';

const { stage, desk } = await openOffice();

/** How many sockets the pages of a profile have open, by what the pages say. */
async function countSockets(context: BrowserContext) {
  const open = new Map<Page, number>();
  await context.exposeBinding('countSocket', ({ page }, n: number) => {
    if (!open.has(page)) page.on('close', () => open.delete(page));
    open.set(page, (open.get(page) ?? 0) + n);
  });
  await context.addInitScript(() => {
    const count = Reflect.get(globalThis, 'countSocket') as (n: number) => void;
    globalThis.WebSocket = class extends WebSocket {
      constructor(...about: ConstructorParameters<typeof WebSocket>) {
        super(...about);
        count(1);
        this.addEventListener('close', () => count(-1));
      }
    };
  });
  return () => [...open.values()].reduce((sum, n) => sum + n, 0);
}

async function openTab(shop: Visit): Promise<Visitor> {
  const tab = visitorOn(await shop.context.newPage());
  await tab.page.goto(`${stage.base}/demo/orders.html`);
  return tab;
}

/** Brings a conversation into being that the desk has open. */
async function talk(visitor: Visitor, question: string): Promise<void> {
  await visitor.openChat();
  await visitor.say(question);
  await visitor.sees(question, 'Sent');
  await desk.page.bringToFront();
  await desk.openConversation(question);
}

const isAnswered = (tab: Visitor, text: string) => tab.sees(text);

describe('several tabs of one site', () => {
  it('are ten on one socket: what one writes and what is answered is in all of them', async () => {
    await using shop = await stage.open();
    const countOpen = await countSockets(shop.context);
    const first = await visitShop(shop, stage);
    await talk(first, 'Are there ten of me?');
    const tabs = [first];
    while (tabs.length < 10) {
      const tab = await openTab(shop);
      await tab.openChat();
      await tab.sees('Are there ten of me?');
      tabs.push(tab);
    }
    expect(countOpen()).toBe(1);
    await tabs[7]?.say('Written in the eighth.');
    await desk.sees('Written in the eighth.');
    await desk.reply('Read by all ten.');
    for (const tab of tabs) {
      await isAnswered(tab, 'Read by all ten.');
      expect(await tab.bubbles('Written in the eighth.').count()).toBe(1);
    }
    expect(countOpen()).toBe(1);
    expect(shop.faults).toEqual([]);
  });

  it('go on with another one’s socket when the tab that had it is closed', async () => {
    await using shop = await stage.open();
    const countOpen = await countSockets(shop.context);
    const first = await visitShop(shop, stage);
    await talk(first, 'I shall close this one.');
    const second = await openTab(shop);
    await second.openChat();
    const third = await openTab(shop);
    await third.openChat();
    await third.sees('I shall close this one.');
    await first.page.close();
    await third.say('Still here.');
    await desk.sees('Still here.');
    await desk.reply('Glad to hear it.');
    await isAnswered(third, 'Glad to hear it.');
    await isAnswered(second, 'Glad to hear it.');
    expect(countOpen()).toBe(1);
    expect(shop.faults).toEqual([]);
  });

  it('are one visitor on one socket before the first word, too', async () => {
    await using shop = await stage.open();
    const countOpen = await countSockets(shop.context);
    const first = await visitShop(shop, stage);
    await first.openChat();
    await expect.poll(countOpen).toBe(1);
    const second = await openTab(shop);
    await second.openChat();
    await second.say('From the second of two.');
    await second.sees('From the second of two.', 'Sent');
    await first.page.bringToFront();
    await first.sees('From the second of two.');
    expect(countOpen()).toBe(1);
  });

  it('do not wait for a tab that hangs', async () => {
    await using shop = await stage.open();
    const countOpen = await countSockets(shop.context);
    const first = await visitShop(shop, stage);
    await first.openChat();
    await first.say('Hang me.');
    await first.sees('Hang me.', 'Sent');
    const second = await openTab(shop);
    await second.openChat();
    await second.sees('Hang me.');
    const hung = first.page.evaluate(() => {
      const until = Date.now() + 12_000;
      while (Date.now() < until);
    });
    await second.page.locator('throughline-widget textarea').fill('Not me.');
    await second.page.locator('throughline-widget textarea').press('Enter');
    await second.sees('Not me.', 'Sent');
    await hung;
    await first.page.bringToFront();
    await first.sees('Not me.');
    await expect.poll(countOpen).toBe(1);
    expect(shop.faults).toEqual([]);
  });

  it('show nothing of somebody who logged out in one of them', async () => {
    await using shop = await stage.open();
    const countOpen = await countSockets(shop.context);
    const first = await visitShop(shop, stage);
    await talk(first, 'A secret of mine.');
    const second = await openTab(shop);
    await second.openChat();
    await second.sees('A secret of mine.');
    await second.page.evaluate(() => {
      const chat = Reflect.get(globalThis, 'Throughline') as (call: string) => void;
      chat('logout');
    });
    for (const tab of [second, first]) {
      await tab.page.bringToFront();
      await tab.bubbles('A secret of mine.').waitFor({ state: 'hidden' });
    }
    await expect.poll(countOpen).toBe(1);
  });
});

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { isFirefox } from './browser.ts';
import { openOffice } from './office.ts';
import { type Visitor, visitorOn, visitShop } from './people.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const WIDGET = 'throughline-widget';

const { stage, desk } = await openOffice();

const call = (page: Page, ...said: unknown[]): Promise<void> =>
  page.evaluate((args) => {
    const chat = Reflect.get(globalThis, 'Throughline') as (...call: unknown[]) => void;
    chat(...args);
  }, said);

/** A conversation the desk has open, and the chat closed again. */
async function talk(visitor: Visitor): Promise<void> {
  const question = `Question ${Math.random()}`;
  await visitor.openChat();
  await visitor.say(question);
  await visitor.sees(question, 'Sent');
  await desk.openConversation(question);
  await visitor.page.bringToFront();
  await visitor.page.keyboard.press('Escape');
  await visitor.panel.waitFor({ state: 'hidden' });
}

async function answer(...texts: string[]): Promise<void> {
  await desk.page.bringToFront();
  for (const text of texts) await desk.reply(text);
}

describe('a visitor who looks elsewhere', () => {
  it('is told by the title, and finds what is new under a line, with the way to its end', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    const title = await shop.page.title();
    await talk(visitor);
    const answers = Array.from({ length: 14 }, (_, i) => `It is at the depot, in box ${i}.`);
    await answer(...answers);
    // So many at once are held back a little by the limit for one agent.
    await expect.poll(() => shop.page.title()).toBe(`(14) ${title}`);
    await visitor.openChat();
    const isInView = (text: string) =>
      visitor.bubbles(text).evaluate((bubble) => {
        const { bottom } = bubble.closest('.messages')?.getBoundingClientRect() ?? { bottom: 0 };
        return bubble.getBoundingClientRect().bottom < bottom + 20;
      });
    await visitor.panel.getByText('New', { exact: true }).waitFor();
    expect(await isInView('box 0.')).toBe(true);
    expect(await isInView('box 13.')).toBe(false);
    expect(await shop.page.title()).toBe(`(14) ${title}`);
    await visitor.panel.getByRole('button', { name: '14 new messages' }).click();
    await expect.poll(() => isInView('box 13.')).toBe(true);
    await expect.poll(() => shop.page.title()).toBe(title);
    expect(shop.faults).toEqual([]);
  });

  // Firefox plays nothing to its end where no sound goes out.
  it.skipIf(isFirefox)(
    'hears one tone, however many tabs are open, and none once it is switched off',
    async () => {
      await using shop = await stage.open();
      let tones = 0;
      await shop.context.exposeFunction('toned', () => {
        tones += 1;
      });
      await shop.context.addInitScript(() => {
        const toned = Reflect.get(globalThis, 'toned') as () => void;
        const start = AudioContext.prototype.close;
        AudioContext.prototype.close = function close() {
          toned();
          return start.call(this);
        };
      });
      const visitor = await visitShop(shop, stage);
      await talk(visitor);
      const other = visitorOn(await shop.context.newPage());
      await other.page.goto(`${stage.base}/demo/orders.html`);
      await other.openChat();
      await other.page.keyboard.press('Escape');
      await answer('Ping.');
      await expect.poll(() => tones).toBe(1);
      await new Promise((done) => setTimeout(done, 1500));
      expect(tones).toBe(1);
      for (const { page, panel, openChat } of [visitor, other]) {
        await openChat();
        await panel.getByRole('button', { name: 'More' }).click();
        await panel.getByRole('switch', { name: 'Sound' }).click();
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
      await answer('Pong.');
      await expect.poll(() => visitor.page.title()).toMatch(/^\(1\)/);
      await new Promise((done) => setTimeout(done, 1500));
      expect(tones).toBe(1);
    },
  );
});

describe('the menu', () => {
  // Playwright hears of no download of Firefox’s.
  it.skipIf(isFirefox)('saves the conversation as text, from its beginning', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await talk(visitor);
    await answer('<b>Bold</b>\nand more');
    await visitor.openChat();
    await visitor.panel.getByRole('button', { name: 'More' }).click();
    const coming = shop.page.waitForEvent('download');
    await visitor.panel.getByText('Save transcript').click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^chat-\d{4}-\d\d-\d\d\.txt$/);
    const text = await readFile((await file.path()) ?? '', 'utf8');
    expect(text).toContain('You\n    Question');
    expect(text).toContain('    <b>Bold</b>');
    expect(shop.faults).toEqual([]);
  });

  it('changes the language at once, until the page says another; with the page’s own words', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await call(shop.page, 'update', {
      languages: ['en', 'de', 'he'],
      texts: { send: 'Off it goes' },
    });
    await visitor.openChat();
    await visitor.panel.getByRole('button', { name: 'More' }).click();
    await visitor.panel.getByLabel('Language').selectOption({ label: 'Deutsch' });
    await visitor.panel.getByPlaceholder('Nachricht schreiben …').waitFor();
    await shop.page.keyboard.press('Escape');
    await visitor.panel.getByRole('button', { name: 'Off it goes' }).waitFor();
    await visitor.say('Hallo');
    await visitor.sees('Hallo', 'Gesendet');
    await shop.page.reload();
    await call(shop.page, 'open');
    await visitor.panel.getByPlaceholder('Nachricht schreiben …').waitFor();
    await call(shop.page, 'update', { language: 'iw' });
    await expect.poll(() => visitor.panel.getAttribute('lang')).toBe('he');
    expect(await visitor.panel.getAttribute('dir')).toBe('rtl');
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`is as it should be for axe, and so is an empty chat (${colorScheme})`, async () => {
      await using shop = await stage.open({ colorScheme });
      const visitor = await visitShop(shop, stage);
      await call(shop.page, 'update', { languages: ['en', 'ar'] });
      await visitor.openChat();
      expect(await findViolations(shop.page)).toEqual([]);
      await visitor.panel.getByRole('button', { name: 'More' }).click();
      await visitor.panel.getByRole('switch', { name: 'Sound' }).waitFor();
      expect(await findViolations(shop.page)).toEqual([]);
      await visitor.panel.getByLabel('Language').selectOption('ar');
      await expect.poll(() => visitor.panel.getAttribute('dir')).toBe('rtl');
      expect(await findViolations(shop.page, WIDGET)).toEqual([]);
    });
});

describe('on a phone', () => {
  it('Back closes the chat and stays on the page; the page does not move behind it', async () => {
    await using shop = await stage.open(PHONE);
    const visitor = await visitShop(shop, stage);
    const { page, panel } = visitor;
    const url = page.url();
    const style = () => page.evaluate(() => document.documentElement.getAttribute('style') ?? '');
    for (let i = 0; i < 2; i += 1) {
      await visitor.openChat();
      await expect.poll(style).toContain('overflow: hidden');
      expect(await panel.getAttribute('aria-modal')).toBe('true');
      await page.goBack();
      await panel.waitFor({ state: 'hidden' });
      expect(page.url()).toBe(url);
      await expect.poll(style).not.toContain('hidden');
    }
  });

  it('closing leaves no entry behind: Back leads to where it led before', async () => {
    await using shop = await stage.open(PHONE);
    const visitor = await visitShop(shop, stage, '/demo/products/');
    await shop.page.locator('a.card', { hasText: 'Alder 2' }).click();
    const state = await shop.page.evaluate(() => JSON.stringify(history.state));
    await visitor.openChat();
    await expect.poll(() => shop.page.evaluate(() => history.state?.throughline)).toBe(true);
    await visitor.panel.getByRole('button', { name: 'Close chat' }).click();
    await expect.poll(() => shop.page.evaluate(() => JSON.stringify(history.state))).toBe(state);
    await shop.page.getByRole('heading', { name: 'Alder 2' }).first().waitFor();
    await shop.page.goBack();
    await shop.page.getByRole('heading', { name: 'Gear' }).waitFor();
  });

  it('the field stays above the keyboard', async () => {
    await using shop = await stage.open(PHONE);
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.panel.and(shop.page.locator('[aria-modal]')).waitFor();
    // There is no keyboard on a screen without one: the browser's word on what is left stands in.
    await shop.page.evaluate(() => {
      const { visualViewport: seen } = window;
      Object.defineProperties(seen, { height: { value: 400 }, offsetTop: { value: 60 } });
      seen?.dispatchEvent(new Event('resize'));
    });
    const box = await visitor.panel.locator('.composer').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(460);
    // Rising into place at first.
    await expect
      .poll(async () => (await visitor.panel.locator('.header').boundingBox())?.y)
      .toBe(60);
  });

  it('what is touched is large enough for a finger', async () => {
    await using shop = await stage.open(PHONE);
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.say('From a phone');
    await visitor.panel.getByRole('button', { name: 'More' }).click();
    await visitor.panel.getByRole('switch', { name: 'Sound' }).waitFor();
    const sizes = () =>
      visitor.panel.locator('button').evaluateAll((all) =>
        all
          .filter((button) => button.checkVisibility())
          .map((button) => {
            const { width, height } = button.getBoundingClientRect();
            return Math.round(Math.min(width, height));
          }),
      );
    await expect.poll(async () => Math.min(...(await sizes()))).toBeGreaterThanOrEqual(44);
  });
});

it('focus goes back to the page’s own button, and what was typed is kept through all of it', async () => {
  await using shop = await stage.open();
  const visitor = await visitShop(shop, stage);
  const { page, panel } = visitor;
  const field = panel.locator('textarea');
  await page.getByRole('button', { name: 'Ask us' }).focus();
  await page.keyboard.press('Enter');
  await visitor.say('First');
  await visitor.sees('First', 'Sent');
  await field.fill('half a thought');
  await panel.getByRole('button', { name: 'All conversations' }).click();
  await panel.getByRole('button', { name: 'New conversation' }).click();
  await field.fill('another one');
  await page.keyboard.press('Escape');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toContain('Ask us');
  await page.reload();
  await call(page, 'open');
  await expect.poll(() => field.inputValue()).toBe('another one');
  await panel.getByRole('button', { name: 'All conversations' }).click();
  await panel.locator('.row').first().click();
  await expect.poll(() => field.inputValue()).toBe('half a thought');
});

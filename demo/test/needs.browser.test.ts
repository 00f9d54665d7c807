import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { isFirefox } from './browser.ts';
import { call, openOwnPage } from './own-page.ts';
import { type Visitor, visitShop } from './people.ts';
import { configureSite } from './program.ts';
import { type Stage, setStage } from './stage.ts';

const WIDGET = 'throughline-widget';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

/** A picture for whoever wants to look, with SHOTS. */
async function show({ page }: Visitor, name: string): Promise<void> {
  const { SHOTS } = process.env;
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/needs-${name}.png` });
}

async function talk(visitor: Visitor): Promise<void> {
  await visitor.openChat();
  await visitor.say('Hello there');
  await visitor.sees('Hello there', 'Sent');
}

/** Of the panel, on its screen: nothing is cut off at a side, the field is in reach, and there is room to read. */
async function isWhole({ page, panel }: Visitor): Promise<boolean> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const [box, field] = [await panel.boundingBox(), await panel.locator('textarea').boundingBox()];
  if (!box || !field) return false;
  const isIn = box.x >= 0 && box.y >= 0 && box.x + box.width <= width;
  const [wide, high] = await panel
    .locator('.messages')
    .evaluate((it) => [it.scrollWidth - it.clientWidth, it.clientHeight]);
  return isIn && field.y + field.height <= height && wide === 0 && Number(high) >= 80;
}

describe('what a visitor’s eyes and hands may need', () => {
  it('less motion: nothing of the chat moves', async () => {
    await using shop = await stage.open({ reducedMotion: 'reduce' });
    const visitor = await visitShop(shop, stage);
    const moving = () =>
      shop.page
        .locator(WIDGET)
        .evaluate(
          ({ shadowRoot }) =>
            shadowRoot
              ?.getAnimations()
              .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length,
        );
    await visitor.openChat();
    expect(await moving()).toBe(0);
    await visitor.say('Calm');
    await visitor.sees('Calm', 'Sent');
    expect(await moving()).toBe(0);
    // And it can tell: with motion there is some.
    await visitor.panel.getByRole('button', { name: 'Close chat' }).click();
    await shop.page.emulateMedia({ reducedMotion: 'no-preference' });
    await shop.page.locator(`${WIDGET} .launcher`).click();
    // It may be over by now on a slow machine.
    const motion = () => visitor.panel.evaluate((panel) => getComputedStyle(panel).animationName);
    await expect.poll(motion).toBe('rise');
  });

  // Firefox cannot be told to force colours.
  it.skipIf(isFirefox)(
    'their system’s colours: what is told apart by its ground has an edge then',
    async () => {
      await using shop = await stage.open({ forcedColors: 'active', colorScheme: 'dark' });
      const visitor = await visitShop(shop, stage);
      await talk(visitor);
      const edgeOf = (selector: string) =>
        shop.page
          .locator(`${WIDGET} ${selector}`)
          .first()
          .evaluate((it) => getComputedStyle(it).borderTopWidth);
      for (const selector of [
        '.launcher',
        '.panel',
        '.bubble',
        '.composer',
        '.send',
        '.away button',
      ])
        expect([selector, Number.parseFloat(await edgeOf(selector)) > 0]).toEqual([selector, true]);
      expect(await findViolations(shop.page, WIDGET)).toEqual([]);
      await show(visitor, 'forced-colours');
    },
  );

  it('twice the size: all of it is there, and nothing scrolls sideways', async () => {
    await using shop = await stage.open({
      viewport: { width: 640, height: 430 },
      deviceScaleFactor: 2,
    });
    const visitor = await visitShop(shop, stage);
    await talk(visitor);
    expect(await isWhole(visitor)).toBe(true);
    expect(await findViolations(shop.page, WIDGET)).toEqual([]);
    await show(visitor, 'zoom');
  });

  it('a phone, however it is held: it covers the screen, Back closes it, and fields do not zoom', async () => {
    const held = { width: 844, height: 390 };
    await using shop = await stage.open({ viewport: held, hasTouch: true, isMobile: !isFirefox });
    const visitor = await visitShop(shop, stage);
    await talk(visitor);
    await expect.poll(() => visitor.panel.getAttribute('aria-modal')).toBe('true');
    const size = () => visitor.panel.boundingBox().then((box) => [box?.width, box?.height]);
    // No phone there: the bar that scrolls the page takes room.
    const bar = isFirefox
      ? 844 - (await shop.page.evaluate(() => document.documentElement.clientWidth))
      : 0;
    expect(await size()).toEqual([844 - bar, 390]);
    expect(await isWhole(visitor)).toBe(true);
    await show(visitor, 'landscape');
    await shop.page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(size).toEqual([390 - bar, 844]);
    expect(await isWhole(visitor)).toBe(true);
    const fonts = await visitor.panel
      .locator('textarea, input:not([type=file])')
      .evaluateAll((fields) =>
        fields.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)),
      );
    expect(Math.min(...fonts)).toBeGreaterThanOrEqual(16);
    await shop.page.goBack();
    await visitor.panel.waitFor({ state: 'hidden' });
  });

  it('a window made small while the chat is open: it covers it then, and no longer once it is large', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    expect(await visitor.panel.getAttribute('aria-modal')).toBe(null);
    await shop.page.setViewportSize({ width: 400, height: 700 });
    await expect.poll(() => visitor.panel.getAttribute('aria-modal')).toBe('true');
    await shop.page.setViewportSize({ width: 1200, height: 700 });
    await expect.poll(() => visitor.panel.getAttribute('aria-modal')).toBe(null);
    await expect.poll(async () => (await visitor.panel.boundingBox())?.width).toBe(400);
  });
});

it('emoji come by pointer or by keys, at the caret, and phones are left to their own keyboard', async () => {
  await using shop = await stage.open();
  const visitor = await visitShop(shop, stage);
  const { page, panel } = visitor;
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  await visitor.openChat();
  const field = panel.locator('textarea');
  await field.fill('Thank you!');
  for (let i = 0; i < 'you!'.length; i++) await page.keyboard.press('ArrowLeft');
  const button = panel.getByRole('button', { name: 'Emoji' });
  expect(files.filter((file) => /emoji/.test(file))).toEqual([]);
  await button.click();
  const grid = panel.getByRole('group', { name: 'Emoji' });
  await grid.waitFor();
  expect(await findViolations(page, WIDGET)).toEqual([]);
  await show(visitor, 'emoji');
  await grid.getByRole('button', { name: '🙏' }).click();
  await grid.waitFor({ state: 'hidden' });
  expect(await field.inputValue()).toBe('Thank 🙏you!');
  await page.keyboard.type(' ');
  expect(await field.inputValue()).toBe('Thank 🙏 you!');
  await button.press('Enter');
  await grid.waitFor();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'End', 'Home', 'ArrowDown', 'Enter'])
    await page.keyboard.press(key);
  expect(await field.inputValue()).toBe('Thank 🙏 🙂you!');
  await button.press('Enter');
  await grid.waitFor();
  await page.keyboard.press('Escape');
  await grid.waitFor({ state: 'hidden' });
  expect(await panel.isVisible()).toBe(true);
  await page.keyboard.press('Enter');
  await visitor.sees('Thank 🙏 🙂you!', 'Sent');
  await using phone = await stage.open({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: !isFirefox,
  });
  if (isFirefox) return;
  const onPhone = await visitShop(phone, stage);
  await onPhone.openChat();
  expect(await onPhone.panel.locator('.emoji').isVisible()).toBe(false);
});

it('a site’s new look and its greeting come to open pages; it takes no focus, and once closed it stays closed', async () => {
  await using shop = await stage.open();
  const visitor = await visitShop(shop, stage);
  await talk(visitor);
  await visitor.panel.getByRole('button', { name: 'Close chat' }).click();
  await shop.page.getByRole('link', { name: 'Gear', exact: true }).focus();
  const text = 'Shall we help with the tents?';
  const greetings = [{ id: 'tents', when: { afterMs: 0 }, text, quick: ['Yes, please'] }];
  await configureSite(stage, { accent: '#aa2244', greetings });
  const accent = () =>
    shop.page
      .locator(WIDGET)
      .evaluate((it) => getComputedStyle(it).getPropertyValue('--throughline-accent'));
  await expect.poll(accent).toBe('#aa2244');
  const bubble = shop.page.locator(WIDGET).getByText(text, { exact: true });
  await bubble.waitFor();
  expect(await shop.page.evaluate(() => document.activeElement?.textContent)).toBe('Gear');
  expect(await findViolations(shop.page, WIDGET)).toEqual([]);
  await show(visitor, 'greeting');
  await shop.page.locator(WIDGET).getByRole('button', { name: 'Close greeting' }).click();
  await bubble.waitFor({ state: 'hidden' });
  await shop.page.reload();
  await shop.page.locator(`${WIDGET} .badge, ${WIDGET} .launcher`).first().waitFor();
  await expect.poll(accent).toBe('#aa2244');
  await shop.page.waitForTimeout(1000);
  expect(await bubble.isVisible()).toBe(false);
});

// Only Chromium tells who listens.
it.skipIf(isFirefox)(
  'destroyed, it leaves no node, no listener and no timer on the page',
  async () => {
    await using shop = await stage.open();
    await shop.page.addInitScript(() => {
      const pending = new Map<number, string>();
      Reflect.set(globalThis, 'pending', pending);
      for (const [set, clear] of [
        ['setTimeout', 'clearTimeout'],
        ['setInterval', 'clearInterval'],
      ] as const) {
        const [begin, end] = [window[set], window[clear]];
        Object.assign(window, {
          [set](run: () => void, ms?: number, ...args: unknown[]) {
            const id: number = begin(() => {
              if (set === 'setTimeout') pending.delete(id);
              Reflect.apply(run, undefined, args);
            }, ms);
            pending.set(id, `${set} ${ms} ${new Error().stack?.split('\n')[2]}`);
            return id;
          },
          [clear](id: number) {
            pending.delete(id);
            end(id);
          },
        });
      }
    });
    const cdp = await shop.context.newCDPSession(shop.page);
    const files = new Map<string, string>();
    cdp.on('Debugger.scriptParsed', ({ scriptId, url }) => files.set(scriptId, url));
    await cdp.send('Debugger.enable');
    /** What the widget's own files listen to on the page. */
    const listeners = async () => {
      const all: string[] = [];
      for (const expression of [
        'window',
        'document',
        'document.documentElement',
        'document.body',
      ]) {
        const { result } = await cdp.send('Runtime.evaluate', { expression });
        const { objectId = '' } = result;
        const { listeners: found } = await cdp.send('DOMDebugger.getEventListeners', { objectId });
        const own = found.filter(({ scriptId }) => files.get(scriptId)?.includes('/sdk/'));
        all.push(...own.map(({ type }) => `${expression} ${type}`));
      }
      return all;
    };
    const visitor = await openOwnPage(shop, stage, { head: '', body: '<p>A page</p>' });
    await shop.page.addScriptTag({ url: '/sdk/v1/loader.js' });
    await call(shop.page, 'init', { site: 'fernway' });
    await talk(visitor);
    await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
    await visitor.panel.getByRole('button', { name: 'New conversation' }).click();
    await visitor.panel.locator('textarea').fill('half a thought');
    await shop.page.setViewportSize({ width: 390, height: 700 });
    await expect.poll(() => visitor.panel.getAttribute('aria-modal')).toBe('true');
    expect(await listeners()).toEqual(expect.arrayContaining(['window popstate', 'window focus']));
    await call(shop.page, 'destroy');
    expect(await shop.page.locator(WIDGET).count()).toBe(0);
    // Effects of what was on screen end with its next frame.
    await expect.poll(listeners).toEqual([]);
    const timers = () =>
      shop.page.evaluate(() => [
        ...(Reflect.get(globalThis, 'pending') as Map<number, string>).values(),
      ]);
    await expect.poll(timers).toEqual([]);
  },
);

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { isFirefox } from './browser.ts';
import { signIn, type Visitor, visitorOn, visitShop } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const WIDGET = 'throughline-widget';
const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src 'self'; require-trusted-types-for 'script'";

const schemes = ['light', 'dark'] as const;

/** A message each way in an open panel. */
async function hold(visitor: Visitor, office: Visit): Promise<void> {
  const desk = await signIn(office, stage);
  const question = `Question ${Math.random()}`;
  await visitor.openChat();
  await visitor.say(question);
  await desk.openConversation(question);
  await desk.reply('An answer.');
  await visitor.sees('An answer.');
}

describe('the page a widget lands on', () => {
  it('keeps its policy: the strictest one is sent, and nothing violates it', async () => {
    await using shop = await stage.open();
    await using office = await stage.open();
    const response = await shop.page.goto(`${stage.base}/demo/`);
    expect(response?.headers()['content-security-policy']).toBe(STRICT);
    const visitor = await visitShop(shop, stage);
    await hold(visitor, office);
    await shop.page.locator('.grid a').first().waitFor();
    expect(shop.faults).toEqual([]);
    // One planted on purpose shows that violations are seen at all.
    await shop.page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/demo/' }));
    });
    await expect.poll(() => shop.faults).toEqual([`frame-src blocked ${stage.base}/demo/`]);
    expect(office.faults).toEqual([]);
  });

  it('stays in reach on a phone once the chat was open and is closed', async () => {
    await using shop = await stage.open({ viewport: { width: 390, height: 844 } });
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.panel.getByRole('button', { name: 'Close chat' }).click();
    await shop.page.getByRole('link', { name: 'Gear', exact: true }).click({ trial: true });
  });

  it('stores nothing before the visitor has written something', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    const stored = () => shop.page.evaluate(() => [localStorage.length, sessionStorage.length]);
    expect(await stored()).toEqual([0, 0]);
    await visitor.openChat();
    expect(await stored()).toEqual([0, 0]);
    expect(await shop.context.cookies()).toEqual([]);
    await visitor.say('Now there is something to keep');
    await visitor.sees('Now there is something to keep', 'Sent');
    expect((await stored())[0]).toBeGreaterThan(0);
    expect(await shop.context.cookies()).toEqual([]);
  });

  it('may call before the script has loaded', async () => {
    await using shop = await stage.open();
    const called = Promise.withResolvers<void>();
    await shop.page.route('**/sdk/v1/loader.js', async (route) => {
      await called.promise;
      await route.continue();
    });
    await shop.page.goto(`${stage.base}/demo/`, { waitUntil: 'commit' });
    // The shop's own script has run once it has drawn the products: its button answers.
    await shop.page.locator('.grid a').first().waitFor();
    await shop.page.getByRole('button', { name: 'Ask us' }).click();
    called.resolve();
    await shop.page.locator('throughline-widget .panel textarea').waitFor();
  });

  it('may have done to prototypes and styles what it should not have', async () => {
    await using shop = await stage.open();
    await shop.context.addInitScript(() => {
      Object.assign(Object.prototype, { left: 'over', and: () => 'more' });
      Object.assign(Array.prototype, { first: () => 1 });
      const hide = new CSSStyleSheet();
      hide.replaceSync('* { all: unset !important } body * { display: none !important }');
      document.adoptedStyleSheets = [hide];
    });
    await shop.page.goto(`${stage.base}/demo/`);
    const visitor = visitorOn(shop.page);
    await visitor.openChat();
    await visitor.say('Still here');
    await visitor.sees('Still here', 'Sent');
    expect(shop.faults).toEqual([]);
  });

  it('may ask for a new conversation with words in it, also while one is open', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage, '/demo/products/');
    await shop.page.locator('a.card', { hasText: 'Alder 2' }).click();
    await visitor.openChat();
    await shop.page.getByRole('button', { name: 'Ask about it' }).click();
    const field = visitor.panel.locator('textarea');
    await expect.poll(() => field.inputValue()).toBe('About the Alder 2 tent: ');
    await shop.page.keyboard.type('is it dry?');
    expect(await field.inputValue()).toBe('About the Alder 2 tent: is it dry?');
  });

  it('may change its address without a load: the chat stays as it is', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage, '/demo/products/');
    await shop.page.locator('a.card', { hasText: 'Alder 2' }).click();
    await shop.page.getByRole('button', { name: 'Ask about it' }).click();
    await expect
      .poll(() => visitor.panel.locator('textarea').inputValue())
      .toBe('About the Alder 2 tent: ');
    await shop.page.goBack();
    await shop.page.getByRole('heading', { name: 'Gear' }).waitFor();
    expect(await visitor.panel.isVisible()).toBe(true);
  });
});

describe('the widget, by keyboard', () => {
  it('opens, takes the focus, sends, closes, and gives the focus back', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    const focused = () =>
      shop.page.evaluate(() => {
        const inside = document.activeElement?.shadowRoot?.activeElement;
        return (inside ?? document.activeElement)?.tagName.toLowerCase();
      });
    await shop.page.locator('throughline-widget .launcher').focus();
    await shop.page.keyboard.press('Enter');
    await visitor.panel.locator('textarea').waitFor();
    await expect.poll(focused).toBe('textarea');
    await shop.page.keyboard.type('No mouse here');
    await shop.page.keyboard.press('Enter');
    await visitor.sees('No mouse here', 'Sent');
    expect(await focused()).toBe('textarea');
    await shop.page.keyboard.press('Escape');
    await visitor.panel.waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe('button');
  });

  it('keeps the focus while it covers a phone, and lets it out beside a page', async () => {
    const small = { viewport: { width: 390, height: 800 } };
    const screens = {
      phone: small,
      // Without the emoji button, and with nothing to send yet.
      touched: { ...small, hasTouch: true, isMobile: !isFirefox },
      desktop: {},
    };
    for (const [kind, screen] of Object.entries(screens)) {
      await using shop = await stage.open(screen);
      const visitor = await visitShop(shop, stage);
      await visitor.openChat();
      const isOver = kind !== 'desktop';
      if (isOver) await shop.page.locator(`${WIDGET} [aria-modal="true"]`).waitFor();
      const stops: (string | undefined)[] = [];
      for (let i = 0; i < 12; i += 1) {
        await shop.page.keyboard.press('Tab');
        stops.push(await shop.page.evaluate(() => document.activeElement?.localName));
      }
      expect(stops.every((stop) => stop === WIDGET)).toBe(isOver);
    }
  });
});

describe('the widget, right to left', () => {
  it('speaks Arabic and stands on the other side of itself', async () => {
    await using shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await shop.page.evaluate(() => {
      const chat = Reflect.get(globalThis, 'Throughline') as (...call: unknown[]) => void;
      chat('update', { language: 'ar' });
    });
    await visitor.openChat();
    await expect.poll(() => visitor.panel.getAttribute('dir')).toBe('rtl');
    await visitor.say('مرحبا، هل الخيمة متوفرة؟');
    await visitor.sees('مرحبا، هل الخيمة متوفرة؟', 'أُرسلت');
    const middle = async (part: string) => {
      const box = await visitor.panel.locator(part).first().boundingBox();
      return (box?.x ?? 0) + (box?.width ?? 0) / 2;
    };
    expect(await middle('.bubble[dir] >> nth=-1')).toBeLessThan(await middle('.header'));
    expect(await middle('.send')).toBeLessThan(await middle('.header'));
    expect(await findViolations(shop.page, WIDGET)).toEqual([]);
  });
});

describe('axe finds nothing wrong', () => {
  for (const colorScheme of schemes) {
    it(`with the shop and the widget: closed, thread, list, offline (${colorScheme})`, async () => {
      await using shop = await stage.open({ colorScheme });
      await using office = await stage.open();
      const visitor = await visitShop(shop, stage);
      expect(await findViolations(shop.page)).toEqual([]);
      await hold(visitor, office);
      expect(await findViolations(shop.page)).toEqual([]);
      await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
      expect(await findViolations(shop.page)).toEqual([]);
      await visitor.panel.locator('.row').first().click();
      await shop.context.setOffline(true);
      await visitor.say('Waiting');
      await visitor.sees('Waiting', 'Waiting for the connection');
      await visitor.panel.getByText('No connection').waitFor();
      expect(await findViolations(shop.page, WIDGET)).toEqual([]);
    });

    it(`with the widget on a phone (${colorScheme})`, async () => {
      const viewport = { width: 360, height: 740 };
      await using shop = await stage.open({ colorScheme, viewport, hasTouch: true });
      const visitor = await visitShop(shop, stage);
      await visitor.openChat();
      await visitor.say('From a phone');
      await visitor.sees('From a phone', 'Sent');
      expect(await findViolations(shop.page, WIDGET)).toEqual([]);
    });
  }
});

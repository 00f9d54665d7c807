import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type OwnPage, openOwnPage, tag } from './own-page.ts';
import { visitorOn } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const goTo = (visit: Visit, page: OwnPage) => openOwnPage(visit, stage, page);

const keys = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);

describe('consent', () => {
  it('[PR-01] required: the page load asks for the loader and keeps nothing, until the visitor writes', async () => {
    await using shop = await stage.open();
    const asked: string[] = [];
    shop.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    shop.page.on('websocket', (socket) => asked.push(new URL(socket.url()).pathname));
    const visitor = await goTo(shop, { head: tag('data-throughline-consent="required"') });
    await shop.page.locator('throughline-widget .launcher').hover();
    await shop.page.waitForTimeout(2500);
    expect(asked).toEqual(['/own-page', '/sdk/v1/loader.js']);
    expect(await keys(shop.page)).toEqual([]);
    await visitor.openChat();
    await visitor.panel.locator('textarea').fill('Typed before the answer');
    expect(await keys(shop.page)).toEqual([]);
    await call(shop.page, 'setConsent', 'granted');
    expect(await visitor.panel.locator('textarea').inputValue()).toBe('Typed before the answer');
    await visitor.panel.locator('textarea').press('Enter');
    await visitor.sees('Typed before the answer', 'Sent');
    expect(await keys(shop.page)).toContain('throughline:fernway');
    expect(await shop.context.cookies()).toEqual([]);
  });

  it('withdrawn, what was kept is gone and the chat goes on; denied, it works in memory', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: tag() });
    await visitor.openChat();
    await visitor.say('Kept for now');
    await visitor.sees('Kept for now', 'Sent');
    await call(shop.page, 'setConsent', 'denied');
    await expect.poll(() => keys(shop.page)).toEqual([]);
    await visitor.say('Not kept');
    await visitor.sees('Not kept', 'Sent');
    await visitor.sees('Kept for now');
    expect(await keys(shop.page)).toEqual([]);
    await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
    await visitor.panel.getByText('This browser keeps nothing').waitFor();
    await visitor.panel.getByRole('button', { name: 'More' }).click();
    await visitor.panel.locator('.menu').getByText('This browser keeps nothing').waitFor();
    if (process.env.SHOTS)
      await shop.page.screenshot({ path: `${process.env.SHOTS}/not-kept.png` });
    await visitor.panel.getByRole('button', { name: 'More' }).click();
    await visitor.panel.locator('.row').first().click();
    await call(shop.page, 'setConsent', 'granted');
    await expect.poll(() => keys(shop.page)).toContain('throughline:fernway');
    await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
    await visitor.panel.locator('.row').first().waitFor();
    expect(await visitor.panel.getByText('This browser keeps nothing').count()).toBe(0);
    expect(await shop.context.cookies()).toEqual([]);
  });

  it('denied as the page loads, or before the chat is there: what an earlier page kept is gone', async () => {
    await using shop = await stage.open();
    for (const head of [tag('data-throughline-consent="denied"'), tag()]) {
      const visitor = await goTo(shop, { head: tag() });
      await visitor.openChat();
      await visitor.say('Kept for now');
      await visitor.sees('Kept for now', 'Sent');
      expect(await keys(shop.page)).toContain('throughline:fernway');
      await shop.page.unroute('**/own-page*');
      await goTo(shop, { head });
      await shop.page.locator('throughline-widget .launcher').waitFor();
      if (head === tag()) await call(shop.page, 'setConsent', 'denied');
      await expect.poll(() => keys(shop.page)).toEqual([]);
    }
  });
});

describe('the page a widget lands on', () => {
  it('may let in nothing but scripts with its nonce, in a head before there is a body', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, {
      head: '<script src="/sdk/v1/loader.js" nonce="r4nd0m" data-throughline-site="fernway"></script>',
      policy:
        "default-src 'none'; script-src 'nonce-r4nd0m'; connect-src 'self'; require-trusted-types-for 'script'",
    });
    await visitor.openChat();
    await visitor.say('Under a nonce');
    await visitor.sees('Under a nonce', 'Sent');
    await call(shop.page, 'goal', 'signed_up', { value: 1 });
    expect(shop.faults).toEqual([]);
  });

  it('may swap its body, or all of itself, under an open chat', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: tag() });
    await visitor.openChat();
    await shop.page.evaluate(() => document.body.replaceWith(document.createElement('body')));
    expect(await visitor.panel.isVisible()).toBe(true);
    await shop.page.evaluate(() => {
      document.documentElement.replaceChildren(document.createElement('body'));
      history.pushState({}, '', '/own-page?next');
    });
    await visitor.panel.waitFor();
    await visitor.say('Still here');
    await visitor.sees('Still here', 'Sent');
  });

  it('may go to another address in a browser that has no Navigation API', async () => {
    await using shop = await stage.open();
    await shop.page.addInitScript(() => Reflect.deleteProperty(window, 'navigation'));
    const visitor = await goTo(shop, { head: tag() });
    await visitor.openChat();
    await shop.page.evaluate(() => {
      const seen: string[] = [];
      Reflect.set(globalThis, 'seen', seen);
      document.addEventListener('throughline:page.viewed', (event) =>
        seen.push((event as CustomEvent).detail.data.page.url),
      );
    });
    const seen = () => shop.page.evaluate(() => Reflect.get(globalThis, 'seen'));
    await shop.page.evaluate(() => history.pushState({}, '', '/own-page/one'));
    // Also one that comes before the file that notices them.
    await expect.poll(seen).toEqual([`${stage.base}/own-page/one`]);
    await shop.page.evaluate(() => history.replaceState({}, '', '/own-page/two'));
    await shop.page.evaluate(() => history.pushState({}, '', '/own-page/three'));
    expect(await seen()).toEqual(
      ['one', 'two', 'three'].map((at) => `${stage.base}/own-page/${at}`),
    );
    await call(shop.page, 'destroy');
    expect(await shop.page.evaluate(() => `${history.pushState}`.includes('[native code]'))).toBe(
      true,
    );
  });

  it('leaves new addresses to the page where it says so, and prints events where it is asked to', async () => {
    await using shop = await stage.open();
    const { page } = shop;
    const printed: string[] = [];
    page.on('console', (message) => printed.push(message.text()));
    const more = 'data-throughline-auto-page="false" data-throughline-debug="true"';
    const visitor = await goTo(shop, { head: tag(more) });
    await visitor.openChat();
    await page.evaluate(() => history.pushState(null, '', '/own-page/two'));
    await call(page, 'close');
    await expect.poll(() => printed.join()).toContain('widget.closed');
    for (const type of ['widget.loaded', 'widget.opened'])
      expect(printed.join()).toContain(`type: ${type}`);
    expect(printed.join()).not.toContain('page.viewed');
  });

  it('prints events where its address asks for it, on a site that is live', async () => {
    await using shop = await stage.open();
    const printed: string[] = [];
    shop.page.on('console', (message) => printed.push(message.text()));
    const visitor = await goTo(shop, { head: tag() });
    await visitor.openChat();
    expect(printed.join()).not.toContain('widget.opened');
    await shop.page.goto(`${stage.base}/own-page?a=b&throughline_debug=1`);
    await visitor.openChat();
    await expect.poll(() => printed.join()).toContain('type: widget.opened');
  });

  it('places the button by its own word before the site has one, also once the chat is there', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: tag('data-throughline-offset-x="77"') });
    const fromEdge = async () => {
      const box = await shop.page.locator('throughline-widget .launcher').boundingBox();
      const { width } = shop.page.viewportSize() ?? { width: 0 };
      return Math.round(width - (box?.x ?? 0) - (box?.width ?? 0));
    };
    await shop.page.locator('throughline-widget .launcher').waitFor();
    expect(await fromEdge()).toBe(77);
    await visitor.openChat();
    await visitor.panel.locator('.header').waitFor();
    expect(await fromEdge()).toBe(77);
  });

  it('may carry two widgets and the snippet twice: calls reach the one they name', async () => {
    await using shop = await stage.open();
    await goTo(shop, { head: tag() + tag() });
    await shop.page.locator('throughline-widget .launcher').waitFor();
    await call(shop.page, 'init', { site: 'fernway', storage: 'none', position: 'left' }, 'second');
    const hosts = shop.page.locator('throughline-widget');
    expect(await hosts.count()).toBe(2);
    await shop.page.evaluate(() => {
      const chat = Reflect.get(globalThis, 'Throughline') as {
        get(name: string): (c: string) => void;
      };
      chat.get('second')('open');
    });
    await hosts.nth(1).locator('.panel').waitFor();
    expect(await hosts.nth(0).locator('.panel').count()).toBe(0);
  });

  it('waits for it where it wants to, and calls it by methods', async () => {
    await using shop = await stage.open();
    const waits = `<script>
      document.addEventListener('throughline:ready', () => Throughline.open('list'));
    </script>`;
    const { page, panel } = await goTo(shop, { head: waits + tag() });
    await panel.getByRole('button', { name: 'New conversation' }).click();
    await panel.locator('textarea').waitFor();
    const isOpen = () =>
      page.evaluate(() => {
        const chat = Reflect.get(globalThis, 'Throughline') as Record<string, () => unknown>;
        return Reflect.get(chat.getState?.() as object, 'open');
      });
    expect(await isOpen()).toBe(true);
    await page.evaluate(() => {
      (Reflect.get(globalThis, 'Throughline') as { close(): void }).close();
    });
    expect(await isOpen()).toBe(false);
  });

  it('opens it with elements of its own, and stays in order when a call is wrong', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, {
      head: tag('data-throughline-hide-launcher'),
      body: '<a href="/elsewhere" data-throughline-draft="About my order: ">Ask</a>',
    });
    await expect
      .poll(() => shop.page.evaluate(() => typeof Reflect.get(globalThis, 'Throughline')))
      .toBe('function');
    await shop.page.getByText('Ask').click();
    await expect
      .poll(() => visitor.panel.locator('textarea').inputValue())
      .toBe('About my order: ');
    const codes = await shop.page.evaluate(async () => {
      const heard: string[] = [];
      const chat = Reflect.get(globalThis, 'Throughline') as (...a: unknown[]) => unknown;
      chat('on', 'widget.error', (event: { data: { code: string } }) =>
        heard.push(event.data.code),
      );
      await chat('dance');
      await chat('sendMessage', '');
      return heard;
    });
    expect(codes).toEqual(['call_failed', 'call_failed']);
  });

  it('begins with the page’s newest words, until the visitor has some of their own', async () => {
    await using shop = await stage.open();
    const { page, panel } = await goTo(shop, { head: tag() });
    const field = panel.locator('textarea');
    const offer = async (draft: string) => {
      await page.evaluate((words) => Reflect.get(window, 'Throughline').newConversation(words), {
        draft,
      });
      await field.waitFor();
      return field.inputValue();
    };
    expect(await offer('About the lamp')).toBe('About the lamp');
    expect(await offer('About the chair')).toBe('About the chair');
    expect(await offer('x'.repeat(12_000))).toHaveLength(10_000);
    await field.fill('My own question');
    expect(await offer('About the table')).toBe('My own question');
  });

  it('is restored from the back-forward cache: the chat connects again', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: tag() });
    await visitor.openChat();
    await visitor.say('Before');
    await visitor.sees('Before', 'Sent');
    await shop.context.setOffline(true);
    await visitor.panel.getByText('No connection').waitFor();
    await shop.context.setOffline(false);
    await shop.page.evaluate(() =>
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    );
    await visitor.say('After');
    await visitor.sees('After', 'Sent');
  });
});

it('inline, the panel fills its element, leaves the focus alone, and follows the element', async () => {
  await using shop = await stage.open();
  const visitor = await goTo(shop, {
    head: tag('data-throughline-mode="inline" data-throughline-container="#chat"'),
    body: '<input autofocus /><div id="chat" style="width: 360px; height: 500px"></div>',
  });
  await visitor.panel.locator('textarea').waitFor();
  const box = await visitor.panel.boundingBox();
  expect([box?.width, box?.height]).toEqual([360, 500]);
  expect(await shop.page.locator('throughline-widget .launcher').isVisible()).toBe(false);
  expect(await shop.page.evaluate(() => document.activeElement?.localName)).toBe('input');
  await shop.page.evaluate(() => {
    const next = Object.assign(document.createElement('div'), { id: 'chat' });
    next.style.cssText = 'width: 300px; height: 400px';
    document.querySelector('#chat')?.replaceWith(next);
  });
  await expect.poll(async () => (await visitor.panel.boundingBox())?.width).toBe(300);
  await visitor.say('From the page itself');
  await visitor.sees('From the page itself', 'Sent');
});

it('takes colours, corners and its place in the stack from the page’s own sheet and options', async () => {
  await using shop = await stage.open();
  const visitor = await goTo(shop, {
    head: `<style>
      throughline-widget::part(panel) { --bg: #fffdf8; border-radius: 4px; font-family: Georgia, serif }
      throughline-widget::part(launcher) { background: #22201c }
      #cover { position: fixed; inset: 0; z-index: 50 }
    </style>${tag('data-throughline-z-index="40"')}`,
    body: '<div id="cover"></div>',
  });
  const styleOf = (selector: string, name: string) =>
    shop.page
      .locator(`throughline-widget ${selector}`)
      .evaluate((it, property) => getComputedStyle(it).getPropertyValue(property), name);
  const onTop = () =>
    shop.page.evaluate(() => {
      const box = document
        .querySelector('throughline-widget')
        ?.shadowRoot?.querySelector('.launcher');
      const { left = 0, top = 0, width = 0, height = 0 } = box?.getBoundingClientRect() ?? {};
      return document.elementFromPoint(left + width / 2, top + height / 2)?.id;
    });
  await shop.page.locator('throughline-widget .launcher').waitFor();
  expect(await styleOf('.launcher', 'background-color')).toBe('rgb(34, 32, 28)');
  expect(await onTop()).toBe('cover');
  await call(shop.page, 'update', { zIndex: 60 });
  await expect.poll(onTop).toBe('');
  await visitor.openChat();
  expect(await styleOf('.panel', 'border-radius')).toBe('4px');
  expect(await styleOf('.panel', 'background-color')).toBe('rgb(255, 253, 248)');
  expect(await styleOf('.panel', 'font-family')).toBe('Georgia, serif');
});

it('inline, what was still on its way when it was destroyed leaves nothing behind', async () => {
  await using shop = await stage.open();
  const held = Promise.withResolvers<void>();
  await shop.page.route('**/inline.*.js', async (route) => {
    await held.promise;
    await route.continue();
  });
  const asked = shop.page.waitForRequest('**/inline.*.js');
  // Firefox has not loaded a page before all it imports is there.
  const loaded = goTo(shop, {
    head: tag('data-throughline-mode="inline" data-throughline-container="#chat"'),
    body: '<div id="chat"></div>',
  });
  await asked;
  await call(shop.page, 'destroy');
  const came = shop.page.waitForEvent('requestfinished');
  held.resolve();
  await Promise.all([came, loaded]);
  await shop.page.evaluate(() => document.querySelector('#chat')?.append('moved'));
  await shop.page.waitForTimeout(200);
  expect(await shop.page.locator('throughline-widget').count()).toBe(0);
});

it('in a window of its own the conversation goes on, and one begun there comes back', async () => {
  await using shop = await stage.open();
  const visitor = await goTo(shop, {
    head: tag(),
    body: '<button onclick="Throughline(\'popout\')">Own window</button>',
  });
  await visitor.openChat();
  // What goes on in the window comes later than what shows it.
  await shop.context.route('**/rare.*.js', async (route) => {
    await new Promise((go) => setTimeout(go, 600));
    await route.continue();
  });
  const popOut = async () => {
    const opened = shop.context.waitForEvent('page');
    await shop.page.bringToFront();
    await shop.page.getByText('Own window').click();
    return visitorOn(await opened);
  };
  const first = await popOut();
  await first.panel.locator('textarea').waitFor();
  await first.say('Begun in the window');
  await first.sees('Begun in the window', 'Sent');
  expect(await visitor.panel.count()).toBe(0);
  await visitor.openChat();
  await visitor.sees('Begun in the window', 'Sent');
  await visitor.say('Gone on in the page');
  await first.sees('Gone on in the page', 'Sent');
  await first.page.close();
  const second = await popOut();
  await second.sees('Gone on in the page', 'Sent');
  expect(shop.faults).toEqual([]);
});

it('[MD-13] in a window that a foreign page opened, nobody reads along and nobody is somebody else', async () => {
  await using shop = await stage.open();
  const { context, page } = shop;
  await context.grantPermissions(['local-network-access']);
  const evil = 'http://evil.example';
  await page.route(`${evil}/*`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<button>Win a prize</button>' }),
  );
  const claims = [evil, stage.base];
  for (const claimed of claims) {
    await page.goto(`${evil}/`);
    await page.evaluate(
      (at) => {
        const heard: unknown[] = [];
        addEventListener('message', ({ data }) => heard.push(data));
        document.querySelector('button')?.addEventListener('click', () => {
          const child = open(at, 'chat', 'popup');
          const visitor = { throughline: 'visitor', token: 'x'.repeat(43), draft: 'Planted' };
          setInterval(() => child?.postMessage(visitor, '*'), 20);
        });
        Object.assign(globalThis, { heard });
      },
      `${stage.base}/chat/?${new URLSearchParams({ site: 'fernway', origin: claimed })}`,
    );
    const opened = context.waitForEvent('page');
    await page.getByText('Win a prize').click();
    const victim = visitorOn(await opened);
    const field = victim.panel.locator('textarea');
    await field.waitFor();
    expect(await field.inputValue()).toBe('');
    await victim.say('My own words');
    await victim.sees('My own words', 'Sent');
    const kept = await victim.page.evaluate(() => JSON.stringify(sessionStorage));
    expect(kept).toContain('token');
    expect(kept).not.toContain('xxxx');
    expect(await page.evaluate(() => Reflect.get(globalThis, 'heard'))).toEqual([]);
    await victim.page.close();
  }
});

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFirefox } from './browser.ts';
import { call, type OwnPage, openOwnPage, tag } from './own-page.ts';
import { type Visitor, visitorOn } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

const require = createRequire(import.meta.url);

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

const goTo = (visit: Visit, page: OwnPage) => openOwnPage(visit, stage, page);

async function chats(visitor: Visitor, text: string): Promise<void> {
  await visitor.openChat();
  await visitor.panel.locator('.messages').click();
  await visitor.say(text);
  await visitor.sees(text, 'Sent');
}

/** What scripts of another age, or a careless one, do to a page before ours comes. */
const harmless: Record<string, string> = {
  'gives every object a text and a function': `
    Object.prototype.extra = 'x'; Object.prototype.each = function () { return this; };`,
  'gives every object handlers and addresses': `
    Object.prototype.onclick = Object.prototype.onClick = function () { window.hit = true; };
    Object.prototype.href = 'javascript:window.hit=true'; Object.prototype.style = 'color: red';`,
  'gives every object markup': `
    Object.prototype.dangerouslySetInnerHTML = { __html: '<img src=x onerror="window.hit=true">' };`,
  'gives every array functions': `
    Array.prototype.remove = function () {}; Array.prototype.last = function () {};`,
  'gives arrays and texts a toJSON, as old Prototype.js': `
    Array.prototype.toJSON = function () { return '[' + this.join() + ']'; };
    String.prototype.toJSON = function () { return this; };`,
  'has a map of its own, as old MooTools': `
    Array.prototype.map = function (each) {
      var all = []; for (var i = 0; i < this.length; i++) all.push(each(this[i], i)); return all;
    };`,
  'breaks fetch': `window.fetch = function () { throw new Error('no fetch'); };`,
  'replaces JSON and Promise': `
    window.JSON = { parse: JSON.parse, stringify: JSON.stringify };
    var Old = Promise; window.Promise = function (run) { return new Old(run); };
    ['resolve', 'reject', 'all', 'race'].forEach(function (n) { Promise[n] = Old[n].bind(Old); });`,
  'has no custom elements, locks or channels': `
    Object.defineProperty(window, 'customElements', { value: undefined });
    Object.defineProperty(navigator, 'locks', { value: undefined });
    window.BroadcastChannel = undefined;`,
};

/** What nothing can be built on: the page has to stay as it is. */
const hopeless: Record<string, string> = {
  'breaks shadow roots': `
    Element.prototype.attachShadow = function () { throw new Error('no shadow'); };`,
  'breaks sockets': `window.WebSocket = function () { throw new Error('no socket'); };`,
  'breaks listening': `
    EventTarget.prototype.addEventListener = function () { throw new Error('no listening'); };`,
};

describe('[MD-10] [MD-12] a page that', () => {
  it.each(Object.entries(harmless))('%s has a chat that works as ever', async (_, script) => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: `<script>${script}</script>${tag()}` });
    await chats(visitor, '<b>Hello</b> https://shop.example/a?b=1');
    const bubble = visitor.bubbles('Hello').locator('.bubble');
    const drawn = await bubble.innerHTML();
    // A style of every object is taken back from each element, which leaves an empty one.
    expect(drawn.replace(' style=""', '')).toBe(
      '&lt;b&gt;Hello&lt;/b&gt; <a href="https://shop.example/a?b=1" target="_blank" ' +
        'rel="noopener noreferrer nofollow">https://shop.example/a?b=1</a>',
    );
    expect(await shop.page.evaluate(() => Reflect.get(globalThis, 'hit'))).toBeUndefined();
    expect(shop.faults).toEqual([]);
  });

  it.each(Object.entries(hopeless))('%s goes on without one', async (_, script) => {
    await using shop = await stage.open();
    await goTo(shop, {
      head: `<script>${script}</script>${tag()}`,
      body: '<button onclick="document.title = \'Bought\'">Buy</button>',
    });
    await expect
      .poll(() => shop.page.evaluate(() => typeof Reflect.get(globalThis, 'Throughline')))
      .toBe('function');
    await call(shop.page, 'open');
    await shop.page.getByText('Buy').click();
    expect(await shop.page.title()).toBe('Bought');
  });

  it('resets and hides everything has the button in its corner, and a chat to be seen', async () => {
    await using shop = await stage.open();
    const reset = `* { all: unset !important; display: block !important }
      body > *, html > * { opacity: 0 !important; transform: scale(0) !important;
        visibility: hidden !important; font-size: 0 !important; pointer-events: none !important }`;
    const visitor = await goTo(shop, { head: `<style>${reset}</style>${tag()}` });
    const box = await shop.page.locator('throughline-widget .launcher').boundingBox();
    expect(box).toEqual({ x: 1280 - 20 - 56, y: 860 - 20 - 56, width: 56, height: 56 });
    await chats(visitor, 'To be seen');
    const panel = await visitor.panel.boundingBox();
    expect([panel?.width, panel?.height]).toEqual([400, 680]);
  });

  it('lets the panel’s file not through: the button stays, says so, and the next click tries again', async () => {
    await using shop = await stage.open();
    await shop.page.route('**/panel.*.js', (route) => route.abort('blockedbyclient'));
    const visitor = await goTo(shop, { head: tag() });
    await shop.page.evaluate(() => {
      const heard: string[] = [];
      Reflect.set(globalThis, 'heard', heard);
      addEventListener('throughline:widget.error', () => heard.push('on the page'));
      const chat = Reflect.get(globalThis, 'Throughline') as (...a: unknown[]) => unknown;
      chat('on', 'widget.error', ({ data }: { data: { code: string } }) => heard.push(data.code));
    });
    await shop.page.locator('throughline-widget .launcher').click();
    const failures = () =>
      shop.page.evaluate(
        () =>
          (Reflect.get(globalThis, 'heard') as string[]).filter((it) => it === 'load_failed')
            .length,
      );
    await expect.poll(failures).toBeGreaterThan(0);
    // Coming near the button may have failed on its own.
    await shop.page.waitForTimeout(300);
    const before = await failures();
    await shop.page.locator('throughline-widget .launcher').click();
    await expect.poll(failures).toBeGreaterThan(before);
    await shop.page.unroute('**/panel.*.js');
    await chats(visitor, 'Let through');
    // Firefox has the panel under another name now, and no part finds it.
    if (!isFirefox) {
      await visitor.panel.getByRole('button', { name: 'All conversations' }).click();
      await visitor.panel.getByRole('button', { name: 'New conversation' }).waitFor();
    }
    expect(shop.faults).toEqual([]);
  });

  it.each(['tabs', 'around', 'away', 'files', 'markdown', 'notices'])(
    'lets the file of the part “%s” not through has a chat without it',
    async (part) => {
      await using shop = await stage.open();
      await shop.context.route(`**/${part}.*.js`, (route) => route.abort('blockedbyclient'));
      const visitor = await goTo(shop, { head: tag() });
      await chats(visitor, `Without ${part}`);
      const other = visitorOn(await shop.context.newPage());
      await other.page.goto(`${stage.base}/demo/`);
      await other.openChat();
      await other.say('From another tab');
      await other.sees('From another tab', 'Sent');
      expect(shop.faults).toEqual([]);
    },
  );

  it('is in a frame has its chat in the frame', async () => {
    await using shop = await stage.open();
    await shop.page.route('**/frame*', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><body>${tag()}</body>` }),
    );
    await goTo(shop, {
      body: '<iframe src="/frame" style="width: 420px; height: 700px"></iframe>',
    });
    const frame = shop.page.frameLocator('iframe');
    await frame.locator('throughline-widget .launcher').click();
    await frame.locator('.panel textarea').fill('In a frame');
    await frame.locator('.panel textarea').press('Enter');
    await frame.locator('.message').getByText('Sent').waitFor();
    expect(shop.faults).toEqual([]);
  });

  it('is in a frame that may keep nothing has a chat in memory', async () => {
    await using shop = await stage.open();
    await goTo(shop, {
      body: `<iframe sandbox="allow-scripts" srcdoc='<body>${tag().replace('src="', `src="${stage.base}`)}</body>'></iframe>`,
    });
    await shop.page.frameLocator('iframe').locator('throughline-widget .launcher').waitFor();
    expect(shop.faults).toEqual([]);
  });
});

/** Two pages of a site that moves between them without loading. */
async function openTurboSite(visit: Visit): Promise<Page> {
  const turbo = require.resolve('@hotwired/turbo');
  const script = await readFile(turbo.replace(/turbo\.[^/]*$/, 'turbo.es2017-umd.js'), 'utf8');
  await visit.page.route('**/turbo.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await visit.page.route('**/site/*', (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1);
    return route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html><head><title>${name}</title><script src="/turbo.js"></script></head>
        <body><h1>${name}</h1><a href="/site/one">To one</a> <a href="/site/two">To two</a>${tag()}</body></html>`,
    });
  });
  await visit.context.grantPermissions(['local-network-access']);
  await visit.page.goto(`${stage.base}/site/one`);
  return visit.page;
}

describe('a page that is left', () => {
  it('through Turbo keeps the one chat it has, open and with what was typed', async () => {
    await using shop = await stage.open();
    const page = await openTurboSite(shop);
    const visitor = visitorOn(page);
    await chats(visitor, 'On page one');
    await visitor.panel.locator('textarea').fill('half a thought');
    const isSame = () => page.evaluate(() => Reflect.get(globalThis, 'mark'));
    await page.evaluate(() => Reflect.set(globalThis, 'mark', true));
    await page.getByText('To two').click();
    await page.locator('h1', { hasText: 'two' }).waitFor();
    expect(await isSame()).toBe(true);
    expect(await page.locator('throughline-widget').count()).toBe(1);
    expect(await visitor.panel.locator('textarea').inputValue()).toBe('half a thought');
    await page.goBack();
    await page.locator('h1', { hasText: 'one' }).waitFor();
    await visitor.panel.locator('textarea').press('Enter');
    await visitor.sees('half a thought', 'Sent');
    expect(await page.locator('throughline-widget').count()).toBe(1);
    expect(shop.faults).toEqual([]);
  });

  it('with a view transition keeps it too', async () => {
    await using shop = await stage.open();
    const visitor = await goTo(shop, { head: tag() });
    await chats(visitor, 'Before the transition');
    await shop.page.evaluate(async () => {
      const next = document.createElement('body');
      next.append('Another page');
      await document.startViewTransition(() => document.body.replaceWith(next)).finished;
    });
    await visitor.say('After the transition');
    await visitor.sees('After the transition', 'Sent');
  });

  // Firefox keeps no page that had a socket open, or waited for a lock, when it was left.
  it.skipIf(isFirefox)(
    'comes out of the back-forward cache as it was, connects, and shows what was missed',
    async () => {
      await using shop = await stage.open();
      const visitor = await goTo(shop, { head: tag() });
      await chats(visitor, 'Before I went');
      await shop.page.evaluate(() => {
        Reflect.set(globalThis, 'mark', true);
        addEventListener('pageshow', ({ persisted }) => Reflect.set(globalThis, 'kept', persisted));
      });
      await shop.page.goto(`${stage.base}/demo/orders.html`);
      const elsewhere = visitorOn(shop.page);
      await elsewhere.openChat();
      // Whoever is faster than the list begins another conversation.
      await elsewhere.sees('Before I went');
      await elsewhere.say('Written elsewhere');
      await elsewhere.sees('Written elsewhere', 'Sent');
      // One that was kept is not loaded again: there is no navigation to wait for.
      await shop.page.evaluate(() => void setTimeout(() => history.back()));
      const look = () =>
        shop.page
          .evaluate(() => ({
            mark: Reflect.get(globalThis, 'mark'),
            kept: Reflect.get(globalThis, 'kept'),
          }))
          .catch(() => 'on its way');
      await expect.poll(look).toEqual({ mark: true, kept: true });
      await visitor.sees('Written elsewhere');
      await visitor.say('Back again');
      await visitor.sees('Back again', 'Sent');
      expect(shop.faults).toEqual([]);
    },
  );
});

it('[MD-11] values of a look that are more than values change nothing else, and fetch nothing', async () => {
  await using visit = await stage.open();
  const bad = '1px;} body{background:url(https://evil.example/x)} </style><script>';
  const { page, panel } = await goTo(visit, { head: tag() });
  await page.locator('throughline-widget .launcher').waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const shown = () =>
    page.evaluate(() => getComputedStyle(document.body).backgroundImage + document.body.className);
  const before = await shown();
  for (const name of ['offsetX', 'offsetY', 'zIndex', 'accent', 'position', 'theme'])
    await call(page, 'update', { [name]: bad });
  await call(page, 'open');
  await panel.waitFor();
  for (const name of ['offsetX', 'offsetY', 'zIndex', 'accent', 'position', 'theme'])
    await call(page, 'update', { [name]: bad });
  expect(await shown()).toBe(before);
  expect(await page.locator('throughline-widget style, throughline-widget script').count()).toBe(0);
  expect(asked.filter((url) => url.includes('evil'))).toEqual([]);
});

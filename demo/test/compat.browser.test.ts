import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openOffice } from './office.ts';
import { openOwnPage } from './own-page.ts';
import type { Visitor } from './people.ts';
import type { Visit } from './stage.ts';

const { stage, desk } = await openOffice();

/** What our script tag is in place of the vendor's. */
const tag = (vendor: string) =>
  `<script async src="/sdk/v1/compat/${vendor}.js" data-throughline-site="fernway"></script>`;

interface Old {
  /** What the page had for its vendor, before our tag. */
  before?: string;
  tags: string;
}

interface Shop extends AsyncDisposable {
  visit: Visit;
  page: Page;
  visitor: Visitor;
  /** What the console was warned of. */
  warnings: string[];
}

/** A page that was made for another vendor, under a policy that lets in scripts with its nonce only. */
async function open({ before = '', tags }: Old): Promise<Shop> {
  const visit = await stage.open();
  const { page } = visit;
  const warnings: string[] = [];
  page.on('console', (line) => line.type() === 'warning' && warnings.push(line.text()));
  const head = `<script>window.heard = [];${before}</script>${tags}`;
  const visitor = await openOwnPage(visit, stage, {
    head: head.replaceAll('<script', '<script nonce="r4nd0m"'),
    policy:
      "default-src 'none'; script-src 'nonce-r4nd0m'; connect-src 'self'; require-trusted-types-for 'script'",
  });
  return {
    visit,
    page,
    visitor,
    warnings,
    [Symbol.asyncDispose]: () => visit.context.close(),
  };
}

/** A call as the page makes it: `Intercom('show')` is `call(page, 'Intercom', 'show')`. */
const call = (page: Page, path: string, ...args: unknown[]): Promise<unknown> =>
  page.evaluate(
    ([path, args]) => {
      const names = path.split('.');
      const name = names.pop() ?? '';
      type Owner = Record<string, (...args: unknown[]) => unknown>;
      const owner = names.reduce((at, key) => Reflect.get(at, key), globalThis as object) as Owner;
      const answer = owner[name]?.(...args);
      return typeof answer === 'object' && answer !== null ? undefined : answer;
    },
    [path, args] as const,
  );

const heardOn = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => Reflect.get(globalThis, 'heard') as unknown[]);

const button = (page: Page) => page.locator('throughline-widget .launcher');
const field = ({ panel }: Visitor) => panel.locator('textarea');

/** The console's view of whoever wrote this. */
async function aboutWhoWrote(text: string): Promise<string> {
  await desk.page.bringToFront();
  await desk.openConversation(text);
  await desk.page.getByText('Loading details').waitFor({ state: 'hidden' });
  return (await desk.page.locator('body').textContent()) ?? '';
}

describe('a page made for Intercom', () => {
  const stub = `
    (function () {
      var i = function () { i.c(arguments); };
      i.q = [];
      i.c = function (args) { i.q.push(args); };
      window.Intercom = i;
    })();`;

  it('keeps what it said before anything had loaded, and its listeners', async () => {
    await using shop = await open({
      before: `${stub}
        window.intercomSettings = { app_id: 'abc12345', name: 'Inigo Intercom', email: 'inigo@example.com', user_id: '9876', plan: 'sword' };
        Intercom('onShow', function () { heard.push('shown'); });
        Intercom('onHide', function () { heard.push('hidden'); });
        Intercom('onUnreadCountChange', function (n) { heard.push(n); });
        Intercom('startTour', 123);
        Intercom('showNewMessage', 'About my blade');`,
      tags: tag('intercom'),
    });
    const { page, visitor } = shop;
    await expect.poll(() => field(visitor).inputValue()).toBe('About my blade');
    await field(visitor).press('Enter');
    await visitor.sees('About my blade', 'Sent');
    expect(await call(page, 'Intercom', 'getVisitorId')).toMatch(/^[\da-f-]{36}$/);
    const seen = await aboutWhoWrote('About my blade');
    for (const said of ['Inigo Intercom', 'inigo@example.com', '9876', 'sword'])
      expect(seen).toContain(said);
    await page.bringToFront();
    await call(page, 'Intercom', 'hide');
    await expect.poll(() => visitor.panel.count()).toBe(0);
    await desk.reply('It is on its way.');
    await expect.poll(() => heardOn(page)).toEqual(['shown', 'hidden', 1]);
    await call(page, 'Intercom', 'startTour', 123);
    expect(shop.warnings).toEqual(['Throughline: "Intercom startTour" does nothing here.']);
    expect(shop.visit.faults).toEqual([]);
  });

  it('without a stub begins at boot; show opens the panel, and shutdown forgets who was there', async () => {
    await using shop = await open({ tags: tag('intercom') });
    const { page, visitor } = shop;
    await page.waitForFunction(() => typeof Reflect.get(globalThis, 'Intercom') === 'function');
    expect(await page.locator('throughline-widget').count()).toBe(0);
    await call(page, 'Intercom', 'boot', { app_id: 'abc12345', hide_default_launcher: true });
    await call(page, 'Intercom', 'show');
    await field(visitor).waitFor();
    expect(await button(page).isVisible()).toBe(false);
    await call(page, 'Intercom', 'update', { hide_default_launcher: false, name: 'Fezzik' });
    await expect.poll(() => button(page).isVisible()).toBe(true);
    await visitor.say('Anybody want a peanut?');
    await visitor.sees('Anybody want a peanut?', 'Sent');
    expect(await aboutWhoWrote('Anybody want a peanut?')).toContain('Fezzik');
    await page.bringToFront();
    await call(page, 'Intercom', 'shutdown');
    await expect.poll(() => button(page).isVisible()).toBe(false);
    await call(page, 'Intercom', 'boot', { app_id: 'abc12345' });
    await call(page, 'Intercom', 'show');
    await field(visitor).waitFor();
    expect(await visitor.bubbles('Anybody want a peanut?').count()).toBe(0);
    expect(shop.visit.faults).toEqual([]);
  });
});

describe('a page made for Chatwoot', () => {
  it('keeps its settings, its calls once ready, and the events of the window', async () => {
    await using shop = await open({
      before: `
        window.chatwootSettings = { position: 'left', locale: 'de', hideMessageBubble: false, darkMode: 'auto' };
        for (const name of ['ready', 'opened', 'closed', 'on-start-conversation', 'on-unread-message-count-changed'])
          window.addEventListener('chatwoot:' + name, function () { heard.push(name); });
        window.addEventListener('chatwoot:on-message', function (e) { heard.push(e.detail.content); });
        window.addEventListener('chatwoot:ready', function () {
          window.$chatwoot.setUser('4711', { email: 'wes@example.com', name: 'Wes Ley' });
          window.$chatwoot.setCustomAttributes({ rank: 'pirate' });
          window.$chatwoot.setStars(5);
          window.$chatwoot.toggle('open');
        });`,
      tags: tag('chatwoot'),
    });
    const { page, visitor } = shop;
    await visitor.panel.getByText('Schreiben Sie uns').or(field(visitor)).first().waitFor();
    expect(await page.locator('throughline-widget').getAttribute('dir')).toBe('rtl');
    await visitor.say('As you wish');
    await expect.poll(() => heardOn(page)).toContain('As you wish');
    const seen = await aboutWhoWrote('As you wish');
    for (const said of ['Wes Ley', 'wes@example.com', '4711', 'pirate'])
      expect(seen).toContain(said);
    await page.bringToFront();
    await call(page, '$chatwoot.toggle', 'close');
    await expect.poll(() => visitor.panel.count()).toBe(0);
    await desk.reply('Then do.');
    await expect
      .poll(() => heardOn(page))
      .toEqual([
        ...['ready', 'opened', 'on-start-conversation', 'As you wish', 'closed'],
        ...['on-unread-message-count-changed', 'Then do.'],
      ]);
    await call(page, '$chatwoot.toggleBubbleVisibility', 'hide');
    await expect.poll(() => button(page).isVisible()).toBe(false);
    await call(page, '$chatwoot.toggleBubbleVisibility', 'show');
    await expect.poll(() => button(page).isVisible()).toBe(true);
    await call(page, '$chatwoot.setLocale', 'fr');
    await expect.poll(() => button(page).getAttribute('aria-label')).toMatch(/message|chat/i);
    expect(shop.warnings).toEqual(['Throughline: "Chatwoot setStars" does nothing here.']);
    expect(shop.visit.faults).toEqual([]);
  });

  it('may run it by the call of its old snippet, which names the site', async () => {
    await using shop = await open({
      tags: '',
      before: `
        (function (d, t) {
          var g = d.createElement(t), s = d.getElementsByTagName(t)[0];
          g.src = trustedTypes.createPolicy('old', { createScriptURL: (u) => u }).createScriptURL('/sdk/v1/compat/chatwoot.js');
          g.nonce = 'r4nd0m';
          g.async = true;
          s.parentNode.insertBefore(g, s);
          g.onload = function () {
            window.chatwootSDK.run({ websiteToken: 'fernway', baseUrl: location.origin });
          };
        })(document, 'script');`,
    });
    await shop.visitor.openChat();
    await shop.visitor.say('Run as before');
    await shop.visitor.sees('Run as before', 'Sent');
    expect(shop.visit.faults).toEqual([]);
  });
});

describe('a page made for Crisp', () => {
  it('keeps what it pushed before, and chat:show is the button, not the panel', async () => {
    await using shop = await open({
      before: `
        window.$crisp = [];
        window.CRISP_WEBSITE_ID = '7598bf86-9ebb-46bc-8c61-be8929bbf93d';
        window.CRISP_READY_TRIGGER = function () { heard.push('ready'); };
        $crisp.push(['safe', true]);
        $crisp.push(['set', 'user:email', ['vizzini@example.com']]);
        $crisp.push(['set', 'user:nickname', ['Vizzini']]);
        $crisp.push(['set', 'session:data', [[['cup', 'the other'], ['wits', 3]]]]);
        $crisp.push(['on', 'chat:opened', function () { heard.push('opened'); }]);
        $crisp.push(['on', 'message:sent', function (m) { heard.push(m.from + ' ' + m.content); }]);
        $crisp.push(['on', 'message:received', function (m) { heard.push(m.from + ' ' + m.content); }]);
        $crisp.push(['set', 'message:text', ['Inconceivable']]);
        $crisp.push(['do', 'chat:hide']);`,
      tags: tag('crisp'),
    });
    const { page, visitor } = shop;
    await expect.poll(() => heardOn(page)).toEqual(['ready']);
    expect(await button(page).isVisible()).toBe(false);
    await call(page, '$crisp.push', ['do', 'chat:show']);
    await button(page).waitFor();
    expect(await visitor.panel.count()).toBe(0);
    expect(await call(page, '$crisp.is', 'chat:opened')).toBe(false);
    await call(page, '$crisp.push', ['do', 'chat:open']);
    await expect.poll(() => field(visitor).inputValue()).toBe('Inconceivable');
    expect(await call(page, '$crisp.is', 'chat:opened')).toBe(true);
    await field(visitor).press('Enter');
    await visitor.sees('Inconceivable', 'Sent');
    const seen = await aboutWhoWrote('Inconceivable');
    for (const said of ['Vizzini', 'vizzini@example.com', 'the other'])
      expect(seen).toContain(said);
    await page.bringToFront();
    await call(page, '$crisp.push', ['do', 'chat:close']);
    await expect.poll(() => visitor.panel.count()).toBe(0);
    await desk.reply('You keep using that word.');
    await expect.poll(() => call(page, '$crisp.get', 'chat:unread:count')).toBe(1);
    await expect
      .poll(() => heardOn(page))
      .toEqual(['ready', 'opened', 'user Inconceivable', 'operator You keep using that word.']);
    await call(page, '$crisp.push', ['do', 'message:send', ['text', 'Never go in against me']]);
    await desk.sees('Never go in against me');
    await call(page, '$crisp.push', ['do', 'helpdesk:search']);
    expect(shop.warnings).toEqual(['Throughline: "Crisp do helpdesk:search" does nothing here.']);
    expect(shop.visit.faults).toEqual([]);
  });

  it('sends into the conversation of an earlier page, also before it is known here', async () => {
    await using shop = await open({ before: 'window.$crisp = [];', tags: tag('crisp') });
    const { page, visitor } = shop;
    await visitor.openChat();
    await visitor.say('Have fun storming the castle');
    await visitor.sees('Have fun storming the castle', 'Sent');
    await page.reload();
    await call(page, '$crisp.push', ['do', 'message:send', ['text', 'It would take a miracle']]);
    await visitor.openChat();
    await visitor.sees('It would take a miracle', 'Sent');
    await visitor.sees('Have fun storming the castle');
    expect(shop.visit.faults).toEqual([]);
  });
});

describe('a page that has our own tag already', () => {
  const loader = '<script src="/sdk/v1/loader.js" data-throughline-site="fernway"></script>';
  const heard = (what: string) => `function () { heard.push('${what}'); }`;

  it.each<[string, string, string]>([
    [
      'intercom',
      "var i = window.Intercom = function () { i.q.push(arguments); }; i.q = []; Intercom('onReady', HEARD);",
      'Intercom',
    ],
    ['chatwoot', "addEventListener('chatwoot:ready', HEARD);", '$chatwoot'],
    ['crisp', '$crisp = []; window.CRISP_READY_TRIGGER = HEARD;', '$crisp'],
  ])('hears of %s’s ready all the same, long after ours', async (vendor, before, name) => {
    await using shop = await open({
      before: before.replace('HEARD', heard('ready')),
      tags: loader,
    });
    const { page } = shop;
    await button(page).waitFor();
    expect(await heardOn(page)).toEqual([]);
    await page.evaluate((vendor) => {
      const script = document.createElement('script');
      const { createPolicy } = Reflect.get(globalThis, 'trustedTypes');
      const policy = createPolicy.call(Reflect.get(globalThis, 'trustedTypes'), 'old', {
        createScriptURL: (url: string) => url,
      });
      script.src = policy.createScriptURL(`/sdk/v1/compat/${vendor}.js`);
      script.nonce = 'r4nd0m';
      script.dataset.throughlineSite = 'fernway';
      document.head.append(script);
    }, vendor);
    await expect.poll(() => heardOn(page)).toEqual(['ready']);
    expect(await page.evaluate((name) => Reflect.get(globalThis, name)?.hasLoaded, name)).toBe(
      vendor === 'chatwoot' ? true : undefined,
    );
    expect(shop.visit.faults).toEqual([]);
  });
});

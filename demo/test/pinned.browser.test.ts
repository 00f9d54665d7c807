import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFirefox } from './browser.ts';
import { openOwnPage } from './own-page.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let folder: string;
let hashes: Record<string, string>;
beforeAll(async () => {
  stage = await setStage();
  // By a name of its own the relay is another origin than the page, as it is for a business.
  const relay = stage.base.replace('127.0.0.1', 'localhost');
  const manifest = await import('../../packages/widget/package.json', { with: { type: 'json' } });
  folder = `${relay}/sdk/${manifest.default.version}`;
  hashes = await (await fetch(`${folder}/integrity.json`)).json();
});
afterAll(async () => {
  await stage?.close();
});

const tag = (integrity = '') =>
  `<script async src="${folder}/loader.js" integrity="${integrity}" crossorigin="anonymous" data-throughline-site="fernway" data-throughline-relay="${stage.base}"></script>`;

/** Of everything that may come later, by `import`. */
const rest = (change: (hash: string) => string = (hash) => hash) => {
  const integrity = Object.entries(hashes).map(([name, hash]) => [
    `${folder}/${name}`,
    change(hash),
  ]);
  return `<script type="importmap">${JSON.stringify({ integrity: Object.fromEntries(integrity) })}</script>`;
};
const wrong = (hash: string) => hash.replace(/-.{4}/, '-AAAA');

it('a version held to its hashes, the panel and all, opens the chat', async () => {
  await using shop = await stage.open();
  const asked: string[] = [];
  shop.page.on('request', (request) => asked.push(request.url()));
  const visitor = await openOwnPage(shop, stage, { head: rest() + tag(hashes['loader.js']) });
  await visitor.openChat();
  await visitor.say('Held to a hash');
  await visitor.sees('Held to a hash', 'Sent');
  const sdk = asked.filter((url) => url.includes('/sdk/'));
  expect(sdk.length).toBeGreaterThan(1);
  expect(sdk.filter((url) => !url.startsWith(`${folder}/`))).toEqual([]);
  expect(shop.faults).toEqual([]);
});

it('a pinned script of another vendor’s calls brings the loader of its own version', async () => {
  await using shop = await stage.open();
  const asked: string[] = [];
  shop.page.on('request', (request) => asked.push(request.url()));
  const visitor = await openOwnPage(shop, stage, {
    head: `${rest()}<script>window.$crisp = [['do', 'chat:open']];</script>${tag(
      hashes['compat/crisp.js'],
    ).replace('loader.js', 'compat/crisp.js')}`,
  });
  await visitor.panel.waitFor();
  const sdk = asked.filter((url) => url.includes('/sdk/'));
  expect(sdk).toContain(`${folder}/loader.js`);
  expect(sdk.filter((url) => !url.startsWith(`${folder}/`))).toEqual([]);
  expect(shop.faults).toEqual([]);
});

// Firefox tells nobody but its own console of it.
it.skipIf(isFirefox)(
  'a loader that is not what its hash says does not run, and the page goes on unharmed',
  async () => {
    await using shop = await stage.open();
    const refused = shop.page.waitForEvent('console', (line) => /integrity/i.test(line.text()));
    await openOwnPage(shop, stage, {
      head: `<script>
      window.Throughline = (...call) => { (Throughline.q ??= []).push(call); };
      Throughline('open');
    </script>${tag(wrong(hashes['loader.js'] ?? ''))}`,
      body: '<button onclick="this.textContent = \'Works\'">Try</button>',
    });
    await refused;
    await shop.page.getByText('Try').click();
    await shop.page.getByText('Works').waitFor();
    expect(await shop.page.locator('throughline-widget').count()).toBe(0);
    expect(shop.faults).toEqual([]);
  },
);

it('a panel that is not what the page’s import map says does not run, and is told', async () => {
  await using shop = await stage.open();
  await openOwnPage(shop, stage, {
    head: `<script>
      window.heard = [];
      window.Throughline = (...call) => { (Throughline.q ??= []).push(call); };
      Throughline('on', 'widget.error', ({ data }) => heard.push(data.code));
      Throughline('open');
    </script>${rest(wrong)}${tag(hashes['loader.js'])}`,
  });
  await expect
    .poll(() => shop.page.evaluate(() => Reflect.get(globalThis, 'heard')))
    .toEqual(['load_failed']);
  expect(await shop.page.locator('throughline-widget .panel').count()).toBe(0);
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildNpm } from '../../scripts/build-npm.ts';
import { openOwnPage } from './own-page.ts';
import { type Stage, setStage } from './stage.ts';

const APP = `
  import { createElement as h, StrictMode, useState } from 'react';
  import { createRoot } from 'react-dom/client';
  import { ThroughlineChat } from '@throughline/widget/react';

  function App() {
    const [isShown, show] = useState(true);
    const [language, setLanguage] = useState('en');
    const chat = { relay: location.origin, site: 'fernway', language, mode: 'inline', className: 'chat' };
    return h('main', null,
      h('button', { onClick: () => show(!isShown) }, 'Show or hide'),
      h('button', { onClick: () => setLanguage('de') }, 'Deutsch'),
      isShown && h(ThroughlineChat, chat),
    );
  }
  createRoot(document.querySelector('#app')).render(h(StrictMode, null, h(App)));
`;

const widget = join(import.meta.dirname, '../../packages/widget');
let stage: Stage;
let files: Map<string, string>;

/** An application of a page's own bundler, which has installed the package as it is packed. */
async function bundleApp(): Promise<Map<string, string>> {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-react-'));
  try {
    const modules = join(dir, 'node_modules');
    mkdirSync(modules);
    await buildNpm(join(modules, '@throughline/widget'));
    for (const name of ['react', 'react-dom', 'zustand'])
      symlinkSync(join(widget, 'node_modules', name), join(modules, name));
    const exports = { './*': './*.js' };
    writeFileSync(
      join(modules, '@throughline/widget/package.json'),
      JSON.stringify({ name: '@throughline/widget', type: 'module', exports }),
    );
    writeFileSync(join(dir, 'app.js'), APP);
    const built = (await build({
      configFile: false,
      root: dir,
      logLevel: 'warn',
      define: { 'process.env.NODE_ENV': '"development"' },
      build: {
        write: false,
        lib: { entry: join(dir, 'app.js'), formats: ['es'], fileName: () => 'app.js' },
      },
    })) as Rolldown.RolldownOutput[];
    return new Map(
      built.flatMap(({ output }) =>
        output.flatMap((file) =>
          file.type === 'chunk' ? [[file.fileName, file.code] as const] : [],
        ),
      ),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  files = await bundleApp();
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
});

it('in an application of React, strict mode included, there is one chat, and none once it is gone', async () => {
  await using shop = await stage.open();
  const { page } = shop;
  const sockets = new Set<string>();
  page.on('websocket', (socket) => {
    sockets.add(socket.url());
    socket.on('close', () => sockets.delete(socket.url()));
  });
  await page.route('**/app/*', (route) => {
    const name = new URL(route.request().url()).pathname.replace('/app/', '');
    return route.fulfill({ contentType: 'text/javascript', body: files.get(name) ?? '' });
  });
  const visitor = await openOwnPage(shop, stage, {
    head: '<style>.chat { width: 360px; height: 500px }</style>',
    body: '<div id="app"></div><script type="module" src="/app/app.js"></script>',
  });
  await visitor.panel.locator('textarea').waitFor();
  expect(await page.locator('throughline-widget').count()).toBe(1);
  await visitor.say('From a component');
  await visitor.sees('From a component', 'Sent');
  await page.getByText('Deutsch').click();
  await visitor.sees('From a component', 'Gesendet');
  await page.getByText('Show or hide').click();
  await expect.poll(() => page.locator('throughline-widget').count()).toBe(0);
  await expect.poll(() => sockets.size).toBe(0);
  await page.getByText('Show or hide').click();
  await visitor.sees('From a component');
  expect(shop.faults).toEqual([]);
});

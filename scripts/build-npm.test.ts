import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildNpm } from './build-npm.ts';

const root = join(import.meta.dirname, '..');
const widget = join(root, 'packages/widget');

interface Manifest {
  name: string;
  files: string[];
  exports: Record<string, string>;
  publishConfig: { exports: Record<string, { types: string; default: string }> };
  dependencies: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8')) as Manifest;
const published = manifest.publishConfig.exports;
const entries = Object.keys(manifest.exports).map((door) => `@throughline/widget${door.slice(1)}`);

/** A program that has installed the package as it is packed, and React. */
let program: string;
beforeAll(async () => {
  program = mkdtempSync(join(tmpdir(), 'throughline-npm-'));
  const modules = join(program, 'node_modules');
  const installed = join(modules, '@throughline/widget');
  mkdirSync(join(modules, '@types'), { recursive: true });
  await buildNpm(join(installed, 'dist/npm'));
  // What pnpm makes of the manifest as it packs.
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ ...manifest, exports: published }),
  );
  for (const name of [...Object.keys(manifest.dependencies), 'react', '@types/react'])
    symlinkSync(join(widget, 'node_modules', name), join(modules, name));
  writeFileSync(join(program, 'package.json'), '{"type":"module"}');
}, 120_000);
afterAll(() => rmSync(program, { recursive: true, force: true }));

test('every entry of the workspace is one of the package, with its types', () => {
  expect(Object.keys(published)).toEqual(Object.keys(manifest.exports));
  for (const { types, default: module } of Object.values(published))
    for (const file of [types, module]) {
      expect(file.startsWith(`./${manifest.files[0]}/`)).toBe(true);
      expect(existsSync(join(program, 'node_modules/@throughline/widget', file)), file).toBe(true);
    }
});

test.each(entries)('%s can be imported where there is no page, and does nothing', (entry) => {
  const script = `
    const done = [];
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'WebSocket']) {
      const real = globalThis[name];
      globalThis[name] = function (...args) { done.push(name); return Reflect.apply(real, this, args); };
    }
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...args) {
      done.push('listens to ' + args[0]);
      return listen.apply(this, args);
    };
    process.on('newListener', (name) => done.push('listens to ' + String(name)));
    // Importing anything at all leaves something of the loader's own.
    await import('data:text/javascript,');
    const before = Reflect.ownKeys(globalThis);
    const open = process.getActiveResourcesInfo();
    done.length = 0;
    const exports = Object.keys(await import(${JSON.stringify(entry)}));
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key)).map(String);
    const left = process.getActiveResourcesInfo().slice(open.length);
    console.log(JSON.stringify({ exports, added, done, left }));
  `;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: program,
    encoding: 'utf8',
    env: { NODE_ENV: 'production' },
    timeout: 30_000,
  });
  const { exports, ...rest } = JSON.parse(said);
  expect(exports.length).toBeGreaterThan(0);
  expect(rest).toEqual({ added: [], done: [], left: [] });
});

test('its types stand by themselves, and know what is right and what is wrong', () => {
  const file = join(program, 'uses.ts');
  writeFileSync(
    file,
    `
    import { createElement } from 'react';
    import { createWidget, type Widget } from '@throughline/widget';
    import { createClient } from '@throughline/widget/client';
    import { defineElements } from '@throughline/widget/elements';
    import { ThroughlineChat, useThroughline } from '@throughline/widget/react';
    import { installChatwoot } from '@throughline/widget/compat/chatwoot';
    import { installCrisp } from '@throughline/widget/compat/crisp';
    import { installIntercom } from '@throughline/widget/compat/intercom';
    import { cspDirectives } from '@throughline/widget/csp';

    const options = { relay: 'https://chat.example.com', site: 'shop' };
    const widget: Widget = createWidget(options);
    for (const install of [installChatwoot, installCrisp, installIntercom]) install(widget);
    widget.on('unread.changed', ({ count }) => count.toFixed());
    widget.on('message.created', ({ data }) => data.text.trim());
    // @ts-expect-error a message has no such field
    widget.on('message.created', ({ data }) => data.words);
    // @ts-expect-error there is no such theme
    createWidget({ ...options, theme: 'pink' });
    // @ts-expect-error a site is needed
    useThroughline({ relay: 'https://chat.example.com' });
    document.querySelector('throughline-chat')?.widget?.open('list');
    defineElements({ accent: '#2f6b4f' });
    createElement(ThroughlineChat, { ...options, on: { 'unread.changed': ({ count }) => count.toFixed() } });
    // @ts-expect-error there is no such event
    createElement(ThroughlineChat, { ...options, on: { 'unread.change': () => {} } });
    createClient(options).getState().contact?.trim();
    cspDirectives({ relay: options.relay })['script-src'].join(' ');
    `,
  );
  const settings =
    '--noEmit --strict --target es2022 --lib es2025,dom,dom.iterable --types react'.split(' ');
  for (const module of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ]) {
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      [...settings, ...module, file],
      {
        cwd: program,
        encoding: 'utf8',
      },
    );
    expect(stdout).toBe('');
  }
}, 120_000);

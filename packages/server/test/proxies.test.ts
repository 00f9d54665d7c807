import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import type { VisitorEvent } from '@throughline/shared/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bring } from './files.ts';
import { freePort } from './free-port.ts';
import {
  connect,
  type Fetch,
  ORIGIN,
  SITE,
  send,
  startRelay,
  type TestRelay,
  tempDir,
  until,
} from './relay.ts';

const RECIPES = join(import.meta.dirname, '../../../deploy/proxies');
const recipe = (name: string): string => readFileSync(join(RECIPES, name), 'utf8');

interface Proxy {
  /** The recipe, with nothing changed but names, ports and the certificate. */
  configure(ports: { own: number; relay: number }, dir: string): string;
  command(file: string): string[];
  env?(ports: { own: number; relay: number }): Record<string, string>;
}

/** Replaces what stands in a recipe; one that no longer has it is not tested as it is. */
function replace(text: string, pairs: [string | RegExp, string][]): string {
  for (const [what, by] of pairs) {
    if (text.search(what instanceof RegExp ? what : RegExp.escape(what)) < 0)
      throw new Error(`the recipe has no ${what}`);
    text = text.replaceAll(what, by);
  }
  return text;
}

const proxies: Record<string, Proxy> = {
  nginx: {
    configure: ({ own, relay }, dir) => `daemon off; worker_processes 1; pid ${dir}/nginx.pid;
      error_log stderr; events {} http { access_log off; client_body_temp_path ${dir}/body;
      proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u;
      scgi_temp_path ${dir}/s;
      ${replace(recipe('nginx.conf'), [
        ['listen 443 ssl', `listen 127.0.0.1:${own}`],
        [/ssl_certificate.*;/g, ''],
        ['server 127.0.0.1:4600', `server 127.0.0.1:${relay}`],
      ])} }`,
    command: (file) => ['nginx', '-c', file],
  },
  haproxy: {
    configure: ({ own, relay }) =>
      replace(recipe('haproxy.cfg'), [
        [/bind :443 .*/g, `bind 127.0.0.1:${own}`],
        ['127.0.0.1:4600', `127.0.0.1:${relay}`],
      ]),
    command: (file) => ['haproxy', '-db', '-f', file],
  },
  caddy: {
    configure: () => `{\n\tadmin off\n}\n${recipe('Caddyfile')}`,
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
    env: ({ own, relay }) => ({
      SITE_ADDRESS: `http://127.0.0.1:${own}`,
      RELAYS: `127.0.0.1:${relay}`,
    }),
  },
};

function isInstalled(name: string): boolean {
  const found = spawnSync(name, ['-v']).error === undefined;
  if (!found)
    process.stderr.write(`skipped: no ${name} here; install its Debian package to run this test\n`);
  return found;
}

const LIMIT = 40;

for (const [name, proxy] of Object.entries(proxies))
  describe.skipIf(!isInstalled(name))(`the recipe for ${name}`, () => {
    let dir: ReturnType<typeof tempDir>;
    let relay: TestRelay;
    let running: ChildProcess;
    let url: string;

    beforeEach(async () => {
      dir = tempDir();
      const limits = { requestsPerMinute: LIMIT };
      relay = await startRelay({ config: { trustProxy: 1, limits } });
      const ports = { own: await freePort(), relay: Number(new URL(relay.url).port) };
      const file = join(dir.path, 'proxy.conf');
      writeFileSync(file, proxy.configure(ports, dir.path));
      const [program = '', ...args] = proxy.command(file);
      running = spawn(program, args, {
        env: { PATH: process.env.PATH ?? '', HOME: dir.path, ...proxy.env?.(ports) },
        stdio: 'ignore',
      });
      url = `http://127.0.0.1:${ports.own}`;
      await until(
        () =>
          send(`${url}/livez`).then(
            ({ status }) => status === 200,
            () => false,
          ),
        'the proxy to pass something on',
      );
    });
    afterEach(async () => {
      const ended = new Promise((done) => running.once('exit', done));
      running.kill('SIGTERM');
      await relay[Symbol.asyncDispose]();
      await ended;
      dir[Symbol.dispose]();
    });

    test('passes sockets, requests and files, and keeps /metrics to this machine', async () => {
      const visitor = await connect(url, {
        namespace: '/visitor',
        auth: { protocol: 1, site: SITE },
        headers: { origin: ORIGIN },
      });
      const conversation = uuidv7();
      await visitor.give('conversation:start', { conversation });
      const bytes = Buffer.from('a,b\n'.repeat(600_000));
      const through = { ...relay, fetch: (path: string, more?: Fetch) => send(url + path, more) };
      const sent = await bring(through, [visitor, conversation], { name: 'list.csv', bytes });
      expect(sent.status).toBe(200);
      await visitor.give('message:send', { conversation, text: 'Through.', files: [sent.id] });
      const told = await visitor.next<VisitorEvent>(
        'event',
        ({ type }) => type === 'message.created',
      );
      expect(told.data).toMatchObject({ text: 'Through.' });
      expect((await send(`${url}/metrics`)).status).toBe(404);
      visitor.close();
    });

    test('[HS-15] says who is there; what a client says of itself moves nobody past a limit', async () => {
      const statuses: number[] = [];
      for (let i = 0; i < LIMIT + 5; i++) {
        const headers = { 'x-forwarded-for': `203.0.113.${i}` };
        statuses.push((await send(`${url}/v1/openapi.json`, { headers })).status);
      }
      expect(statuses.at(0)).toBe(200);
      expect(statuses.at(-1)).toBe(429);
    });
  });

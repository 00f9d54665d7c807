import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { doctor } from '../src/cli/doctor.ts';
import { startRelay } from './relay.ts';

const tag = (relay: string, more = ''): string =>
  `<script async src="${relay}/sdk/v1/loader.js" data-throughline-site="shop" ${more}></script>`;

/** A page of a business, live. */
async function openPage(html: string, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(html),
  ).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function findings(site: string, env: Record<string, string>, expected: number) {
  const out: string[] = [];
  const values = { site, json: true };
  expect(await doctor({ env, values, print: (line) => void out.push(line) }), out.join()).toBe(
    expected,
  );
  const all = JSON.parse(out.join('')) as { check: string; state: string; says: string }[];
  return Object.fromEntries(all.map(({ check, ...rest }) => [check, rest]));
}

test('a page without a policy, on an origin of the site, is as it should be', async () => {
  await using relay = await startRelay();
  const html = `<!doctype html>${tag(relay.url)}`;
  const page = await openPage(html);
  const [site] = relay.sites.all();
  if (!site) throw new Error('the relay of tests has no site');
  await relay.sites.put({ ...site, key: 'shop', origins: [page] }, 'test');
  const env = { DATA_DIR: relay.dataDir, PUBLIC_URL: relay.url };
  const found = await findings(`${page}/`, env, 0);
  expect(found['page needs']?.says).toContain(`connect-src ${relay.url} ws://127.0.0.1`);
  expect(found.snippet).toEqual({ state: 'ok', says: `of ${relay.url}` });
  expect(found.site).toEqual({ state: 'ok', says: `"shop" allows ${page}` });
  await relay.sites.put({ ...site, key: 'shop', origins: [] }, 'test');
  const refused = await findings(`${page}/`, env, 1);
  expect(refused.site?.says).toContain(`throughline site add --origin ${page}`);
});

test('header and tags forbid each on their own, and what is missing is named', async () => {
  const html = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'">${tag('https://chat.example')}`;
  const page = await openPage(html, {
    'content-security-policy': "script-src 'self' https://chat.example, img-src *",
  });
  const found = await findings(page, {}, 1);
  expect(found['script-src']?.state).toBe('ok');
  expect(found['img-src']?.state).toBe('ok');
  expect(found['connect-src']).toEqual({
    state: 'fault',
    says: 'add https://chat.example wss://chat.example',
  });
});

test('a policy that trusts what a nonce brings asks for the nonce', async () => {
  const strict = { 'content-security-policy': "script-src 'nonce-r4nd0m' 'strict-dynamic'" };
  const relay = 'https://chat.example';
  const without = await findings(await openPage(tag(relay), strict), {}, 1);
  expect(without['script-src']?.says).toContain('nonce');
  await findings(await openPage(tag(relay, 'nonce="r4nd0m"'), strict), {}, 0);
});

test('a hash is that of the file and of one that stays, or it is said what is wrong', async () => {
  const file = 'the loader';
  const served = createServer(({ url }, response) =>
    response.writeHead(url?.includes('gone') ? 404 : 200).end(file),
  ).listen(0, '127.0.0.1');
  onTestFinished(() => void served.close());
  await once(served, 'listening');
  const relay = `http://127.0.0.1:${(served.address() as AddressInfo).port}`;
  const right = `sha384-${createHash('sha384').update(file).digest('base64')}`;
  const see = async (folder: string, more: string, expected: number) => {
    const src = `${relay}/sdk/${folder}/loader.js`;
    const html = `<script async src="${src}" data-throughline-site="shop" ${more}></script>`;
    const found = await findings(await openPage(html), {}, expected);
    return `${found.integrity?.state}: ${found.integrity?.says}`;
  };
  const cors = 'crossorigin="anonymous"';
  expect(await see('0.1.0', `integrity="${right}" ${cors}`, 0)).toMatch(/^ok: /);
  expect(await see('0.1.0', `integrity="sha256-AAAA ${right}" ${cors}`, 0)).toMatch(/^ok: /);
  expect(await see('v1', `integrity="${right}" ${cors}`, 0)).toMatch(/^warning: .*next upgrade/);
  expect(await see('0.1.0', `integrity="sha384-AAAA" ${cors}`, 1)).toMatch(
    /^fault: it is not the hash of .*integrity\.json/,
  );
  expect(await see('0.1.0', `integrity="${right}"`, 1)).toMatch(/^fault: add crossorigin/);
  expect(await see('gone', `integrity="${right}" ${cors}`, 1)).toMatch(/^fault: .* answered 404/);
  expect(await see('0.1.0', '', 0)).toBe('undefined: undefined');
});

test('the tag of a compatibility script, or of the elements, is the chat’s as well', async () => {
  for (const file of ['compat/intercom', 'elements'])
    for (const folder of ['v1', '0.1.0']) {
      const html = `<script async src="https://chat.example/sdk/${folder}/${file}.js"></script>`;
      const found = await findings(await openPage(html), {}, 0);
      expect(found.snippet).toEqual({ state: 'ok', says: 'of https://chat.example' });
    }
});

test('a page without the tag is no fault, one that is not there is', async () => {
  const bare = await findings(await openPage('<h1>Shop</h1>'), {}, 0);
  expect(bare.snippet?.state).toBe('warning');
  const gone = await findings('http://127.0.0.1:9/', {}, 1);
  expect(gone.page?.says).toContain('http://127.0.0.1:9/ could not be read');
  expect(gone['page needs']?.says).toContain('script-src');
});

test('what is no address is said so', () =>
  expect(findings('shop.example', {}, 2)).rejects.toThrow('--site takes the address of a page'));

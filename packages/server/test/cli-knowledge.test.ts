import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startRelay, tempDir } from './relay.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const relay = await startRelay();
const dir = tempDir();
const key = await relay.key({ scopes: ['knowledge:write'] });
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  dir[Symbol.dispose]();
});

function write(files: Record<string, string>): string {
  const folder = join(dir.path, crypto.randomUUID());
  mkdirSync(join(folder, 'returns'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The program as people start it. */
const put = (path: string, { collection = 'help', secret = key } = {}) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const env = {
      ...{ PATH: process.env.PATH, THROUGHLINE_URL: relay.url },
      THROUGHLINE_API_KEY: secret,
    };
    const args = [MAIN, 'knowledge', 'put', path, '--collection', collection];
    execFile(process.execPath, args, { env }, (error, out, err) =>
      done({ code: Number(error?.code ?? 0), out, err }),
    );
  });

const found = async (query: string, collection = 'help') =>
  (await relay.store.read.passages.search({ collections: [collection], query, limit: 5 })).map(
    ({ article }) => article,
  );

test('a folder of articles is written under the names of its files, and again in their place', async () => {
  const folder = write({
    'shipping.md': '# Shipping\n\nA parcel takes two zephyrdays.',
    'returns/In the EU.html': '<h1>Returns</h1><p>You have thirty quillnights.</p>',
    'notes.txt': 'zephyrdays',
  });
  const first = await put(folder);
  expect(first).toEqual({
    ...{ code: 0, err: '' },
    out: 'help/returns-in-the-eu  passages: 1\nhelp/shipping  passages: 1\n',
  });
  expect(await found('zephyrdays')).toEqual(['shipping']);
  expect(await found('quillnights')).toEqual(['returns-in-the-eu']);
  writeFileSync(join(folder, 'shipping.md'), '# Shipping\n\nIt takes three.');
  expect((await put(join(folder, 'shipping.md'))).out).toBe('help/shipping  passages: 1\n');
  expect(await found('zephyrdays')).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['an empty article', { 'empty.md': ' ' }, 'empty.md'],
  ['two of one name', { 'a b.md': 'x', 'a-b.md': 'y' }, 'would both be a-b'],
  ['a name of nothing', { '!.md': 'x' }, 'its name has to make'],
])('%s keeps the whole folder from being written', async (_what, files, says) => {
  const folder = write({ 'aaa-first.md': 'marzipanword', ...files });
  const refused = await put(folder);
  expect([refused.code, refused.out]).toEqual([2, '']);
  expect(refused.err).toContain(says);
  expect(await found('marzipanword')).toEqual([]);
});

test('what cannot be done is said with what to do about it', async () => {
  const folder = write({ 'one.md': 'x' });
  const secret = await relay.key({ scopes: ['events:read'] });
  expect((await put(folder, { secret })).err).toContain('has not the scope knowledge:write');
  expect((await put(folder, { collection: 'H' })).err).toContain('Name the collection');
  expect((await put(join(folder, 'gone'))).err).toContain('cannot be read');
  expect((await put(write({}))).err).toContain('has no .md and no .html');
});

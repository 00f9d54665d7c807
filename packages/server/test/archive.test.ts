import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VisitorPage } from '@throughline/shared/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backup } from '../src/cli/backup.ts';
import type { Call, Command } from '../src/cli/invocation.ts';
import { migrateStore } from '../src/cli/migrate-store.ts';
import { restore } from '../src/cli/restore.ts';
import { openStore } from '../src/store/open.ts';
import { bring, linkOf, png } from './files.ts';
import { hasPostgres, makeSchema } from './postgres.ts';
import { startReceiver } from './receiver.ts';
import { startRelay, type TestRelay, tempDir, until, type VisitorPeer } from './relay.ts';

const isPostgresHere = await hasPostgres();

let dir: ReturnType<typeof tempDir>;
let schema: Awaited<ReturnType<typeof makeSchema>> | undefined;
const at = (name: string) => join(dir.path, name);
beforeEach(async () => {
  dir = tempDir();
  schema = isPostgresHere ? await makeSchema() : undefined;
});
afterEach(async () => {
  dir[Symbol.dispose]();
  await schema?.drop();
});

/** A command as people call it: what it printed. */
async function run(
  command: Command,
  values: Call['values'],
  env: Record<string, string> = {},
): Promise<string> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await command.run({ env, values, words: [], print, note: print, columns: undefined });
  return lines.join('\n');
}

const postgresOf = (url: string) => ({ url, lanes: 4, pollMs: 250 });
const inFolder = { postgres: undefined };

interface Written {
  visitor: VisitorPeer;
  conversation: string;
  file: string;
  bytes: Buffer;
}

/** A morning of a shop: somebody asks, sends a picture and is answered. */
async function live(relay: TestRelay): Promise<Written> {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const bytes = png(3, 3);
  const { id: file } = await bring(relay, [visitor, conversation], { bytes });
  await visitor.give('message:send', { conversation, text: 'Where is my zebra?', files: [file] });
  const agent = await relay.agent();
  await agent.give('message:send', { conversation, text: 'On its way.' });
  await agent.give('note:add', { conversation, text: 'A regular.' });
  await relay.key();
  return { visitor, conversation, file, bytes };
}

const resume = async (visitor: VisitorPeer, conversation: string, cursor: string | null) => {
  const ack = await visitor.ask<VisitorPage>('conversation:resume', { conversation, cursor });
  if (!ack.ok) throw new Error(ack.error.code);
  return ack.data;
};

const found = async (relay: TestRelay, query: string) =>
  (await relay.store.read.conversations.search(query, 10)).map(({ id }) => id);

const engines = isPostgresHere ? (['sqlite', 'postgres'] as const) : (['sqlite'] as const);

describe('[CF-08] backup and restore', () => {
  test.each(engines)(
    'beside a running relay on %s; whoever was connected loads anew',
    async (engine) => {
      const postgres = engine === 'postgres' ? postgresOf(schema?.url ?? '') : undefined;
      const env = { DATA_DIR: dir.path, ...(postgres ? { DATABASE_URL: postgres.url } : {}) };
      const to = at('backup.jsonl.gz');
      let kept: Written;
      let cursor: string;
      let before: string;
      {
        await using relay = await startRelay({ dataDir: dir.path, config: { postgres } });
        kept = await live(relay);
        const said = await run(backup, { to }, env);
        expect(said).toContain('1 files');
        expect(said).toContain('read back, and whole');
        // What comes after the backup is what a restore takes away again.
        const { conversation } = kept;
        await kept.visitor.give('message:send', { conversation, text: 'Too late.' });
        const page = await resume(kept.visitor, conversation, null);
        cursor = `${page.epoch}.${page.head}`;
        before = page.epoch;
        await expect(run(restore, { from: to, replace: true }, env)).rejects.toThrow(
          'Another relay is already running',
        );
      }
      rmSync(at('files/stored'), { recursive: true });
      await expect(run(restore, { from: to }, env)).rejects.toThrow('--replace');
      expect(await run(restore, { from: to, replace: true }, env)).toContain('loads anew');

      await using relay = await startRelay({ dataDir: dir.path, config: { postgres } });
      const { token } = kept.visitor;
      const visitor = await relay.visitor({ token });
      const page = await resume(visitor, kept.conversation, cursor);
      expect(page).toMatchObject({ state: 'reset', reason: 'epoch_changed' });
      expect(page.epoch).not.toBe(before);
      expect(JSON.stringify(page.events)).toContain('zebra');
      expect(JSON.stringify(page.events)).not.toContain('Too late');
      const link = await linkOf(visitor, kept.file);
      const file = await fetch(new URL(link ?? '', relay.url));
      expect(Buffer.from(await file.arrayBuffer()).equals(kept.bytes)).toBe(true);
      await until(async () => (await found(relay, 'zebra')).length > 0, 'words to be found again');
      const last = (await relay.events()).findLast(({ type }) => type === 'audit.recorded');
      expect(last).toMatchObject({
        actor: { kind: 'system', id: 'cli' },
        data: { action: 'log.restored', target: { kind: 'log', id: relay.store.epoch } },
      });
      // It goes on.
      await visitor.give('message:send', { conversation: kept.conversation, text: 'Again.' });
    },
  );

  test.each(engines)(
    '[D5] a log on %s put back by other means gets another epoch',
    async (engine) => {
      const postgres = engine === 'postgres' ? postgresOf(schema?.url ?? '') : undefined;
      const env = { DATA_DIR: dir.path, ...(postgres ? { DATABASE_URL: postgres.url } : {}) };
      let kept: Written;
      let cursor: string;
      {
        await using relay = await startRelay({ dataDir: dir.path, config: { postgres } });
        kept = await live(relay);
        cursor = `${relay.store.epoch}.1`;
        await expect(run(restore, { 'in-place': true }, env)).rejects.toThrow('already running');
      }
      expect(await run(restore, { 'in-place': true }, env)).toContain('loads anew');
      await using relay = await startRelay({ dataDir: dir.path, config: { postgres } });
      const visitor = await relay.visitor({ token: kept.visitor.token });
      const page = await resume(visitor, kept.conversation, cursor);
      expect(page).toMatchObject({ state: 'reset', reason: 'epoch_changed' });
      const last = (await relay.events()).findLast(({ type }) => type === 'audit.recorded');
      expect(last?.data).toMatchObject({ action: 'log.restored', target: { id: page.epoch } });
    },
  );

  test('a damaged backup changes nothing', async () => {
    const to = at('backup.jsonl.gz');
    const DATA_DIR = join(dir.path);
    {
      await using relay = await startRelay({ dataDir: dir.path, config: inFolder });
      await live(relay);
      await run(backup, { to }, { DATA_DIR });
    }
    const whole = readFileSync(to);
    writeFileSync(to, whole.subarray(0, whole.length - 9));
    const log = readFileSync(at('throughline.db'));
    await expect(run(restore, { from: to, replace: true }, { DATA_DIR })).rejects.toThrow(
      'cut short or was changed',
    );
    expect(readFileSync(at('throughline.db')).equals(log)).toBe(true);
    expect(readdirSync(dir.path)).not.toContain('incoming-log');
  });

  test('a folder whose log was lost takes one back, and writing meanwhile is no part of it', async () => {
    const to = at('backup.jsonl.gz');
    const env = { DATA_DIR: dir.path };
    let sent = 0;
    {
      await using relay = await startRelay({ dataDir: dir.path, config: inFolder });
      const { visitor, conversation } = await live(relay);
      let isOver = false;
      const writing = (async () => {
        for (; !isOver; sent++)
          await visitor.give('message:send', { conversation, text: `busy ${sent}` });
      })();
      await run(backup, { to }, env);
      isOver = true;
      await writing;
    }
    for (const name of readdirSync(dir.path))
      if (name.startsWith('throughline.db')) rmSync(at(name));
    await expect(
      openStore({ ...inFolder, dataDir: dir.path, createDataDir: false }),
    ).rejects.toThrow('restore it from a backup');
    await run(restore, { from: to }, env);
    await using relay = await startRelay({ dataDir: dir.path, config: inFolder });
    // Dense, as far as it was taken: no hole where another commit came between two tables.
    for (const row of await relay.store.read.conversations.active('', 100)) {
      const range = { conversation: row.id, position: 0, limit: 10_000, publicOnly: false };
      const seqs = (await relay.store.read.events.forward(range)).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: row.seq }, (_, i) => i + 1));
    }
  });
});

describe.skipIf(!isPostgresHere)('[D5] migrate-store', () => {
  test('clients and sinks go on where they were', async () => {
    await using receiver = await startReceiver();
    // A new endpoint is told of itself as well.
    const hooked = () => receiver.received.filter(({ body }) => body.includes('message.created'));
    const from = `sqlite:${dir.path}`;
    const to = schema?.url ?? '';
    const postgres = postgresOf(to);
    let kept: Written;
    let cursor: string;
    let count: number;
    {
      await using relay = await startRelay({ dataDir: dir.path, config: inFolder });
      kept = await live(relay);
      const { session: as } = await relay.hire('Root', 'admin');
      const body = { url: receiver.url, types: ['message.created'], pii: 'content' };
      expect((await relay.fetch('/v1/endpoints', { method: 'POST', as, body })).status).toBe(201);
      const { conversation } = kept;
      await kept.visitor.give('message:send', { conversation, text: 'Hooked.' });
      await until(() => hooked().length === 1, 'a delivery');
      const page = await resume(kept.visitor, conversation, null);
      cursor = `${page.epoch}.${page.head - 2}`;
      await expect(run(migrateStore, { from, to })).rejects.toThrow(
        'Another relay is already running',
      );
      count = (await relay.events()).length;
    }
    expect(await run(migrateStore, { from, to })).toContain(`${count} events`);
    await expect(
      openStore({ ...inFolder, dataDir: dir.path, createDataDir: false }),
    ).rejects.toThrow('has moved to 127.0.0.1:5432/test');
    await using relay = await startRelay({ dataDir: dir.path, config: { postgres } });
    const visitor = await relay.visitor({ token: kept.visitor.token });
    const page = await resume(visitor, kept.conversation, cursor);
    expect(page.state).toBe('recovered');
    expect(page.events).toHaveLength(2);
    await visitor.give('message:send', {
      conversation: kept.conversation,
      text: 'On the other side.',
    });
    await until(() => hooked().length > 1, 'the next delivery');
    await until(async () => (await found(relay, 'zebra')).length > 0, 'words to be found');
    expect(hooked()).toHaveLength(2);
    // A second log there is refused, whatever is in it.
    await using other = await startRelay({ config: inFolder });
    const { dataDir } = other;
    await other.stop();
    await expect(run(migrateStore, { from: `sqlite:${dataDir}`, to })).rejects.toThrow(
      'Another relay is already running on this database',
    );
  });

  test.each([
    [{ from: 'sqlite:', to: 'postgres://x/y' }, '--from takes sqlite:FOLDER'],
    [{ from: 'sqlite:/nowhere/at/all', to: 'mysql://x/y' }, '--to takes sqlite:FOLDER'],
    [
      { from: 'sqlite:/nowhere/at/all', to: 'sqlite:/nowhere' },
      'There is no log in /nowhere/at/all',
    ],
    [{ from: 'sqlite:/a', to: 'sqlite:/a' }, 'the same place'],
  ])('%j is refused', async (values, says) => {
    await expect(run(migrateStore, values)).rejects.toThrow(says);
  });
});

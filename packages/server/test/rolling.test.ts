import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import type { EventType } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBlueprint } from '../src/settings/blueprint.ts';
import { appendOutside } from '../src/store/outside.ts';
import { openClient } from '../src/store/postgres/connect.ts';
import { migrate, migrations } from '../src/store/postgres/migrate.ts';
import type { Draft, Store } from '../src/store/store.ts';
import { hasPostgres, makeSchema } from './postgres.ts';
import { SITE, site, startRelay, type TestRelay, tempDir, until } from './relay.ts';

/** What the next version might add: it only adds, and what it adds may be left out. */
const EXPANSION = `
  ALTER TABLE event ADD COLUMN shade text;
  ALTER TABLE conversation ADD COLUMN mood text NOT NULL DEFAULT 'calm';
  ALTER TABLE contact ADD COLUMN pace integer;
  ALTER TABLE meta ADD COLUMN note text;
  CREATE TABLE weather (site text PRIMARY KEY, today text NOT NULL);
  CREATE INDEX conversation_by_mood ON conversation (mood);`;

/** The schema of a version after this one, in a folder of its own. */
function nextMigrations(): { folder: string; version: number } {
  const dir = tempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  cpSync(migrations, dir.path, { recursive: true });
  writeFileSync(join(dir.path, '9998_expand.sql'), EXPANSION);
  return { folder: dir.path, version: 9998 };
}

/** As a relay that knows one more name publishes. */
const publish = (store: Store, document: object) =>
  store.write('blueprint', async (tx) => {
    const version = ((await tx.blueprints.latest())?.version ?? 0) + 1;
    const row = { version, document: JSON.stringify(document), publishedAt: Date.now(), by: 'b' };
    await tx.blueprints.insert(row);
    await appendOutside(tx, {
      ...{ id: uuidv7(), type: 'config.published', time: row.publishedAt },
      ...{ actor: { kind: 'system', id: 'b' }, data: { version, by: 'b' } },
    });
    return version;
  });

const documentOf = async (store: Store): Promise<{ sites: object[] }> =>
  JSON.parse((await store.read.blueprints.latest())?.document ?? '{}');

/** As a relay that knows one more kind of event, and one more field of a message, writes. */
const whisper = (store: Store, id: string) =>
  store.write(id, async (tx) => {
    const row = await tx.conversations.get(id);
    if (!row) throw new Error('there is no such conversation');
    const around = { site: row.site, contact: row.contact, conversation: id, time: Date.now() };
    const by = { actor: { kind: 'system', id: 'b' }, cause: null } as const;
    const [seq, pub] = [row.seq + 1, row.pub + 1];
    const draft = (type: string, n: number, data: object) =>
      ({ id: uuidv7(), type, ...around, ...by, seq: seq + n, pub: pub + n, data }) as Draft;
    await tx.events.append(draft('message.whispered', 0, { text: 'psst', volume: 1 }));
    await tx.events.append(draft('message.created', 1, { text: 'said softly', volume: 2 }));
    await tx.conversations.save({ ...row, seq: seq + 1, pub: pub + 1 });
  });

/** Talks until it is told to end; how many messages were said. */
function talk(relay: TestRelay) {
  let isOver = false;
  let said = 0;
  const running = (async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    while (!isOver) {
      await visitor.give('message:send', { conversation, text: `${said}` });
      said += 1;
    }
    return { visitor, conversation, said };
  })();
  // Told where its end is waited for.
  running.catch(() => {});
  return {
    goesOn: (more: number) => {
      const enough = said + more;
      return until(() => said >= enough, 'more messages', 30_000);
    },
    end() {
      isOver = true;
      return running;
    },
  };
}

const levelsOf = ({ logLines }: TestRelay) =>
  logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);

describe('settings a newer relay has published', () => {
  test('are in force without what is not known, are said once, and are not overwritten', async () => {
    await using relay = await startRelay();
    const before = await documentOf(relay.store);
    const newer = { ...before, sites: [site({ name: 'Renamed' })], weather: { today: 'rain' } };
    const version = await publish(relay.store, newer);
    await until(() => relay.sites.get(SITE)?.name === 'Renamed', 'the new name');
    await expect(relay.sites.put(site({ name: 'Other' }), 'test')).rejects.toMatchObject({
      code: 'newer_settings',
    });
    const { session: as } = await relay.hire('Ada', 'admin');
    const path = `/v1/blueprint/versions/${version}/restore`;
    const answer = await relay.fetch(path, { method: 'POST', as, body: {} });
    expect(answer.json).toMatchObject({ status: 409, code: 'newer_settings' });
    expect(await documentOf(relay.store)).toEqual(newer);
    const said = levelsOf(relay).filter(({ unknown }) => unknown);
    expect(said).toMatchObject([{ version, unknown: ['/weather'] }]);
  });

  test('that cannot be understood leave in force what was before, and nobody starts on them', async () => {
    await using relay = await startRelay();
    const before = await documentOf(relay.store);
    const newer = [{ ...site({ name: 'Renamed' }), theme: 'sepia' }];
    const version = await publish(relay.store, { ...before, sites: newer });
    await until(() => levelsOf(relay).some((line) => line.version === version), 'the log line');
    expect(relay.sites.get(SITE)?.name).toBe('The Shop');
    await expect(relay.sites.put(site(), 'test')).rejects.toMatchObject({ code: 'newer_settings' });
    await expect(openBlueprint(relay.store, Date.now)).rejects.toThrow(/newer relay published/);
    const talking = talk(relay);
    await talking.goesOn(2);
    await talking.end();
    // By a newer one, back to what everybody understands.
    await publish(relay.store, { ...before, sites: [site({ name: 'Back' })] });
    await until(() => relay.sites.get(SITE)?.name === 'Back', 'the last name');
    await relay.sites.put(site({ name: 'And on' }), 'test');
    expect(relay.sites.get(SITE)?.name).toBe('And on');
  });
});

test('events of a kind only a newer relay knows are numbered and passed on as any other', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  const id = await visitor.start();
  await agent.ask('conversation:resume', { conversation: id, cursor: null });
  await whisper(relay.store, id);
  for (const peer of [visitor, agent]) {
    await peer.next<{ type: string }>('event', ({ type }) => type === 'message.whispered');
    await peer.next<{ data: object }>('event', ({ data }) => 'volume' in data);
  }
  await visitor.give('message:send', { conversation: id, text: 'and after' });
  const key = await relay.key();
  const { data } = (await relay.fetch('/v1/events?limit=100', { key })).json as {
    data: { type: string; data: object }[];
  };
  const outward = data.map(({ type, data }) => [type.replace('dev.throughline.', ''), data]);
  const types = outward.map(([type]) => type).slice(-3);
  expect(types).toEqual(['message.whispered' as EventType, 'message.created', 'message.created']);
  const whispered = outward.find(([type]) => type === 'message.whispered')?.[1];
  expect(whispered).toMatchObject({ conversation: { id }, actor: { kind: 'system' } });
  // How personal it is only the newer relay can tell.
  expect(JSON.stringify(whispered)).not.toContain('psst');
  expect(levelsOf(relay).filter(({ level }) => level >= 50)).toEqual([]);
});

test('a timer only a newer relay knows stays for it, and keeps no other from its time', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  const conversation = await visitor.start();
  const newer = { id: uuidv7(), key: 'newer', at: 1, name: 'conversation:hum', input: null };
  await relay.store.write('t', (tx) => tx.timers.set(newer));
  await agent.give('conversation:snooze', { conversation, until: Date.now() + 1500 });
  const isOpen = async () =>
    (await relay.store.read.conversations.get(conversation))?.status === 'open';
  await until(async () => !(await isOpen()), 'it to be put off');
  await until(isOpen, 'it to come back');
  expect(await relay.store.read.timers.due(Date.now(), 10)).toMatchObject([{ key: 'newer' }]);
});

describe.runIf(await hasPostgres())('with PostgreSQL', () => {
  test('[CF-17] a relay goes on while a newer one migrates its database and writes beside it', async () => {
    const schema = await makeSchema();
    onTestFinished(schema.drop);
    const postgres = { url: schema.url, lanes: 4, pollMs: 100 };
    await using relay = await startRelay({ config: { postgres } });
    const talks = [talk(relay), talk(relay), talk(relay)];
    await Promise.all(talks.map((one) => one.goesOn(10)));
    // What is asked before and after is the same prepared statement.
    const list = () => relay.store.read.conversations.list({ view: 'all', agent: '', limit: 10 });
    expect(await list()).toHaveLength(3);
    const client = await openClient(schema.url);
    onTestFinished(() => client.end());
    const { folder, version } = nextMigrations();
    await migrate(client, folder);
    const { rows } = await client.query(`SELECT value FROM meta WHERE name = 'version'`);
    expect(rows).toEqual([{ value: String(version) }]);
    await Promise.all(talks.map((one) => one.goesOn(10)));
    for (let i = 0; i < 8; i++) expect(await list()).toHaveLength(3);
    for (const one of talks) {
      const { visitor, conversation, said } = await one.end();
      await whisper(relay.store, conversation);
      await visitor.give('message:send', { conversation, text: 'last' });
      const row = await relay.store.read.conversations.get(conversation);
      expect(row?.lastMessage?.text).toBe('last');
      const records = await relay.store.read.events.forward({
        ...{ conversation, position: 0, limit: 10_000, publicOnly: false },
      });
      expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1));
      expect(records.filter(({ type }) => type === 'message.created')).toHaveLength(said + 2);
    }
    expect(levelsOf(relay).filter(({ level }) => level >= 50)).toEqual([]);
  }, 90_000);
});

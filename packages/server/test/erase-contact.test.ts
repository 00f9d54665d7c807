import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { uuidv7 } from '@throughline/shared';
import { expect, test } from 'vitest';
import { openErasures } from '../src/contacts/erasures.ts';
import { createProgramContacts } from '../src/contacts/program.ts';
import { createConversations } from '../src/conversations/commands.ts';
import { evolve, unborn } from '../src/conversations/evolve.ts';
import { indexForSearch } from '../src/conversations/search-index.ts';
import type { LogRecord } from '../src/store/store.ts';
import { bring, linkOf } from './files.ts';
import { SITE, startRelay, type TestRelay, tempDir, until } from './relay.ts';

/** What stands for the person who is erased, and for somebody who is not. */
const [GONE, KEPT] = ['ERASEDcanary', 'KEPTcanary'];

const adminOf = (relay: TestRelay) => relay.hire('Root', 'admin');

/** Somebody who left something everywhere a person can. */
async function personOf(relay: TestRelay, mark: string) {
  const admin = await adminOf(relay);
  const agent = await relay.agent(admin);
  const page = { url: `https://shop.example/${mark}`, title: mark };
  const visitor = await relay.visitor({ context: { page } });
  const conversation = await visitor.start();
  const say = (text: string, more: object = {}) =>
    visitor.give('message:send', { conversation, text, ...more });
  await visitor.give('contact:identify', { name: mark, email: `${mark}@example.com` });
  await visitor.give('contact:update', { attributes: { plan: mark } });
  await visitor.give('conversation:describe', { conversation, attributes: { order: mark } });
  await visitor.give('event:track', { name: mark, properties: { title: mark } });
  const first = await say(`${mark} one`);
  await visitor.give('message:edit', { conversation, message: first.id, text: `${mark} two` });
  const name = `${mark}.csv`;
  const bytes = Buffer.from(`name,what\n${mark},bytes of a file\n`);
  const file = await bring(relay, [visitor, conversation], { name, bytes, type: 'text/csv' });
  expect(file.status).toBe(200);
  await say(`${mark} file`, { files: [file.id] });
  await agent.give('note:add', { conversation, text: `${mark} note` });
  await agent.give('message:send', { conversation, text: `Dear ${mark}` });
  await agent.give('conversation:tag', { conversation, tags: [mark] });
  const key = await relay.key();
  const facts = [{ name: 'iban', value: mark }];
  const told = await relay.fetch(`/v1/contacts/${visitor.contact}/facts`, {
    ...{ key, method: 'POST', body: { facts } },
  });
  expect(told.status).toBe(201);
  return { visitor, agent, admin, conversation, file: file.id, key };
}

const contactOf = async (relay: TestRelay, id: string, as: object) =>
  (await relay.fetch(`/v1/contacts/${id}`, as)).json as Record<string, unknown>;

const erase = (relay: TestRelay, contact: string, more: object) =>
  relay.fetch(`/v1/contacts/${contact}/erase`, { method: 'POST', ...more });

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());

/** Everything there is to read about everybody, as programs read it. */
async function allOf(relay: TestRelay, key: string): Promise<string> {
  const paths = ['/events?limit=1000', '/events/export', '/conversations?view=all'];
  const searched = [GONE, KEPT].map((mark) => `/conversations?q=${mark}`);
  const answers = await Promise.all(
    [...paths, '/conversations?view=resolved', ...searched].map((path) =>
      relay.fetch(`/v1${path}`, { key }),
    ),
  );
  for (const { status, text } of answers) expect(status, text).toBe(200);
  return answers.map(({ text }) => text).join('\n');
}

const isAbout = (contact: string) => (record: LogRecord) => record.contact === contact;

test('[PR-06] [D21] somebody who is erased is nowhere any more, and everybody else is as before', async () => {
  await using relay = await startRelay();
  const gone = await personOf(relay, GONE);
  const kept = await personOf(relay, KEPT);
  const { contact } = gone.visitor;
  const before = (await relay.events()).filter(isAbout(contact));
  const others = (await relay.events()).filter(isAbout(kept.visitor.contact));
  await until(async () => (await allOf(relay, gone.key)).includes(GONE), 'what is to be erased');
  const answer = await erase(relay, contact, { key: gone.key });
  expect(answer.status, answer.text).toBe(201);

  const text = await allOf(relay, gone.key);
  expect(text).not.toContain(GONE);
  expect(text).toContain(KEPT);
  for (const path of [`/contacts/${contact}`, `/contacts/${contact}/timeline`])
    expect((await relay.fetch(`/v1${path}`, { key: gone.key })).text).not.toContain(GONE);
  expect(await linkOf(gone.agent, gone.file)).toBeUndefined();
  expect(await linkOf(kept.agent, kept.file)).toBeDefined();
  const [row] = await relay.store.read.conversations.rows([gone.conversation]);
  expect(row).toMatchObject({ status: 'resolved', tags: [], lastMessage: null, contactName: null });

  // What happened stays where it was, without what it said.
  const after = (await relay.events()).filter(isAbout(contact));
  const placesOf = (records: LogRecord[]) =>
    records.map(({ offset, id, type, seq, pub }) => ({ offset, id, type, seq, pub }));
  expect(placesOf(after.slice(0, before.length))).toEqual(placesOf(before));
  expect(after.slice(before.length).map(({ type }) => type)).toEqual([
    ...['contact.blocked', 'conversation.resolved', 'conversation.erased', 'contact.erased'],
  ]);
  const counts = { conversations: 1, files: 1, events: expect.any(Number) };
  expect(after.at(-1)?.data).toMatchObject(counts);
  expect((await relay.events()).filter(isAbout(kept.visitor.contact))).toEqual(others);
});

test('[PR-06] their browsers are shut out, and come back as somebody nobody knows', async () => {
  await using relay = await startRelay();
  const { visitor, key, conversation } = await personOf(relay, GONE);
  await erase(relay, visitor.contact, { key });
  await until(() => visitor.closed(), 'the end of the socket');
  const again = await relay.visitor({ token: visitor.token });
  expect(again.contact).not.toBe(visitor.contact);
  const page = await again.ask('conversation:resume', { conversation, cursor: null });
  expect(page).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

test('[PR-06] the business’s own id of them is free, and whoever was merged into them is erased as well', async () => {
  await using relay = await startRelay();
  const key = await relay.key();
  const ask = (path: string, method: string, body: object) =>
    relay.fetch(`/v1/contacts${path}`, { key, method, body });
  const person = { site: SITE, externalId: `${GONE} 7`, name: GONE };
  const { id } = (await ask('', 'PUT', person)).json as { id: string };
  const part = await personOf(relay, GONE);
  expect((await ask(`/${part.visitor.contact}/merge`, 'POST', { into: id })).status).toBe(200);
  // Asked for under the id that is no more.
  expect((await erase(relay, part.visitor.contact, { key })).status).toBe(201);
  expect(await allOf(relay, key)).not.toContain(GONE);
  expect(await contactOf(relay, id, { key })).toMatchObject({ name: null, externalId: null });
  const made = await ask('', 'PUT', { site: SITE, externalId: person.externalId });
  expect(made.status).toBe(201);
  expect((made.json as { id: string }).id).not.toBe(id);
});

test('[PR-06] the same request again is answered as before, and takes nothing out twice', async () => {
  await using relay = await startRelay();
  const { visitor, key } = await personOf(relay, GONE);
  const headers = { 'idempotency-key': uuidv7() };
  const first = await erase(relay, visitor.contact, { key, headers });
  const second = await erase(relay, visitor.contact, { key, headers });
  expect([second.status, second.json]).toEqual([first.status, first.json]);
  const erased = (await relay.events()).filter(({ type }) => type === 'contact.erased');
  expect(erased).toHaveLength(1);
});

test('[PR-06] asked for several times at once, it is done and told once', async () => {
  await using relay = await startRelay();
  const { visitor, key } = await personOf(relay, GONE);
  const all = await Promise.all([1, 2, 3].map(() => erase(relay, visitor.contact, { key })));
  expect(all.map(({ status }) => status)).toEqual([201, 201, 201]);
  const told = (await relay.events()).filter(({ type }) => type.endsWith('.erased'));
  expect(told.map(({ type }) => type)).toEqual(['conversation.erased', 'contact.erased']);
});

test('[PR-06] only an administrator erases, or a key that may', async () => {
  await using relay = await startRelay();
  const { visitor, admin } = await personOf(relay, KEPT);
  const { contact } = visitor;
  const codeOf = async (more: object, id = contact) =>
    (await erase(relay, id, more)).json as { code?: string };
  expect(await codeOf({ as: (await relay.hire()).session })).toMatchObject({ code: 'forbidden' });
  const key = await relay.key({ scopes: ['contacts:write'] });
  expect(await codeOf({ key })).toMatchObject({ code: 'missing_scope' });
  expect(await codeOf({ as: admin.session }, uuidv7())).toMatchObject({ code: 'not_found' });
  expect(await allOf(relay, await relay.key())).toContain(KEPT);
  expect((await erase(relay, contact, { as: admin.session })).status).toBe(201);
  expect(await allOf(relay, await relay.key())).not.toContain(KEPT);
});

test('[PR-06] a long conversation is erased to its end', async () => {
  await using relay = await startRelay();
  const { visitor, key, conversation } = await personOf(relay, GONE);
  for (let n = 0; n < 22; n++)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        visitor.give('message:send', { conversation, text: `${GONE} ${n}` }),
      ),
    );
  expect((await erase(relay, visitor.contact, { key })).status).toBe(201);
  const left = (await relay.events()).filter(({ data }) => JSON.stringify(data).includes(GONE));
  expect(left).toEqual([]);
});

test.skipIf(process.env.STORE === 'postgres')(
  '[PR-06] [C12] once the relay has stopped, no file of its folder has anything of them',
  async () => {
    using dir = tempDir();
    {
      await using relay = await startRelay({ dataDir: dir.path });
      const gone = await personOf(relay, GONE);
      const kept = await personOf(relay, KEPT);
      await until(async () => (await allOf(relay, kept.key)).includes(GONE), 'the index');
      expect((await erase(relay, gone.visitor.contact, { key: gone.key })).status).toBe(201);
      await until(
        async () => (await relay.store.read.files.get(gone.file)) === undefined,
        'the end of the file',
      );
      using log = new DatabaseSync(join(dir.path, 'throughline.db'), { readOnly: true });
      // The index has them marked as replaced, and their words in its pages, until it is tidied.
      const marked = log.prepare('SELECT 1 FROM search_data WHERE id >= ?');
      await until(async () => marked.get(2n ** 53n) === undefined, 'a tidy index');
    }
    // The index has words in small letters, and leaves out how they begin where the one before begins so.
    const tailOf = (mark: string) => mark.slice(3).toLowerCase();
    const textOf = (path: string) => readFileSync(path, 'latin1').toLowerCase();
    const having = (mark: string) =>
      filesBelow(dir.path).filter((path) => textOf(path).includes(tailOf(mark)));
    expect(having(GONE)).toEqual([]);
    expect(having(KEPT).length).toBeGreaterThan(1);
  },
);

test('[PR-06] [D21] a log from before, put back, does not bring them back', async () => {
  using dir = tempDir();
  const first = await startRelay({ dataDir: dir.path });
  const { visitor } = await personOf(first, GONE);
  const kept = await personOf(first, KEPT);
  // Told, and killed before anything was done: or done, and a backup put back.
  await first[Symbol.asyncDispose]();
  openErasures(dir.path).add(visitor.contact);
  openErasures(dir.path).add('of another log');
  await using relay = await startRelay({ dataDir: dir.path });
  const said = async () => JSON.stringify(await relay.events());
  await until(async () => (await said()).includes('contact.erased'), 'the erasure');
  expect(await said()).not.toContain(GONE);
  expect(await said()).toContain(KEPT);
  expect(await relay.store.read.contacts.isBlocked(kept.visitor.contact)).toBe(false);
  const [erased] = (await relay.events()).filter(({ type }) => type === 'contact.erased');
  expect(erased).toMatchObject({ contact: visitor.contact, actor: { kind: 'system' } });
});

test('[PR-06] who was erased is erased once, however often the relay starts', async () => {
  using dir = tempDir();
  let relay = await startRelay({ dataDir: dir.path });
  const { visitor, key } = await personOf(relay, GONE);
  expect((await erase(relay, visitor.contact, { key })).status).toBe(201);
  for (let n = 0; n < 2; n++) {
    await relay[Symbol.asyncDispose]();
    relay = await startRelay({ dataDir: dir.path });
  }
  await relay[Symbol.asyncDispose]();
  relay = await startRelay({ dataDir: dir.path });
  const erased = (await relay.events()).filter(({ type }) => type === 'contact.erased');
  expect(erased).toHaveLength(1);
  expect(openErasures(dir.path).all()).toEqual([visitor.contact]);
  await relay[Symbol.asyncDispose]();
});

test.skipIf(process.env.STORE === 'postgres')(
  '[PR-10] no network address of a visitor is stored, or logged but for what is refused',
  async () => {
    using dir = tempDir();
    const address = '203.0.113.77';
    const relay = await startRelay({ dataDir: dir.path, config: { trustProxy: 1 } });
    const headers = { 'x-forwarded-for': address, 'user-agent': 'A browser' };
    const visitor = await relay.visitor({ headers });
    const conversation = await visitor.start();
    await bring(relay, [visitor, conversation]);
    await visitor.give('message:send', { conversation, text: KEPT });
    visitor.close();
    await relay[Symbol.asyncDispose]();
    const having = (mark: string) =>
      filesBelow(dir.path).filter((path) => readFileSync(path, 'latin1').includes(mark));
    expect(having(KEPT)).not.toEqual([]);
    expect(having(address)).toEqual([]);
    expect(relay.logLines.filter((line) => line.includes(address))).toEqual([]);
  },
);

const relayItself = { kind: 'system', id: 'relay' } as const;
const stamp = () => ({ id: uuidv7(), actor: relayItself, cause: null });

test('[PR-06] what the index had read before an erasure is not found after it', async () => {
  await using relay = await startRelay();
  const { visitor, key } = await personOf(relay, GONE);
  const stale = await relay.events();
  await erase(relay, visitor.contact, { key });
  const found = () => relay.store.read.conversations.search(GONE, 10);
  // Late with an old reading, it comes to the events of the erasure all the same.
  await indexForSearch(relay.store)(stale);
  expect(await found()).not.toEqual([]);
  await indexForSearch(relay.store)((await relay.events()).slice(stale.length));
  expect(await found()).toEqual([]);
});

test('[PR-06] from its beginning on nothing is taken about them, and they become nobody else', async () => {
  await using relay = await startRelay();
  const { visitor, key } = await personOf(relay, GONE);
  const other = await personOf(relay, KEPT);
  const { contact } = visitor;
  const program = createProgramContacts(relay.store, Date.now);
  await program.beginErasure(stamp(), contact);
  const ask = async (path: string, body: object, id = contact) =>
    (await relay.fetch(`/v1/contacts/${id}/${path}`, { key, method: 'POST', body })).status;
  expect(await ask('facts', { facts: [{ name: 'plan', value: GONE }] })).toBe(404);
  expect(await ask('events', { name: GONE, properties: {} })).toBe(404);
  expect(await ask('unblock', {})).toBe(404);
  expect(await ask('merge', { into: other.visitor.contact })).toBe(404);
  expect(await ask('merge', { into: contact }, other.visitor.contact)).toBe(404);
  const start = {
    id: uuidv7(),
    conversation: uuidv7(),
    context: { page: { url: '', title: GONE } },
  };
  const who = { kind: 'visitor', id: contact, site: SITE } as const;
  const conversations = createConversations(relay.store, Date.now);
  expect(await conversations.start(who, start)).toMatchObject({ error: { code: 'blocked' } });
  expect((await erase(relay, contact, { key })).status).toBe(201);
  expect(await allOf(relay, key)).not.toContain(GONE);
  expect(await contactOf(relay, other.visitor.contact, { key })).toMatchObject({ name: KEPT });
});

test('[PR-06] from its beginning on programs write nothing in their conversations', async () => {
  await using relay = await startRelay();
  const { visitor, key, conversation } = await personOf(relay, GONE);
  const write = async (path: string, body: object) =>
    (await relay.fetch(`/v1/conversations/${conversation}/${path}`, { key, method: 'POST', body }))
      .json;
  const file = { name: `${GONE}.csv`, type: 'text/csv', size: 7 };
  const all: [string, object][] = [
    ['facts', { facts: [{ name: 'phone', value: GONE }] }],
    ['notes', { text: GONE }],
    ['messages', { text: GONE }],
    ['files', file],
  ];
  const refused = async () => {
    for (const [path, body] of all)
      expect(await write(path, body), path).toMatchObject({ code: 'blocked' });
  };
  await createProgramContacts(relay.store, Date.now).beginErasure(stamp(), visitor.contact);
  await refused();
  expect((await erase(relay, visitor.contact, { key })).status).toBe(201);
  await refused();
  expect(await allOf(relay, key)).not.toContain(GONE);
});

test('[PR-06] what was begun is finished when the relay starts, whoever was merged into whom', async () => {
  using dir = tempDir();
  const first = await startRelay({ dataDir: dir.path });
  const { visitor, key } = await personOf(first, GONE);
  const part = await personOf(first, GONE);
  const merge = { key, method: 'POST', body: { into: visitor.contact } };
  await first.fetch(`/v1/contacts/${part.visitor.contact}/merge`, merge);
  await createProgramContacts(first.store, Date.now).beginErasure(stamp(), visitor.contact);
  await first[Symbol.asyncDispose]();
  await using relay = await startRelay({ dataDir: dir.path });
  await until(
    async () => (await relay.store.read.contacts.erasing()).length === 0,
    'the end of it',
  );
  expect(JSON.stringify(await relay.events())).not.toContain(GONE);
  expect(await allOf(relay, await relay.key())).not.toContain(GONE);
});

test('[PR-06] an agent who writes meanwhile is erased with the rest, and rows are what their log says', async () => {
  await using relay = await startRelay();
  const { visitor, agent, conversation } = await personOf(relay, GONE);
  const conversations = createConversations(relay.store, Date.now);
  const second = await visitor.start();
  const dear = (id: string) =>
    agent.give('message:send', { conversation: id, text: `${GONE} dear` });
  await dear(second);
  await createProgramContacts(relay.store, Date.now).beginErasure(stamp(), visitor.contact);
  const { read } = relay.store;
  const list = read.conversations.ofContact.bind(read.conversations);
  let looks = 0;
  // Between two looks for what is left, somebody answers in what was done already.
  read.conversations.ofContact = async (...of) => {
    looks += 1;
    if (looks === 2) await dear(conversation);
    return list(...of);
  };
  await conversations.erase(relayItself, visitor.contact);
  read.conversations.ofContact = list;
  expect(looks).toBeGreaterThan(2);
  for (const id of [conversation, second]) {
    const log = (await relay.events()).filter((record) => record.conversation === id);
    expect(JSON.stringify(log)).not.toContain(GONE);
    const row = await read.conversations.get(id);
    expect(row).toMatchObject({ status: 'resolved', lastMessage: null });
    const born = { id, site: SITE, contact: visitor.contact };
    const folded = log.reduce(evolve, unborn(born, log[0]?.time ?? 0));
    const known = ({ seq, pub, status, tags, service, promises, bot, waiting }: typeof folded) => [
      ...[seq, pub, status, tags, service, promises, bot, waiting],
    ];
    expect(row && known(row)).toEqual(known(folded));
  }
});

test('[PR-06] two relays that erase the same contact at once come to an end, and say it once', async () => {
  await using relay = await startRelay();
  const { visitor, conversation } = await personOf(relay, GONE);
  const all = [conversation, await visitor.start(), await visitor.start()];
  await createProgramContacts(relay.store, Date.now).beginErasure(stamp(), visitor.contact);
  const relays = [1, 2].map(() => createConversations(relay.store, Date.now));
  await Promise.all(relays.map((one) => one.erase(relayItself, visitor.contact)));
  const log = (await relay.events()).filter((record) => all.includes(`${record.conversation}`));
  const told = log.filter(({ type }) => type === 'conversation.erased');
  expect(told.map((record) => record.conversation).sort()).toEqual([...all].sort());
  expect(JSON.stringify(log)).not.toContain(GONE);
});

import { uuidv7 } from '@throughline/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContactExports, type ExportLine } from '../src/contacts/export.ts';
import { bring } from './files.ts';
import {
  type AgentPeer,
  type Answer,
  type Fetch,
  startRelay,
  type TestRelay,
  type VisitorPeer,
} from './relay.ts';

interface Line {
  kind: ExportLine['kind'];
  id: string;
  type: string;
  data: Record<string, unknown>;
  [name: string]: unknown;
}

let relay: TestRelay;
let key: string;
let agent: AgentPeer;

beforeAll(async () => {
  relay = await startRelay();
  key = await relay.key();
  agent = await relay.agent();
});
afterAll(() => relay[Symbol.asyncDispose]());

const ask = (path: string, more: Fetch = {}) => relay.fetch(`/v1${path}`, { key, ...more });
const post = (path: string, body: object) => ask(path, { method: 'POST', body });
const take = (contact: string, more: Fetch = {}) => ask(`/contacts/${contact}/export`, more);
const code = ({ status, json }: Answer) => [status, (json as { code?: string })?.code];
const linesOf = ({ text }: Answer): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((it) => JSON.parse(it));
const exported = async (contact: string) => linesOf(await take(contact));
const events = (lines: Line[], type: string) =>
  lines.filter((line) => line.type === `dev.throughline.${type}`);

/** A message of a program’s with a block under it; its id. */
async function shown(conversation: string, block: object): Promise<string> {
  const answer = await post(`/conversations/${conversation}/messages`, { text: 'Please', block });
  return (answer.json as { id: string }).id;
}

interface Person {
  visitor: VisitorPeer;
  conversation: string;
  file: string;
}

/** Somebody of whom everything is there that can be, with `mark` in all of it. */
async function somebody(mark: string): Promise<Person> {
  const page = { url: `https://shop.example/${mark}/page`, title: `${mark} title` };
  const context = { page, language: 'de', userAgent: `${mark} browser` };
  const visitor = await relay.visitor({ context });
  const conversation = uuidv7();
  await visitor.give('conversation:start', { conversation, context });
  const email = `${mark.toLowerCase()}@example.com`;
  await visitor.give('contact:identify', { externalId: `${mark}-1`, name: `${mark} name`, email });
  await visitor.give('contact:update', { attributes: { plan: `${mark} plan`, gone: `${mark}` } });
  await visitor.give('contact:update', { attributes: { gone: null } });
  await visitor.give('event:track', { name: `${mark} looked`, properties: { at: `${mark} shoe` } });
  await visitor.give('proactive:note', { act: 'shown', rule: `${mark.toLowerCase()}-rule` });
  await talk({ visitor, conversation, mark });
  await know({ visitor, conversation, mark });
  const { id: file } = await bring(relay, [visitor, conversation], { name: `${mark}.png` });
  await visitor.give('message:send', { conversation, text: `${mark} picture`, files: [file] });
  await visitor.give('message:read', { conversation, upTo: 3 });
  await agent.give('message:read', { conversation, upTo: 2 });
  return { visitor, conversation, file };
}

type Said = Omit<Person, 'file'> & { mark: string };

async function talk({ visitor, conversation, mark }: Said): Promise<void> {
  const first = await visitor.give('message:send', { conversation, text: `${mark} first` });
  await visitor.give('message:edit', { conversation, message: first.id, text: `${mark} edited` });
  const second = await visitor.give('message:send', { conversation, text: `${mark} regretted` });
  await visitor.give('message:delete', { conversation, message: second.id });
  await agent.give('message:send', { conversation, text: `${mark} answered` });
  await agent.give('note:add', { conversation, text: `${mark} note` });
  await agent.give('conversation:tag', { conversation, tags: [`${mark} tag`] });
  const fields = [{ type: 'text', name: 'city', label: 'City', fact: 'city' }];
  const form = await shown(conversation, { kind: 'form', form: { fields } });
  await visitor.give('form:submit', {
    ...{ conversation, message: form, values: { city: `${mark} city` } },
  });
  const rating = await shown(conversation, { kind: 'rating', scale: 'nps', comment: true });
  await visitor.give('survey:submit', {
    ...{ conversation, message: rating, score: 9, comment: `${mark} comment` },
  });
}

/** What programs say, of them and of the conversation. */
async function know({ visitor, conversation, mark }: Said): Promise<void> {
  const of = (what: string) => ({
    facts: [
      { name: 'tier', value: `${mark} ${what} tier` },
      { name: 'risk', value: `${mark} ${what} risk`, visibility: 'programs' },
    ],
  });
  await post(`/contacts/${visitor.contact}/facts`, of('own'));
  await post(`/conversations/${conversation}/facts`, of('talk'));
  await post(`/contacts/${visitor.contact}/events`, { name: `${mark} shipped` });
}

describe('[PR-05] the export of one person', () => {
  let grace: Person;
  let lines: Line[];
  let text: string;
  beforeAll(async () => {
    const other = await somebody('CANARY');
    grace = await somebody('GRACE');
    await agent.give('message:send', { conversation: other.conversation, text: 'CANARY again' });
    const answer = await take(grace.visitor.contact);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    ({ text } = answer);
    lines = linesOf(answer);
  });

  test('[PR-05] begins with who they are and all that is said of them, by whom', () => {
    expect(lines[0]).toMatchObject({
      kind: 'contact',
      id: grace.visitor.contact,
      site: 'shop',
      externalId: 'GRACE-1',
      name: 'GRACE name',
      email: 'grace@example.com',
      verified: false,
      context: { page: { url: 'https://shop.example/GRACE/page' } },
      createdAt: expect.any(Number),
    });
    const facts = lines[0]?.facts as { name: string; value: unknown; source: object }[];
    const said = facts.map(({ name, value }) => [name, value]);
    for (const fact of [
      ['plan', 'GRACE plan'],
      ['city', 'GRACE city'],
      ['tier', 'GRACE own tier'],
      ['risk', 'GRACE own risk'],
    ])
      expect(said).toContainEqual(fact);
    expect(facts).toContainEqual(
      expect.objectContaining({ name: 'tier', source: expect.objectContaining({ name: 'CRM' }) }),
    );
  });

  test('[PR-05] has every event of theirs, in its order and as the log has it', async () => {
    const { visitor, conversation } = grace;
    const mine = (await relay.events()).filter(({ contact }) => contact === visitor.contact);
    const own = mine.filter((it) => it.conversation === null);
    const said = mine.filter((it) => it.conversation === conversation);
    const found = lines.filter(({ kind }) => kind === 'event');
    expect(found.map(({ id }) => id)).toEqual([...own, ...said].map(({ id }) => id));
    const { data } = (await ask(`/events?contact=${visitor.contact}&limit=1000`)).json as {
      data: { id: string }[];
    };
    const byId = new Map(data.map((event) => [event.id, event]));
    for (const { kind: _, ...event } of found) expect(event).toEqual(byId.get(event.id));
  });

  test.each([
    ['what was written', 'message.created', { text: 'GRACE picture' }],
    ['an edit', 'message.updated', { text: 'GRACE edited' }],
    ['an answer', 'message.created', { text: 'GRACE answered' }],
    ['what is deleted, as a tombstone', 'message.created', { redacted: true }],
    ['that it was deleted', 'message.deleted', {}],
    ['a note', 'note.created', { text: 'GRACE note' }],
    ['answers in a form', 'form.submitted', { values: { city: 'GRACE city' } }],
    ['a rating', 'survey.submitted', { score: 9, comment: 'GRACE comment' }],
    ['the page', 'conversation.started', { context: expect.objectContaining({ language: 'de' }) }],
    ['who they said they were', 'contact.identified', { email: 'grace@example.com' }],
    ['what they did', 'event.tracked', { name: 'GRACE looked' }],
    ['what a program told', 'event.tracked', { name: 'GRACE shipped' }],
    ['what was shown to them', 'proactive.shown', { rule: 'grace-rule' }],
    ['tags', 'conversation.updated', {}],
    ['what was said of them', 'facts.recorded', {}],
    ['what was said of a conversation', 'conversation.facts_recorded', {}],
    ['who read', 'message.read', {}],
    ['a file', 'attachment.uploaded', {}],
  ])('[PR-05] has %s', (_what, type, data) => {
    expect(events(lines, type).map((it) => it.data)).toContainEqual(expect.objectContaining(data));
    expect(text).not.toContain('GRACE regretted');
  });

  test('[PR-05] has their conversations, how far they were read, and what is said of them', () => {
    const talks = lines.filter(({ kind }) => kind === 'conversation');
    expect(talks).toEqual([
      expect.objectContaining({
        ...{ id: grace.conversation, site: 'shop', contact: grace.visitor.contact },
        ...{ status: 'open', tags: ['GRACE tag'], visitorRead: 11, agentRead: 2 },
      }),
    ]);
    const values = ((talks[0]?.facts ?? []) as { value: unknown }[]).map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['GRACE talk tier', 'GRACE talk risk']));
  });

  test('[PR-05] says which files there are, and where their bytes can be fetched', async () => {
    const [file, ...rest] = lines.filter(({ kind }) => kind === 'file');
    expect(rest).toEqual([]);
    expect(file).toMatchObject({
      ...{ id: grace.file, conversation: grace.conversation, name: 'GRACE.png' },
      ...{ type: 'image/png', bytes: expect.any(Number), state: 'stored', by: 'visitor' },
      link: `/v1/files/${grace.file}/link`,
    });
    const { url } = (await relay.fetch(String(file?.link), { key })).json as { url: string };
    const bytes = await fetch(`${relay.url}${url}`);
    expect([bytes.status, (await bytes.arrayBuffer()).byteLength]).toEqual([200, file?.bytes]);
  });

  test('[PR-05] ends with how much there was', () => {
    const count = (kind: Line['kind']) => lines.filter((it) => it.kind === kind).length;
    expect(lines.at(-1)).toEqual({
      ...{ kind: 'end', conversations: 1, files: 1, events: count('event') },
    });
    expect(count('end')).toBe(1);
  });

  test('[PR-05] [P17] has no byte of anybody else, and of agents the name alone', () => {
    expect(text).not.toMatch(/canary/i);
    expect(text).toContain(agent.agent.name);
    expect(text).not.toContain(agent.agent.email);
  });
});

describe('[PR-05] a file of an export', () => {
  test('[PR-05] that no message shows has no link, and one of a deleted message is not there', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const kept = await bring(relay, [visitor, conversation], { name: 'kept.png' });
    const gone = await bring(relay, [visitor, conversation], { name: 'gone.png' });
    const { id: message } = await visitor.give('message:send', {
      ...{ conversation, text: '', files: [gone.id] },
    });
    await visitor.give('message:delete', { conversation, message });
    const files = (await exported(visitor.contact)).filter(({ kind }) => kind === 'file');
    expect(files.map(({ id, link }) => [id, link])).toEqual([[kept.id, null]]);
  });
});

describe('[PR-05] who may have an export', () => {
  test('[PR-05] has a key for contacts that may see content, or is an administrator', async () => {
    const visitor = await relay.visitor();
    await visitor.start();
    const { contact } = visitor;
    const by = async (more: Parameters<TestRelay['key']>[0]) =>
      code(await take(contact, { key: await relay.key(more) }));
    for (const pii of ['none', 'pseudonymous', 'contact'] as const)
      expect(await by({ scopes: ['contacts:read'], pii })).toEqual([403, 'missing_scope']);
    for (const scope of ['contacts:write', 'conversations:read', 'events:read'] as const)
      expect(await by({ scopes: [scope] })).toEqual([403, 'missing_scope']);
    expect(await by({ scopes: ['contacts:read'] })).toEqual([200, undefined]);
    const as = async (role: 'admin' | 'agent') => {
      const { session } = await relay.hire('Bo', role);
      return code(await relay.fetch(`/v1/contacts/${contact}/export`, { as: session }));
    };
    expect(await as('agent')).toEqual([403, 'forbidden']);
    expect(await as('admin')).toEqual([200, undefined]);
    expect(code(await relay.fetch(`/v1/contacts/${contact}/export`))).toEqual([
      401,
      'unauthorized',
    ]);
  });

  test('[PR-05] is told to the operator, by ids alone', async () => {
    const visitor = await relay.visitor();
    await visitor.start();
    await visitor.give('contact:identify', { name: 'GRACE', email: 'grace@example.com' });
    relay.logLines.length = 0;
    await take(visitor.contact);
    const said = relay.logLines.filter((line) => line.includes('a person is exported'));
    expect(said.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        ...{ by: expect.any(String), how: 'exportContact', contact: visitor.contact },
      }),
    ]);
    expect(said.join()).not.toMatch(/grace/i);
  });

  test.each([uuidv7(), 'x', '..%2f..', '%00'])('[PR-05] of %s gets 404', async (id) => {
    expect(code(await take(id))).toEqual([404, 'not_found']);
  });
});

describe('[PR-05] contacts that are one', () => {
  test('[PR-05] are one export, under either id', async () => {
    const [from, into] = [await relay.visitor(), await relay.visitor()];
    const conversation = await from.start();
    await from.give('contact:identify', { externalId: 'OLD-1', name: 'Grace before' });
    await from.give('event:track', { name: 'looked', properties: {} });
    await into.give('event:track', { name: 'bought', properties: {} });
    await post(`/contacts/${from.contact}/merge`, { into: into.contact });
    const answer = await take(from.contact);
    expect((await take(into.contact)).text).toBe(answer.text);
    const lines = linesOf(answer);
    expect(lines.slice(0, 2)).toMatchObject([
      { kind: 'contact', id: into.contact, mergedInto: null },
      { kind: 'merged', id: from.contact, mergedInto: into.contact, name: 'Grace before' },
    ]);
    const did = events(lines, 'event.tracked').map(({ data }) => data.name);
    expect(did).toEqual(['bought', 'looked']);
    expect(events(lines, 'contact.merged')).toHaveLength(1);
    expect(lines.find(({ kind }) => kind === 'conversation')).toMatchObject({
      ...{ id: conversation, contact: into.contact },
    });
  });

  test('[PR-05] while it was on its way break it off without an end', async () => {
    const [from, into] = [await relay.visitor(), await relay.visitor()];
    await from.start();
    await into.start();
    const found = await createContactExports(relay.store).of(from.contact, ({ id }) => ({ id }));
    await found?.lines.next();
    await post(`/contacts/${from.contact}/merge`, { into: into.contact });
    const rest: ExportLine[] = [];
    const read = async () => {
      for await (const some of found?.lines ?? []) rest.push(...some);
    };
    await expect(read()).rejects.toThrow('became another one');
    expect(rest.map(({ kind }) => kind)).not.toContain('end');
  });
});

import { request } from 'node:http';
import { uuidv7 } from '@throughline/shared';
import {
  type CloudEvent,
  catalogue,
  type EventType,
  eventTypes,
  TYPE_PREFIX,
} from '@throughline/shared/schema';
import { CloudEvent as IndependentEvent } from 'cloudevents';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { logOf } from '../src/events/log.ts';
import { readPage } from '../src/events/page.ts';
import type { LogRecord } from '../src/store/store.ts';
import { ground } from './ground.ts';
import { type Answer, type Fetch, startRelay, type TestRelay, until } from './relay.ts';

interface Page {
  data: CloudEvent[];
  next: string;
  hasMore: boolean;
}

let relay: TestRelay;
let key: string;
let conversation: string;
let contact: string;
let records: LogRecord[];

beforeAll(async () => {
  relay = await startRelay();
  key = await relay.key();
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  contact = visitor.contact;
  conversation = uuidv7();
  const page = { url: 'https://x.example/CANARY-url', title: 'x' };
  await visitor.give('conversation:start', { conversation, context: { page } });
  await visitor.give('contact:identify', { name: 'CANARY-name', email: 'canary@example.com' });
  const { id } = await visitor.give('message:send', {
    conversation,
    text: 'CANARY-text 🙂 \u2028',
  });
  await agent.give('note:add', { conversation, text: 'CANARY-note' });
  await agent.give('conversation:tag', { conversation, tags: ['CANARY-tag'] });
  await visitor.give('message:delete', { conversation, message: id });
  const other = await relay.visitor();
  await other.give('message:send', { conversation: await other.start(), text: 'hello' });
  records = await relay.events();
});
afterAll(() => relay[Symbol.asyncDispose]());

const code = (answer: Answer): string => (answer.json as { code: string }).code;
const ask = (query = '', more: Fetch = {}) => relay.fetch(`/v1/events${query}`, { key, ...more });
const page = async (query = '', more: Fetch = {}): Promise<Page> => {
  const answer = await ask(query, more);
  expect(answer.status).toBe(200);
  return answer.json;
};
const ids = (events: { id: string }[]) => events.map(({ id }) => id);

describe('the envelope', () => {
  test('is a CloudEvent to an independent reader', async () => {
    for (const event of (await page()).data) {
      const read = new IndependentEvent(event as never, true);
      expect(read.validate()).toBe(true);
      expect(read).toMatchObject({ id: event.id, type: event.type, data: event.data });
    }
  });

  test('says where an event stands, who did it, and nothing about people', async () => {
    const { data } = await page();
    const started = data.find(({ type }) => type === `${TYPE_PREFIX}conversation.started`);
    const record = records.find(({ id }) => id === started?.id);
    expect(started).toEqual({
      specversion: '1.0',
      id: record?.id,
      source: 'http://127.0.0.1:0',
      type: 'dev.throughline.conversation.started',
      subject: `conversations/${conversation}`,
      time: new Date(record?.time ?? 0).toISOString(),
      datacontenttype: 'application/json',
      dataschema: 'http://127.0.0.1:0/v1/event-types/conversation.started',
      partitionkey: conversation,
      sequence: String(record?.offset).padStart(20, '0'),
      authtype: 'unauthenticated',
      authid: contact,
      siteid: 'shop',
      livemode: true,
      data: {
        conversation: { id: conversation, seq: 1 },
        contact: { id: contact },
        actor: { kind: 'visitor', id: contact },
        context: { page: { url: 'https://x.example/CANARY-url', title: 'x' } },
      },
    });
    for (const { data: _, ...attributes } of data)
      expect(JSON.stringify(attributes)).not.toMatch(/canary/i);
  });

  test('of a deleted message is a tombstone with its number', async () => {
    const { data } = await page('?types=message.*');
    expect(data[0]?.data).toMatchObject({ redacted: true, conversation: { id: conversation } });
    expect(data[0]?.data).not.toHaveProperty('text');
  });

  test.each([
    ['none', []],
    ['pseudonymous', ['CANARY-url']],
    ['contact', ['CANARY-url', 'CANARY-name', 'canary@example.com', 'CANARY-tag']],
    ['content', ['CANARY-url', 'CANARY-name', 'canary@example.com', 'CANARY-tag', 'CANARY-note']],
  ] as const)('at the level %s shows no more than that', async (pii, expected) => {
    const { data } = await page('', { key: await relay.key({ pii }) });
    const text = JSON.stringify(data);
    const found = text.match(/CANARY-(url|name|tag|note|text)|canary@example.com/g) ?? [];
    expect(new Set(found)).toEqual(new Set(expected));
    expect(ids(data)).toEqual(ids(records));
  });
});

describe('pages', () => {
  test('show every event once, in the order of the log, whatever their size', async () => {
    for (const limit of [1, 2, 3, 1000]) {
      const seen: CloudEvent[] = [];
      let after = '';
      for (;;) {
        const { data, next, hasMore } = await page(`?limit=${limit}${after}`);
        expect(data.length).toBeLessThanOrEqual(limit);
        seen.push(...data);
        after = `&after=${next}`;
        if (!hasMore) break;
      }
      expect(ids(seen)).toEqual(ids(records));
      expect(await page(`?limit=${limit}${after}`)).toMatchObject({ data: [], hasMore: false });
    }
  });

  test('of the longest messages come back short, and none is left out', async () => {
    await using small = await startRelay();
    const visitor = await small.visitor();
    const own = await visitor.start();
    const text = '🙂'.repeat(10_000);
    for (let i = 0; i < 150; i++) await visitor.give('message:send', { conversation: own, text });
    const mine = await small.key();
    const found: string[] = [];
    for (let after = '0', hasMore = true; hasMore; ) {
      const path = `/v1/events?limit=1000&after=${after}`;
      const answer = await small.fetch(path, { key: mine });
      expect(answer.text.length).toBeLessThan(2_100_000);
      const { data, ...rest } = answer.json as Page;
      found.push(...ids(data));
      ({ next: after, hasMore } = rest);
    }
    expect(found).toEqual(ids(await small.events()));
  });

  test('go on behind an event’s own sequence, and from now', async () => {
    const [first, ...rest] = (await page()).data;
    expect(ids((await page(`?after=${first?.sequence}`)).data)).toEqual(ids(rest));
    expect((await page('?after=now')).data).toEqual([]);
  });

  test.each([
    ['types=message.created', (it: LogRecord) => it.type === 'message.created'],
    ['types=message.*,note.created', (it: LogRecord) => /^(message\.|note\.created)/.test(it.type)],
    ['types=*', () => true],
    ['types=survey.submitted', () => false],
    ['site=shop', (it: LogRecord) => it.site === 'shop'],
    ['site=garage', () => false],
  ])('?%s', async (query, wanted) => {
    for (const limit of [1, 1000]) {
      const seen: string[] = [];
      let after = '0';
      for (let more = true; more; ) {
        const { data, next, hasMore } = await page(`?limit=${limit}&after=${after}&${query}`);
        seen.push(...ids(data));
        [after, more] = [next, hasMore];
      }
      expect(seen).toEqual(ids(records.filter(wanted)));
    }
  });

  test('?conversation and ?contact', async () => {
    expect(ids((await page(`?conversation=${conversation}`)).data)).toEqual(
      ids(records.filter((it) => it.conversation === conversation)),
    );
    expect(ids((await page(`?contact=${contact}`)).data)).toEqual(
      ids(records.filter((it) => it.contact === contact)),
    );
    expect((await page(`?contact=${uuidv7()}`)).data).toEqual([]);
  });

  test.each([
    ['after=x', 'bad_cursor'],
    ['after=-1', 'bad_cursor'],
    ['after=99999999', 'log_replaced'],
    ['after=other.1', 'log_replaced'],
    ['limit=0', 'bad_value'],
    ['limit=-1', 'bad_value'],
    ['limit=1e9', 'bad_value'],
    ['limit=x', 'bad_type'],
    ['sort=id;drop', 'unknown_field'],
    ['types[$ne]=x', 'unknown_field'],
    ['types=a&types=b', 'bad_type'],
    ['types=message.created%20OR%201', 'bad_value'],
    ['types=*.*', 'bad_value'],
    ['conversation=x', 'bad_value'],
  ])('?%s is refused with %s', async (query, expected) => {
    expect(code(await ask(`?${query}`))).toBe(expected);
  });

  test('an administrator reads them in the console; other agents do not', async () => {
    const { session: admin } = await relay.hire('Ada', 'admin');
    const { session: agent } = await relay.hire();
    expect((await relay.fetch('/v1/events', { as: admin })).status).toBe(200);
    expect(code(await relay.fetch('/v1/events', { as: agent }))).toBe('forbidden');
    expect(code(await relay.fetch('/v1/events'))).toBe('unauthorized');
  });

  test('an administrator is not shown what is said for programs alone', async () => {
    const { session } = await relay.hire('Ada', 'admin');
    const facts = [
      { name: 'risk', value: 'CANARY-risk', visibility: 'programs' },
      { name: 'plan', value: 'CANARY-plan' },
    ];
    const path = `/v1/contacts/${contact}/facts`;
    await relay.fetch(path, { key, method: 'POST', body: { facts } });
    const query = `?types=facts.recorded&contact=${contact}`;
    const { text } = await relay.fetch(`/v1/events${query}`, { as: session });
    expect(text).toContain('CANARY-plan');
    expect(text).not.toContain('CANARY-risk');
    expect((await ask(query)).text).toContain('CANARY-risk');
    records = await relay.events();
  });

  test('looking for what is not there gives everybody else a turn', async () => {
    const { store, people, contacts } = await ground();
    const who = { ...people.visitor, tokenHash: 'x' };
    for (let i = 0; i < 500; i++)
      await contacts.run(who, 'event:track', { id: uuidv7(), name: 'n', properties: {} });
    let turns = 0;
    const turn = () => {
      turns += 1;
      setImmediate(turn);
    };
    const first = setImmediate(turn);
    const filter = { types: ['note.*'] };
    const found = await readPage(logOf(store), { after: 0, limit: 1, filter });
    clearImmediate(first);
    expect(found).toMatchObject({ records: [], hasMore: false });
    expect(turns).toBeGreaterThan(1);
  });
});

describe('an export', () => {
  test('has a line an event, all of them', async () => {
    const answer = await ask('/export?types=message.*');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const lines = answer.text.trimEnd().split('\n');
    expect(ids(lines.map((line) => JSON.parse(line)))).toEqual(
      ids(records.filter(({ type }) => type.startsWith('message.'))),
    );
    const [last] = records.slice(-1);
    expect((await ask(`/export?after=${last?.offset}`)).text).toBe('');
    expect(code(await ask('/export?after=x'))).toBe('bad_cursor');
  });
});

describe('a stream', () => {
  /** Reads a stream until it is told to stop. */
  function listen(query = '', headers: Record<string, string> = {}) {
    let text = '';
    const all = { authorization: `Bearer ${key}`, ...headers };
    const call = request(`${relay.url}/v1/events/stream${query}`, {
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
    });
    const ended = new Promise<void>((done) => call.on('close', done));
    const status = new Promise<number>((done) =>
      call.on('response', (response) => {
        done(response.statusCode ?? 0);
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', () => {});
      }),
    );
    call.on('error', () => {});
    call.end();
    onTestFinished(() => void call.destroy());
    const messages = () =>
      [...text.matchAll(/id: (.+)\nevent: (.+)\ndata: (.+)\n\n/g)].map(
        ([, cursor = '', name = '', data = '{}']) => ({
          cursor,
          name,
          event: JSON.parse(data) as CloudEvent,
        }),
      );
    return { status, ended, messages, end: () => call.destroy(), text: () => text };
  }

  test('shows what was, then what comes, once and in order', async () => {
    const stream = listen('?after=0&types=message.*');
    const wanted = () =>
      relay.events().then((all) => all.filter(({ type }) => type.startsWith('message.')));
    const before = (await wanted()).length;
    await until(() => stream.messages().length >= before);
    const visitor = await relay.visitor();
    const own = await visitor.start();
    for (let i = 0; i < 20; i++)
      await visitor.give('message:send', { conversation: own, text: `m${i}` });
    const all = await wanted();
    await until(() => stream.messages().length >= all.length);
    expect(ids(stream.messages().map(({ event }) => event))).toEqual(ids(all));
    expect(stream.messages().at(-1)?.name).toBe('message.created');
  });

  test('goes on behind the last event a reader has', async () => {
    const stream = listen('?after=0');
    const seen = await until(() => (stream.messages().length > 5 ? stream.messages() : undefined));
    stream.end();
    const { cursor = '' } = seen[2] ?? {};
    const again = listen('?after=now', { 'last-event-id': cursor });
    await until(() => again.messages().length >= seen.length - 3);
    expect(again.messages()[0]?.event.id).toBe(seen[3]?.event.id);
  });

  test('ends with the key it was opened with, and with the session', async () => {
    const { session } = await relay.hire('Ada', 'admin');
    const body = { name: 'CRM', scopes: ['events:read'], pii: 'content' };
    const made = await relay.fetch('/v1/keys', { as: session, method: 'POST', body });
    const { id, secret } = made.json as { id: string; secret: string };
    const streams = [
      listen('', { authorization: `Bearer ${secret}` }),
      listen('', { authorization: '', cookie: `throughline=${session.token}` }),
    ];
    for (const { status } of streams) expect(await status).toBe(200);
    await relay.fetch(`/v1/keys/${id}`, { as: session, method: 'DELETE' });
    await relay.fetch('/v1/session', { as: session, method: 'DELETE' });
    const visitor = await relay.visitor();
    const own = await visitor.start();
    await visitor.give('message:send', { conversation: own, text: 'CANARY-later' });
    for (const { ended } of streams) await ended;
    for (const { text } of streams) expect(text()).not.toContain('CANARY-later');
  });

  test('of one that never was is refused', async () => {
    expect(await listen('', { 'last-event-id': 'other.3' }).status).toBe(409);
  });

  test('a reader has only so many at a time, and gets room by closing one', async () => {
    const mine = await relay.key();
    const headers = { authorization: `Bearer ${mine}` };
    const open = Array.from({ length: 20 }, () => listen('', headers));
    expect(new Set(await Promise.all(open.map(({ status }) => status)))).toEqual(new Set([200]));
    expect(await listen('', headers).status).toBe(429);
    open[0]?.end();
    await until(async () => (await listen('', headers).status) === 200);
  });

  test('one that is not read holds up nobody, and ends with the relay', async () => {
    await using small = await startRelay();
    const visitor = await small.visitor();
    const own = await visitor.start();
    const call = request(`${small.url}/v1/events/stream?after=0`, {
      headers: { authorization: `Bearer ${await small.key()}` },
    });
    call.on('response', (response) => void response.pause());
    call.on('error', () => {});
    call.end();
    for (let i = 0; i < 300; i++)
      await visitor.give('message:send', { conversation: own, text: 'x'.repeat(7000) });
    await small.stop();
    expect(small.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('the catalogue', () => {
  test('can be read by anybody, whole and by name', async () => {
    const answer = await relay.fetch('/v1/event-types');
    const { data } = answer.json as { data: { name: string; example: unknown; schema: object }[] };
    expect(data.map(({ name }) => name)).toEqual(eventTypes);
    for (const { name, example, schema } of data) {
      expect(example).toEqual(catalogue[name as EventType].example);
      const own = await relay.fetch(`/v1/event-types/${name}`);
      expect(own.headers['content-type']).toMatch(/^application\/schema\+json/);
      expect(own.json).toEqual(schema);
    }
    expect((await relay.fetch('/v1/event-types/constructor')).status).toBe(404);
  });
});

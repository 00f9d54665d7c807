import { randomUUID } from 'node:crypto';
import { type CloudEvent, TYPE_PREFIX } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StreamKind, StreamSettings } from '../src/config-streams.ts';
import type { LogRecord } from '../src/store/store.ts';
import {
  type Arrival,
  canReach,
  openPassage,
  openSilence,
  type Reader,
  testBrokers,
} from './brokers.ts';
import { startRelay, type TestRelay, tempDir, until, type VisitorPeer } from './relay.ts';

/** Where an event of this kind and site lies at each broker. */
const places: Record<StreamKind, (prefix: string, site: string, name: string) => string> = {
  nats: (prefix, site, name) => `${prefix}.${site}.${name}`,
  rabbitmq: (_, __, name) => name,
  redis: (prefix) => `${prefix}:events`,
  mqtt: (prefix, site, name) => `${prefix}/${site}/${name.replace('.', '/')}`,
};

/** What each says beside the body, as its binding wants it. */
const abouts: Record<StreamKind, (event: CloudEvent) => object> = {
  nats: ({ id }) => ({ 'Nats-Msg-Id': id, 'Content-Type': 'application/cloudevents+json' }),
  rabbitmq: ({ data: _, datacontenttype: __, ...attributes }) => ({
    messageId: attributes.id,
    type: attributes.type,
    contentType: 'application/cloudevents+json',
    durable: true,
    headers: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`cloudEvents_${name}`, value]),
    ),
  }),
  redis: () => ({}),
  mqtt: ({ data: _, ...attributes }) => ({
    qos: 1,
    contentType: 'application/json',
    userProperties: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, String(value)]),
    ),
  }),
};

const idsOf = (records: { id: string }[]) => records.map(({ id }) => id);

/** What arrived, without what had been there before. */
function firstsOf(arrivals: Arrival[]): string[] {
  return [...new Set(arrivals.map(({ event }) => event.id))];
}

/** Every event of the log is there, and in each conversation none before the one it follows. */
function expectAll(arrivals: Arrival[], records: LogRecord[]): void {
  const known = new Map(records.map((record) => [record.id, record]));
  const firsts = firstsOf(arrivals).map((id) => known.get(id));
  expect(new Set(firsts)).toEqual(new Set(records));
  const lineOf = (all: (LogRecord | undefined)[], conversation: string | null) =>
    all.filter((it) => it?.conversation === conversation).map((it) => it?.offset);
  for (const { conversation } of records)
    if (conversation) expect(lineOf(firsts, conversation)).toEqual(lineOf(records, conversation));
}

const linesOf = (relay: TestRelay, says: string) =>
  relay.logLines.filter((line) => line.includes(says));

/** Messages in two conversations at once, as fast as the relay takes them. */
async function talk(visitor: VisitorPeer, conversations: string[], count: number): Promise<void> {
  const texts = Array.from({ length: count }, (_, i) => `message ${i}`);
  const sent = texts.flatMap((text) =>
    conversations.map((conversation) => visitor.give('message:send', { conversation, text })),
  );
  await Promise.all(sent);
}

for (const { kind, scheme, login, port, start, read } of testBrokers) {
  const isThere = process.env.CI ? true : await canReach(port);
  if (!isThere)
    process.stdout.write(`streams: ${kind} is left out; for it, run ${start} on port ${port}\n`);

  const settings = (prefix: string, more: Partial<StreamSettings> & { at?: number } = {}) => {
    const { at = port, ...rest } = more;
    const url = `${scheme}://${login}127.0.0.1:${at}`;
    return { streams: [{ kind, url, pii: 'none', prefix, ...rest } satisfies StreamSettings] };
  };

  describe.skipIf(!isThere)(`a ${kind} stream`, () => {
    /** A reader with names of its own, and, if asked, a breakable way for the relay. */
    async function open(): Promise<{ prefix: string; reader: Reader; all(): Promise<Arrival[]> }> {
      const prefix = `test-${randomUUID()}`;
      const reader = await read(`${scheme}://${login}127.0.0.1:${port}`, prefix);
      onTestFinished(() => reader.close());
      return { prefix, reader, all: () => reader.arrivals() };
    }

    async function passage() {
      const made = await openPassage(port);
      onTestFinished(() => made.close());
      return made;
    }

    /** Once the log is there to its end. */
    async function whole(reader: Reader, relay: TestRelay) {
      const records = await relay.events();
      const arrivals = await until(async () => {
        const found = await reader.arrivals();
        return firstsOf(found).length >= records.length ? found : undefined;
      }, `all ${records.length} events at ${kind}`);
      return { arrivals, records };
    }

    test('has every event of the log in order, as a CloudEvent to an independent reader', async () => {
      const { prefix, reader } = await open();
      await using relay = await startRelay({ config: settings(prefix) });
      const visitor = await relay.visitor();
      await talk(visitor, [await visitor.start(), await visitor.start()], 20);
      const { arrivals, records } = await whole(reader, relay);
      expect(arrivals).toHaveLength(records.length);
      expectAll(arrivals, records);
      const page = await relay.fetch('/v1/events?limit=1000', {
        key: await relay.key({ pii: 'none' }),
      });
      const outward = new Map((page.json as { data: CloudEvent[] }).data.map((it) => [it.id, it]));
      for (const { event, where, about } of arrivals) {
        const expected = outward.get(event.id) as CloudEvent;
        expect(event.validate()).toBe(true);
        // An independent reader has only text for what came as a header.
        expect({ ...event.toJSON(), livemode: String(event.livemode) }).toEqual({
          ...expected,
          livemode: String(expected.livemode),
        });
        const name = expected.type.slice(TYPE_PREFIX.length);
        expect(where).toBe(places[kind](prefix, expected.siteid ?? 'relay', name));
        expect(about).toMatchObject(abouts[kind](expected));
      }
    });

    test.each([
      ['none', []],
      ['contact', ['CANARY-name', 'canary@example.com']],
      ['content', ['CANARY-name', 'canary@example.com', 'CANARY-text', 'CANARY-note']],
    ] as const)('shows no more of people than %s', async (pii, expected) => {
      const { prefix, reader } = await open();
      await using relay = await startRelay({ config: settings(prefix, { pii }) });
      const visitor = await relay.visitor();
      const conversation = await visitor.start();
      await visitor.give('contact:identify', { name: 'CANARY-name', email: 'canary@example.com' });
      await visitor.give('message:send', { conversation, text: 'CANARY-text' });
      const agent = await relay.agent(await relay.hire('CANARY-agent'));
      await agent.give('note:add', { conversation, text: 'CANARY-note' });
      const { arrivals } = await whole(reader, relay);
      const raw = JSON.stringify(
        arrivals.map(({ where, about, body }) => ({ where, about, body })),
      );
      const found = raw.match(/CANARY-(name|text|note)|canary@example.com/g) ?? [];
      expect(new Set(found)).toEqual(new Set(expected));
      if (pii === 'none') expect(raw).not.toMatch(/canary/i);
    });

    test('survives its connection being cut amid the events: nothing is lost, order holds', async () => {
      const { prefix, reader, all } = await open();
      const way = await passage();
      await using relay = await startRelay({ config: settings(prefix, { at: way.port }) });
      const visitor = await relay.visitor();
      const conversations = [await visitor.start(), await visitor.start()];
      const talking = talk(visitor, conversations, 150);
      await until(async () => (await all()).length > 40);
      way.cut();
      await talking;
      await until(() => linesOf(relay, 'stream interrupted').length > 0);
      expect(firstsOf(await all()).length).toBeLessThan((await relay.events()).length);
      way.mend();
      const { arrivals, records } = await whole(reader, relay);
      expectAll(arrivals, records);
      await until(() => linesOf(relay, 'stream goes on').length > 0);
      expect(linesOf(relay, 'stream interrupted')).toHaveLength(1);
    });

    test('publishes again what was not acknowledged, and moves on only behind what was', async () => {
      const { prefix, reader, all } = await open();
      const way = await passage();
      await using relay = await startRelay({ config: settings(prefix, { at: way.port }) });
      const visitor = await relay.visitor();
      const conversations = [await visitor.start(), await visitor.start()];
      await whole(reader, relay);
      const before = await until(async () => {
        const place = await relay.store.deliveries.cursor(kind);
        return place?.offset === (await relay.store.read.events.head()) && place;
      });
      way.mute();
      await talk(visitor, conversations, 10);
      // One of each conversation goes out, and its acknowledgement gets lost.
      const count = (await relay.events()).length - 20;
      await until(async () => firstsOf(await all()).length > count);
      expect(await relay.store.deliveries.cursor(kind)).toEqual(before);
      way.cut();
      way.mend();
      const { arrivals, records } = await whole(reader, relay);
      expectAll(arrivals, records);
      // JetStream knows an id it has seen.
      if (kind === 'nats') expect(arrivals).toHaveLength(records.length);
      else expect(arrivals.length).toBeGreaterThan(records.length);
    });

    test('gets what was redacted while it was away as redacted', async () => {
      const { prefix, reader } = await open();
      const way = await passage();
      const config = settings(prefix, { at: way.port, pii: 'content' });
      await using relay = await startRelay({ config });
      const visitor = await relay.visitor();
      const conversation = await visitor.start();
      await whole(reader, relay);
      way.cut();
      const { id } = await visitor.give('message:send', { conversation, text: 'CANARY' });
      await until(() => linesOf(relay, 'stream interrupted').length > 0);
      await visitor.give('message:delete', { conversation, message: id });
      way.mend();
      const { arrivals } = await whole(reader, relay);
      const gone = arrivals.find(({ event }) => event.id === id);
      expect(gone?.event.data).toMatchObject({
        redacted: true,
        conversation: { id: conversation },
      });
      expect(JSON.stringify(arrivals.map(({ body }) => body))).not.toContain('CANARY');
    });

    test('begins at the head of the log and, after a restart, goes on where it was', async () => {
      const { prefix, reader, all } = await open();
      using dir = tempDir();
      const at = { dataDir: dir.path };
      async function run(config: Parameters<typeof startRelay>[0], text: string) {
        await using relay = await startRelay({ ...at, ...config });
        const visitor = await relay.visitor();
        await visitor.give('message:send', { conversation: await visitor.start(), text });
        const records = await relay.events();
        const last = records.at(-1);
        if (config?.config) await until(async () => firstsOf(await all()).includes(last?.id ?? ''));
        return idsOf(records);
      }
      const unseen = await run({}, 'before there was a stream');
      await run({ config: settings(prefix) }, 'first');
      await run({}, 'while it was not configured');
      const known = await run({ config: settings(prefix) }, 'last');
      expect(new Set(firstsOf(await reader.arrivals()))).toEqual(
        new Set(known.slice(unseen.length)),
      );
    });
  });

  describe(`without a ${kind} broker`, () => {
    test.each(['refuses', 'is silent'])(
      'that %s the relay starts, serves and stops',
      async (how) => {
        const silence = await openSilence();
        onTestFinished(() => silence.close());
        if (how === 'refuses') silence.close();
        const url = `${scheme}://root:CANARY@127.0.0.1:${silence.port}`;
        const relay = await startRelay({ config: settings('test', { url }) });
        const visitor = await relay.visitor();
        await visitor.give('message:send', { conversation: await visitor.start(), text: 'hello' });
        if (how === 'refuses') await until(() => linesOf(relay, 'stream interrupted').length > 0);
        const metrics = await relay.fetch('/metrics');
        expect(metrics.text).toMatch(
          new RegExp(`throughline_sink_lag_events\\{sink="${kind}"\\} [1-9]`),
        );
        const began = performance.now();
        await relay[Symbol.asyncDispose]();
        expect(performance.now() - began).toBeLessThan(2000);
        expect(linesOf(relay, 'stream interrupted').length).toBe(how === 'refuses' ? 1 : 0);
        expect(relay.logLines.join('')).not.toContain('CANARY');
      },
    );
  });
}

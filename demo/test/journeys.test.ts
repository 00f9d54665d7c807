import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createConversations,
  createRelay,
  createTools,
  openBlueprint,
  type Relay,
  readBlueprint,
  readConfig,
  stranger,
} from '@throughline/server';
import type { BlueprintDocument } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../seed/seed.ts';
import { SITE } from '../seed/stories.ts';
import { startBilling } from '../systems/billing/billing.ts';
import { startCrm } from '../systems/crm/crm.ts';
import type { WebServer } from '../systems/web-server.ts';

const DAY_MS = 86_400_000;

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/journeys.md'), 'utf8');
/** The three templates, as the guide has them, each a file that could be applied. */
function templatesIn(dir: string): BlueprintDocument[] {
  return [...guide.matchAll(/```yaml\n([\s\S]+?)```/g)].map(([, text = ''], i) => {
    const path = join(dir, `${i}.yaml`);
    writeFileSync(path, text);
    const { document, findings } = readBlueprint(path);
    expect(findings).toEqual([]);
    return document as BlueprintDocument;
  });
}

/** Time passes as tests want it to: for the relay and for both systems. */
const clock = { now: Date.now() };
const now = (): number => clock.now;

let dataDir: string;
let relay: Relay;
let crm: WebServer;
let billing: WebServer;

/** The guide's addresses are those of an example; here are the demo's. */
function here(url: string): string {
  const { hostname, pathname } = new URL(url);
  return (hostname.startsWith('crm') ? crm : billing).url + pathname;
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'throughline-journeys-'));
  const keys = await seed({
    dataDir,
    createDataDir: true,
    postgres: undefined,
    origins: [],
    ports: { crm: 9, billing: 9, bot: 9 },
  });
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'fatal', EGRESS_ALLOW: '127.0.0.0/8' };
  relay = await createRelay({ config: { ...readConfig(env), port: 0 }, now });
  const secrets: Record<string, string> = {};
  const asked = { secrets, now };
  const shared = { port: 0, relay: relay.url, links: {}, asked };
  const folder = (name: string): string => {
    const dir = join(dataDir, name);
    mkdirSync(dir, { recursive: true });
    return dir;
  };
  crm = await startCrm({ ...shared, dir: folder('crm'), key: keys.crm });
  billing = await startBilling({
    ...{ ...shared, dir: folder('billing') },
    ...{ key: keys.billing, site: SITE },
  });
  const templates = templatesIn(dataDir);
  const flows = templates.flatMap((it) => it.flows ?? []);
  const named = templates.flatMap((it) => it.tools ?? []);
  const blueprint = await openBlueprint(relay.store, now);
  const tools = named.map(({ id, url }) => ({ id, url: here(url) }));
  await blueprint.publish((before) => ({ ...before, flows, tools }), { by: 'test' });
  const made = createTools(relay.store, { blueprint, now });
  const actor = { kind: 'system', id: 'test' } as const;
  for (const { id } of tools) secrets[id] = await made.rotate(id, { id: randomUUIDv7(), actor });
});
afterAll(async () => {
  await crm?.close();
  await billing?.close();
  await relay?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function until<T>(probe: () => Promise<T | undefined | false>, what: string): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > end) throw new Error(`${what} did not come within 10 s`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

const press = async ({ url }: WebServer, action: string, input: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ id: randomUUIDv7(), at: now(), ...input });
  const answer = await fetch(`${url}/actions/${action}`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
};

/** What one contact sees and does, wherever the relay began with them. */
function visitorOf(contact: string, flow: string) {
  const conversations = createConversations(relay.store, now);
  const visitor = { kind: 'visitor', id: contact, site: SITE } as const;
  const row = async () =>
    (await relay.store.read.conversations.ofContact(contact, 50)).find(
      ({ bot }) => bot?.bot === flow,
    );
  const records = async () => {
    const conversation = (await row())?.id ?? '';
    const page = { conversation, position: 0, limit: 1000, publicOnly: false };
    return relay.store.read.events.forward(page);
  };
  const at = (step: string) =>
    until(async () => {
      const found = await row();
      const state = found?.bot?.state as { step?: string } | null | undefined;
      return found?.bot?.outcome === null && state?.step === step && found;
    }, `the step ${step}`);
  const give = async (name: 'message:act' | 'form:submit', step: string, more: object) => {
    const { id: conversation, bot } = await at(step);
    const input = { id: randomUUIDv7(), conversation, message: bot?.asked ?? '', ...more };
    expect(await conversations.run(visitor, name, input as never)).toMatchObject({ ok: true });
  };
  return {
    row,
    at,
    choose: (step: string, action: string) => give('message:act', step, { action }),
    fill: (step: string, values: object) => give('form:submit', step, { values }),
    /** How the run ended, in the flow's word or the relay's. */
    ended: () =>
      until(async () => {
        const over = (await records()).findLast(({ type }) => type === 'bot.completed');
        if (!over || !('outcome' in over.data)) return undefined;
        const { data } = over as { data: { outcome: string; goal?: string } };
        return data.goal ?? data.outcome;
      }, 'the end'),
    said: async () =>
      (await records()).flatMap(({ type, actor, data }) =>
        type === 'message.created' && actor.kind === 'bot' && 'text' in data ? [data.text] : [],
      ),
    promises: async () =>
      (await records()).flatMap(({ type, data }) =>
        type === 'promise.ended' && 'outcome' in data ? [data.outcome] : [],
      ),
  };
}

const customer = async (externalId: string) =>
  (await until(
    async () => relay.store.read.contacts.byExternalId(SITE, externalId),
    `the contact ${externalId}`,
  )) as { id: string };

/** Somebody on the shop's page, by the commands a page gives. */
async function arrive() {
  const conversations = createConversations(relay.store, now);
  const [contact, conversation] = [randomUUIDv7(), randomUUIDv7()];
  const visitor = { kind: 'visitor' as const, id: contact, site: SITE };
  const about = () => ({ id: randomUUIDv7(), conversation });
  const origin = { contact: stranger(contact, SITE, now()), tokenHash: contact };
  await conversations.start(visitor, about(), origin);
  await conversations.run(visitor, 'message:send', { ...about(), text: 'Hello' });
  return contact;
}

describe('a lead', () => {
  const begin = async (team: number) => {
    const contact = await arrive();
    const visitor = visitorOf(contact, 'lead');
    await visitor.fill('hello', { team, email: 'kim@post.example' });
    return { contact, visitor };
  };

  test('has an answer at once, picks a time, is asked again, and buys', async () => {
    const { contact, visitor } = await begin(4);
    await visitor.at('booked');
    expect((await visitor.said())[1]).toBe(
      `Pick a time that suits you: ${crm.url}/book?lead=${contact}`,
    );
    clock.now += 2 * DAY_MS;
    await visitor.at('patient');
    clock.now += 20 * DAY_MS;
    await press(crm, 'won', { contact });
    expect(await visitor.ended()).toBe('won');
  });

  test('that promises much has a person at once', async () => {
    const { visitor } = await begin(40);
    expect(await visitor.ended()).toBe('routed');
    const row = await visitor.row();
    const facts = await relay.store.read.facts.of(row?.id ?? '');
    expect(facts).toMatchObject([{ name: 'score', value: 80 }]);
  });

  test('that never answers is let go after a month', async () => {
    const { visitor } = await begin(4);
    await visitor.at('booked');
    clock.now += 2 * DAY_MS;
    await visitor.at('patient');
    clock.now += 30 * DAY_MS;
    expect(await visitor.ended()).toBe('open');
  });
});

describe('a customer who wants to leave', () => {
  test('is asked why, has one offer beside the way out, and stays', async () => {
    await press(billing, 'cancel', { customer: 'C-27731' });
    const visitor = visitorOf((await customer('C-27731')).id, 'retention');
    await visitor.choose('why', 'price');
    await visitor.choose('offer', 'accept');
    expect(await visitor.ended()).toBe('kept');
    const said = await visitor.said();
    const way = `${billing.url}/cancel?customer=C-27731`;
    expect(said.slice(0, 2).every((text) => text.includes(way))).toBe(true);
    expect(said.at(-1)).toBe('It is done. We are glad that you stay!');
  });

  test('is let go at once', async () => {
    await press(billing, 'cancel', { customer: 'C-33954' });
    const visitor = visitorOf((await customer('C-33954')).id, 'retention');
    await visitor.choose('why', 'unused');
    await visitor.at('settled');
    await press(billing, 'cancelled', { customer: 'C-33954' });
    expect(await visitor.ended()).toBe('cancelled');
  });
});

describe('an invoice that is overdue', () => {
  const begin = async (number: string, externalId: string) => {
    await press(billing, 'overdue', { number });
    const visitor = visitorOf((await customer(externalId)).id, 'collections');
    await visitor.at('choice');
    return visitor;
  };
  const inDays = (days: number): string =>
    new Date(clock.now + days * DAY_MS).toISOString().slice(0, 10);

  test('is paid by the day its customer has promised', async () => {
    const visitor = await begin('F-10598', 'C-31002');
    await visitor.choose('choice', 'later');
    await visitor.fill('day', { day: inDays(5) });
    const { promises } = await visitor.at('promised');
    expect(promises).toMatchObject([
      { what: 'payment', owner: 'visitor', amount: { value: 131_400, currency: 'EUR' } },
    ]);
    clock.now += 4 * DAY_MS;
    await press(billing, 'paid', { number: 'F-10598' });
    expect(await visitor.ended()).toBe('paid');
    expect(await visitor.promises()).toEqual(['kept']);
  });

  test('is a person’s matter where the promise is broken', async () => {
    const visitor = await begin('F-10648', 'C-38120');
    await visitor.choose('choice', 'later');
    await visitor.fill('day', { day: inDays(2) });
    await visitor.at('promised');
    clock.now += 3 * DAY_MS;
    expect(await visitor.ended()).toBe('routed');
    expect(await until(async () => (await visitor.promises())[0], 'its end')).toBe('broken');
  });

  test('is a person’s matter at once where something is wrong with it', async () => {
    const visitor = await begin('F-10655', 'C-20418');
    await visitor.choose('choice', 'dispute');
    expect(await visitor.ended()).toBe('routed');
    const row = await visitor.row();
    // Nothing is left that could remind them.
    expect(row?.bot).toMatchObject({ outcome: 'routed', until: null, events: [] });
    expect(row?.unansweredSince).not.toBeNull();
  });
});

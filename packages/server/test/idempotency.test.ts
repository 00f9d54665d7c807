import { generateKeyPairSync } from 'node:crypto';
import { uuidv7 } from '@throughline/shared';
import type { Blueprint } from '@throughline/shared/schema';
import { afterAll, describe, expect, test } from 'vitest';
import { createSamples, operationsOf, type Sample } from './api-samples.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, startRelay, until } from './relay.ts';

interface Operation {
  operationId: string;
  parameters: { $ref?: string }[];
  requestBody?: object;
}

const relay = await startRelay();
const admin = (await relay.hire('Ada', 'admin')).session;
const receiver = await startReceiver();
const samples = createSamples(relay, admin, receiver);
afterAll(async () => {
  await receiver.close();
  await relay[Symbol.asyncDispose]();
});

const writes = (await operationsOf<Operation>(relay)).filter(({ method }) => method !== 'GET');
type Write = (typeof writes)[number];
const takesKey = ({ parameters }: Write) =>
  parameters.some(({ $ref }) => $ref?.endsWith('/idempotency-key'));
const named = (some: Write[]) => some.map((it) => [it.operationId, it] as const);
const keyed = writes.filter(takesKey);

const code = (answer: Answer) => (answer.json as { code?: string } | undefined)?.code;
const sampleOf = ({ operationId }: Write): Sample | Promise<Sample> => {
  const make = samples[operationId];
  if (!make) throw new Error(`api-samples.ts has no request for ${operationId}`);
  return make();
};
const give = ({ path, method }: Write, sample: Sample, key?: string) => {
  const { params = {}, body, headers, as = admin } = sample;
  return relay.fetch(
    path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ''),
    {
      method,
      as,
      ...(body === undefined ? {} : { body }),
      headers: { ...headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    },
  );
};

/** Everything a second effect would show in. */
async function things() {
  const list = async (path: string) => (await relay.fetch(path, { as: admin })).text;
  const { blueprints, events, keys } = relay.store.read;
  const blueprint = await blueprints.latest();
  const {
    endpoints,
    sources,
    bots = [],
    tools = [],
  } = JSON.parse(blueprint?.document ?? '') as Blueprint;
  const owners = [
    ...['identity:shop', 'context:shop'],
    ...endpoints.map(({ id }) => `endpoint:${id}`),
    ...sources.map(({ id }) => `source:${id}`),
    ...bots.map(({ id }) => `bot:${id}`),
    ...tools.map(({ id }) => `tool:${id}`),
  ];
  const secrets = owners.map((owner) => relay.store.read.secrets.of(owner));
  return {
    blueprint,
    secrets: await Promise.all(secrets),
    head: await events.head(),
    keys: (await keys.list()).map(({ id, hash }) => [id, hash]),
    conversations: await list('/v1/conversations?limit=100'),
  };
}

/** An answer without what goes on by itself meanwhile, and without a ticket, which is good once. */
const saidBy = ({ status, json }: Answer) => {
  const { deliveries: _, ticket: __, ...said } = (json ?? {}) as Record<string, unknown>;
  return { status, said };
};

const publicKey = generateKeyPairSync('ed25519')
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

/** The same request with another body, for what has one. */
const others: Record<string, (sample: Sample) => object | Promise<object>> = {
  startConversation: () => ({ text: 'Other words' }),
  sendMessage: () => ({ text: 'Other words' }),
  addNote: () => ({ text: 'Other words' }),
  setTags: () => ({ tags: ['other'] }),
  setAssignee: async () => ({ assignee: (await relay.hire('Cy')).agent.id }),
  setQueue: () => ({ note: 'Other words' }),
  snoozeConversation: () => ({ until: Date.now() + 7_200_000 }),
  putContact: () => ({ externalId: uuidv7() }),
  changeContact: () => ({ name: 'Somebody else' }),
  keepBotSecret: () => ({ secret: 'another-token' }),
  recordConversationFacts: () => ({ facts: [{ name: 'order', value: 'other' }] }),
  recordFacts: () => ({ facts: [{ name: 'plan', value: 'other' }] }),
  trackEvent: () => ({ properties: { items: 3 } }),
  mergeContact: async () => ({
    into: (
      (
        await relay.fetch('/v1/contacts', {
          method: 'PUT',
          body: { site: 'shop', externalId: uuidv7() },
          as: admin,
        })
      ).json as { id: string }
    ).id,
  }),
  putSource: () => ({ contact: '/other' }),
  putArticle: () => ({ text: 'Other words.' }),
  createKey: () => ({ name: 'Other' }),
  createEndpoint: () => ({ description: 'other' }),
  changeEndpoint: () => ({ description: 'other' }),
  putSiteIdentity: () => ({ algorithm: 'EdDSA', keys: [publicKey] }),
  putRouting: () => ({ routing: null }),
  putFlows: () => ({ flows: [] }),
  putTools: () => ({ tools: [] }),
  putBots: () => ({ bots: [] }),
  withdrawPromise: () => ({ promise: uuidv7() }),
  handBack: () => ({ goal: 'find a place' }),
  switchBots: () => ({ on: true }),
  switchBot: () => ({ on: true }),
  putSiteSettings: () => ({ greeting: 'Other words' }),
  reportPayment: () => ({ status: 'failed' }),
  beginFile: () => ({ size: 10 }),
  putSiteContext: () => ({ ttlMs: 5000 }),
  replayEvents: () => ({ since: 1 }),
  setAccess: () => ({ disabled: false }),
  setRole: () => ({ role: 'agent' }),
};

describe('[P6] [RS-10] a write under an Idempotency-Key', () => {
  test.each(named(keyed))('%s has one effect, also at once', async (_name, operation) => {
    const sample = await sampleOf(operation);
    const key = uuidv7();
    const first = await Promise.all([1, 2, 3].map(() => give(operation, sample, key)));
    const [good, ...rest] = first.toSorted((a, b) => a.status - b.status);
    if (!good) throw new Error('nothing was answered');
    expect(good.status, good.text).toBeLessThan(300);
    const before = await things();
    const again = await give(operation, sample, key);
    expect(await things()).toEqual(before);
    if (['createKey', 'rotateKey'].includes(operation.operationId)) {
      // Only its hash is kept; `Location` says which one to revoke.
      for (const it of [...rest, again])
        expect([it.status, code(it), it.headers.location]).toEqual([
          409,
          'secret_told',
          good.headers.location,
        ]);
      return;
    }
    for (const it of [...rest, again]) expect(saidBy(it)).toEqual(saidBy(good));
    // Another ticket is no repeat of the first one.
    if (operation.operationId !== 'beginFile')
      expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers.location).toBe(good.headers.location);
  });

  const telling = keyed.filter(({ requestBody }) => requestBody);
  test.each(named(telling))('%s is refused with another body', async (name, operation) => {
    const change = others[name];
    if (!change) throw new Error(`${name} has no other body here`);
    const sample = await sampleOf(operation);
    const key = uuidv7();
    const first = await give(operation, sample, key);
    expect(first.status, first.text).toBeLessThan(300);
    const body = { ...(sample.body as object), ...(await change(sample)) };
    const before = await things();
    const answer = await give(operation, { ...sample, body }, key);
    expect([answer.status, code(answer)]).toEqual([422, 'idempotency_conflict']);
    expect(await things()).toEqual(before);
    expect((await give(operation, { ...sample, body }, uuidv7())).status).not.toBe(422);
  });

  test.each(named(telling))('%s: of two bodies at once one is refused', async (name, operation) => {
    const sample = await sampleOf(operation);
    const key = uuidv7();
    const body = { ...(sample.body as object), ...(await others[name]?.(sample)) };
    const answers = await Promise.all(
      [sample, { ...sample, body }].map((it) => give(operation, it, key)),
    );
    expect(answers.filter(({ status }) => status < 300).length, answers[0]?.text).toBe(1);
    expect(answers.map(code)).toContain('idempotency_conflict');
  });

  test('a key belongs to whoever sent it', async () => {
    const key = uuidv7();
    const body = { url: receiver.url };
    const other = (await relay.hire('Bo', 'admin')).session;
    const made = await Promise.all(
      [admin, other].map((as) =>
        relay.fetch('/v1/endpoints', {
          method: 'POST',
          body,
          as,
          headers: { 'idempotency-key': key },
        }),
      ),
    );
    expect(new Set(made.map(({ headers }) => headers.location)).size).toBe(2);
  });

  test('what was made is answered as it is now, and its secret until it is gone', async () => {
    const headers = { 'idempotency-key': uuidv7() };
    const ask = (path: string, method: string, more: object = {}) =>
      relay.fetch(path, { as: admin, method, ...more });
    const make = () => ask('/v1/endpoints', 'POST', { body: { url: receiver.url }, headers });
    const first = await make();
    const { id, secret } = first.json as { id: string; secret: string };
    const { etag } = (await ask(`/v1/endpoints/${id}`, 'GET')).headers;
    await ask(`/v1/endpoints/${id}`, 'PATCH', {
      body: { description: 'CRM' },
      headers: { 'if-match': etag },
    });
    expect((await make()).json).toMatchObject({ id, secret, description: 'CRM' });
    const { etag: later } = (await ask(`/v1/endpoints/${id}`, 'GET')).headers;
    await ask(`/v1/endpoints/${id}`, 'DELETE', { headers: { 'if-match': later } });
    const gone = await make();
    expect([gone.status, code(gone)]).toEqual([409, 'secret_told']);
    expect(gone.text).not.toContain(secret);
  });

  test('a rotated secret is told to a repeat until it is rotated out', async () => {
    const { params } = await sampleOf({ operationId: 'rotateEndpointSecret' } as Write);
    const path = `/v1/endpoints/${params?.id}/rotate`;
    const headers = { 'idempotency-key': uuidv7() };
    const rotate = (more: object) => relay.fetch(path, { as: admin, method: 'POST', ...more });
    const first = await rotate({ headers });
    const { secret } = first.json as { secret: string };
    expect((await rotate({ headers })).json).toMatchObject({ secret });
    const another = await rotate({});
    expect([another.status, code(another)]).toEqual([409, 'wrong_status']);
    await relay.store.write('test', (tx) => tx.secrets.removeOf(`endpoint:${params?.id}`));
    const gone = await rotate({ headers });
    expect([gone.status, code(gone)]).toEqual([409, 'secret_told']);
    expect(await relay.store.read.secrets.of(`endpoint:${params?.id}`)).toEqual([]);
  });

  test('a replay that is repeated files nothing anew', async () => {
    const { params } = await sampleOf({ operationId: 'replayEvents' } as Write);
    const ask = async (path: string, more: object = {}) =>
      (await relay.fetch(`/v1/endpoints/${params?.id}/${path}`, { as: admin, ...more })).json;
    const filed = async () => {
      const { data } = (await ask('deliveries')) as { data: { id: string; createdAt: number }[] };
      return data.map(({ id, createdAt }) => `${id} ${createdAt}`);
    };
    const replay = { method: 'POST', body: { since: 0 }, headers: { 'idempotency-key': uuidv7() } };
    const first = await ask('replay', replay);
    const before = await filed();
    await until(() => Date.now() > Number(before[0]?.split(' ')[1]), 'the clock to go on');
    expect(await ask('replay', replay)).toEqual(first);
    // What says that there was a replay is an event as well.
    expect((await filed()).filter((it) => !before.includes(it)).length).toBeLessThanOrEqual(1);
  });

  test('what leaves no other event is told in the log: who did what, to what', async () => {
    const { params } = await sampleOf({ operationId: 'revokeKey' } as Write);
    await relay.fetch(`/v1/keys/${params?.id}`, { as: admin, method: 'DELETE' });
    expect((await relay.events()).findLast(({ type }) => type === 'audit.recorded')).toMatchObject({
      actor: { kind: 'agent', id: admin.agent.id },
      data: { action: 'key.revoked', target: { kind: 'key', id: params?.id } },
    });
  });
});

/** They prove themselves by something that is good once, or change nothing of the business's. */
const EXEMPT = [
  ...['checkLink', 'checkRouting', 'putFile', 'receiveCall', 'redeemLink', 'rehearseRouting'],
  ...['replyToTurn', 'signIn', 'signOut', 'signOutEverywhere', 'tryRouting'],
];

describe('a write that takes no key', () => {
  const without = writes.filter((it) => !takesKey(it));

  test('is one of few, and every other one takes one', () => {
    expect(without.map(({ operationId }) => operationId).sort()).toEqual(EXEMPT);
  });

  test.each(named(without))(
    '%s repeated leaves as it is what is set up and said',
    async (_name, operation) => {
      const sample = await sampleOf(operation);
      const { events } = relay.store.read;
      const head = await events.head();
      const first = await give(operation, sample);
      expect([200, 201, 202, 204]).toContain(first.status);
      // What is taken is done in a moment.
      if (first.status === 202) await until(async () => (await events.head()) > head);
      const before = await things();
      const again = await give(operation, sample);
      if (again.status >= 300) expect([401, 403, 404, 409, 410]).toContain(again.status);
      else expect(again.status).toBe(first.status);
      expect(await things()).toEqual(before);
    },
  );
});

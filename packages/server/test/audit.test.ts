import { uuidv7 } from '@throughline/shared';
import { agentCommands, isTombstone } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogRecord } from '../src/store/store.ts';
import { createSamples, operationsOf, type Sample } from './api-samples.ts';
import { startReceiver } from './receiver.ts';
import { type Fetch, startRelay } from './relay.ts';

interface Operation {
  operationId: string;
  path: string;
  method: string;
  'x-role'?: string;
}

const relay = await startRelay();
const ada = await relay.hire('Ada', 'admin');
const bo = await relay.hire('Bo');
const receiver = await startReceiver();
const samples = createSamples(relay, ada.session, receiver);
afterAll(async () => {
  await receiver.close();
  await relay[Symbol.asyncDispose]();
});

const operations = await operationsOf<Operation>(relay);
const named = (some: Operation[]) => some.map((it) => [it.operationId, it] as const);

const sampleOf = async ({ operationId }: Operation): Promise<Sample> =>
  (await samples[operationId]?.()) ?? {};
const give = ({ path, method }: Operation, sample: Sample, more: Fetch = {}) => {
  const { params = {}, query, body, headers, as = ada.session } = sample;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'x');
  return relay.fetch(address + (query ? `?${query}` : ''), {
    ...{ method, as, ...(body === undefined ? {} : { body }) },
    ...more,
    headers: { ...headers, ...more.headers },
  });
};

/** Something of an administrator's that is on record. */
let recorded: string;
beforeAll(async () => {
  const { id } = (
    await relay.fetch('/v1/keys', {
      ...{ method: 'POST', as: ada.session, body: { name: 'CRM', scopes: ['events:read'] } },
    })
  ).json as { id: string };
  await relay.fetch(`/v1/keys/${id}`, { method: 'DELETE', as: ada.session });
  recorded = (await audit())[0]?.id ?? '';
});

const audit = async () => (await relay.events()).filter(({ type }) => type === 'audit.recorded');

describe('[CA-14] the audit', () => {
  test('says who did what, and is one log with everything else', async () => {
    expect((await audit())[0]).toMatchObject({
      actor: { kind: 'agent', id: ada.agent.id },
      data: { action: 'key.revoked', target: { kind: 'key' } },
    });
  });

  const aboutEvents = operations.filter(({ path }) => /^\/v1\/event/.test(path));
  test.each(named(aboutEvents))('%s reads, and nothing else', async (_name, operation) => {
    expect(operation.method).toBe('GET');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const path of [
        operation.path.replace('{type}', 'audit.recorded'),
        `/v1/events/${recorded}`,
      ]) {
        const answer = await relay.fetch(path, {
          method,
          as: ada.session,
          ...(method === 'DELETE' ? {} : { body: {} }),
        });
        expect([method, path, [404, 405].includes(answer.status)]).toEqual([method, path, true]);
      }
  });

  const writes = operations.filter(({ method }) => method !== 'GET');
  test.each(named(writes))(
    '%s leaves every record before it as it was',
    async (_name, operation) => {
      const sample = await sampleOf(operation);
      // What a person said is taken out where they are erased (decision 0040), and nothing else.
      const erased = operation.path.endsWith('/erase') ? sample.params?.id : undefined;
      const left = (records: LogRecord[]) =>
        records.filter(({ contact }) => erased === undefined || contact !== erased);
      const before = await relay.events();
      await give(operation, sample);
      // Under the id of a record there is already, and about one.
      await give(operation, sample, { headers: { 'idempotency-key': recorded } });
      await give(operation, {
        ...sample,
        params: Object.fromEntries(
          Object.keys(sample.params ?? {}).map((name) => [name, recorded]),
        ),
      });
      expect(left((await relay.events()).slice(0, before.length))).toEqual(left(before));
    },
  );

  test.each(agentCommands)('%s of an administrator takes no record for a message', async (name) => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const admin = await relay.agent(ada);
    const before = await audit();
    const more: Record<string, object> = {
      'message:edit': { text: 'x' },
      'message:send': { text: 'x' },
      'note:add': { text: 'x' },
    };
    for (const id of [uuidv7(), recorded])
      for (const input of [
        { id, conversation, message: recorded },
        { id, conversation },
        { id, conversation: recorded, message: recorded },
      ])
        await admin.ask(name, { ...input, ...more[name] });
    expect(
      await admin.ask('message:delete', { id: uuidv7(), conversation, message: recorded }),
    ).toMatchObject({ error: { code: 'not_found' } });
    expect(await audit()).toEqual(before);
    expect(before.some(({ data }) => isTombstone(data))).toBe(false);
    admin.close();
    visitor.close();
  });
});

describe('[CA-14] everything', () => {
  const everything = operations.filter(({ operationId }) =>
    [
      'listEvents',
      'exportEvents',
      'streamEvents',
      'exportContact',
      'createEndpoint',
      'changeEndpoint',
      'replayEvents',
      'createKey',
      'rotateKey',
      'putSiteContext',
      'putBots',
      'putTools',
      'putSiteIdentity',
    ].includes(operationId),
  );

  test.each(named(everything))('is not for an agent: %s', async (_name, operation) => {
    const sample = await sampleOf(operation);
    const before = await relay.events();
    const answer = await give(operation, { ...sample, as: bo.session });
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([403, 'forbidden']);
    expect(await relay.events()).toEqual(before);
  });

  test('is said to the operator when it is taken: by whom, and how', async () => {
    relay.logLines.length = 0;
    const key = await relay.key();
    await relay.fetch('/v1/events/export', { as: ada.session });
    await relay.fetch('/v1/events', { key });
    const lines = relay.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ msg }) => msg === 'the log is read')).toEqual([
      expect.objectContaining({ by: ada.agent.id, how: 'exportEvents' }),
      expect.objectContaining({ by: expect.any(String), how: 'listEvents' }),
    ]);
  });

  test('counts against the limit of requests', async () => {
    await using strict = await startRelay({ config: { limits: { requestsPerMinute: 5 } } });
    const admin = (await strict.hire('Ada', 'admin')).session;
    const answers = [];
    for (let i = 0; i < 7; i++)
      answers.push(await strict.fetch('/v1/events/export', { as: admin }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });
});

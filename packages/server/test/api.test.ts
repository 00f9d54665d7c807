import { get as httpGet } from 'node:http';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { ERRORS, type ErrorCode, uuidv7 } from '@throughline/shared';
import { type JsonSchema, scopes } from '@throughline/shared/schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { createSamples, type Sample } from './api-samples.ts';
import { eachText } from './leaves.ts';
import { startReceiver } from './receiver.ts';
import { type Answer, type Fetch, startRelay } from './relay.ts';

/** What the walk reads of the description. */
interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  'x-scopes'?: string[];
  'x-pii'?: string;
  'x-role'?: string;
  parameters: {
    $ref?: string;
    name?: string;
    in?: string;
    required?: boolean;
    schema?: JsonSchema;
  }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { $ref?: string; headers?: object; content?: Record<string, object> }>;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, object>;
  components: Record<
    'responses' | 'schemas',
    Record<string, JsonSchema & { description?: string }>
  >;
}

const relay = await startRelay();
const admin = (await relay.hire('Ada', 'admin')).session;
const agent = (await relay.hire('Bo')).session;
const everything = await relay.key();
const served = await relay.fetch('/v1/openapi.json');
const api: Description = served.json;
const receiver = await startReceiver();
const samples = createSamples(relay, admin, receiver);
afterAll(async () => {
  await receiver.close();
  await relay[Symbol.asyncDispose]();
});

const operations = Object.entries(api.paths).flatMap(([path, some]) =>
  Object.entries(some).map(([method, operation]) => ({
    ...operation,
    path,
    method: method.toUpperCase(),
  })),
);
type Known = (typeof operations)[number];
const named = (some: Known[]) => some.map((it) => [`${it.method} ${it.path}`, it] as const);

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(api, 'api');
const pointer = (...parts: string[]): string =>
  parts
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
const fits = (schemaAt: string, value: unknown): string =>
  ajv.validate({ $ref: `api#/${schemaAt}` }, value) ? '' : ajv.errorsText();
const bodyAt = ({ path, method }: Known) =>
  pointer(
    'paths',
    path,
    method.toLowerCase(),
    'requestBody',
    'content',
    'application/json',
    'schema',
  );

const sampleOf = async ({ operationId }: Known): Promise<Sample> => {
  const make = samples[operationId];
  if (!make) throw new Error(`api-samples.ts has no request for ${operationId}`);
  return make();
};
const addressOf = (path: string, { params = {}, query }: Sample): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'x') + (query ? `?${query}` : '');

/** Sends a sample as the administrator, with something of it changed. */
const give = (
  { path, method }: Known,
  { body, headers, as = admin, ...where }: Sample,
  more: Fetch = {},
) =>
  relay.fetch(addressOf(path, where), {
    method,
    as,
    ...(body === undefined ? {} : { body }),
    ...more,
    headers: { ...headers, ...more.headers },
  });

const code = (answer: Answer): ErrorCode => (answer.json as { code: ErrorCode })?.code;
const codesIn = ({ responses }: Known): string[] =>
  Object.values(responses).flatMap(({ $ref }) => {
    const { description = '' } = api.components.responses[$ref?.split('/').at(-1) ?? ''] ?? {};
    return [...description.matchAll(/`(\w+)`/g)].map(([, found = '']) => found);
  });

/** A refusal the description names, with its status, that repeats nothing. */
function expectRefusal(answer: Answer, operation: Known, what: string): void {
  const found = code(answer);
  expect(codesIn(operation), `${what} answered ${answer.status} ${answer.text}`).toContain(found);
  expect(answer.status).toBe(ERRORS[found].status);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/CANARY|node_modules|SELECT|FST_|\bat .*:\d+:\d+/);
  expect(fits('components/schemas/Problem', answer.json)).toBe('');
}
const head = () => relay.store.read.events.head();

describe('the description', () => {
  test('is what a linter of others takes without a word', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({
      source: served.text,
      absoluteRef: '/openapi.json',
      config,
    });
    expect(
      found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    ).toEqual([]);
  });

  test('is for anybody, and not sent again to whom has it', async () => {
    expect(served.status).toBe(200);
    const { etag = '', 'cache-control': cache } = served.headers;
    expect(cache).toContain('max-age=');
    const again = await relay.fetch('/v1/openapi.json', { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('names every operation once, and every one has a request here that works', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(samples).sort()).toEqual([...names].sort());
  });

  test('has a webhook for every kind of event there is, and for the turns of bots', async () => {
    const { data } = (await relay.fetch('/v1/event-types')).json as { data: { name: string }[] };
    expect(Object.keys(api.webhooks)).toEqual([...data.map(({ name }) => name), 'turn']);
  });
});

/** Status and type of an answer that does not end. */
const opening = (path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { cookie: `throughline=${admin.token}` };
    httpGet(`${relay.url}${path}`, { headers }, (response) => {
      response.destroy();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: '',
        json: '' as never,
      });
    }).on('error', reject);
  });

test.each(named(operations))('%s takes and answers what it says', async (_name, operation) => {
  const { path, method, requestBody, responses, operationId } = operation;
  const sample = await sampleOf(operation);
  if (requestBody?.content['application/json']?.schema.$ref)
    expect(fits(bodyAt(operation), sample.body)).toBe('');
  const answer = await (operationId === 'streamEvents' ? opening(path) : give(operation, sample));
  const promised = responses[answer.status];
  expect(promised, `${answer.status} ${answer.text}`).toBeDefined();
  expect(answer.status).toBeLessThan(300);
  for (const name of Object.keys(promised?.headers ?? {}))
    if (name !== 'idempotency-replayed') expect(answer.headers, name).toHaveProperty(name);
  const [media] = Object.keys(promised?.content ?? {});
  expect(answer.headers['content-type']?.split(';')[0]).toBe(media);
  if (media !== 'application/json' && media !== 'application/schema+json') return;
  const at = [
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    String(answer.status),
    'content',
    media,
    'schema',
  ];
  expect(fits(pointer(...at), answer.json)).toBe('');
});

describe('[P28] who may', () => {
  const guarded = operations.filter(({ security }) => security.length > 0);
  const ask = ({ path, method }: Known, more: Fetch = {}) =>
    relay.fetch(addressOf(path, {}), { method, ...more });

  test('only what is for anybody asks for nothing', () => {
    const open = operations.filter(({ security }) => security.length === 0);
    expect(open.map(({ operationId }) => operationId).sort()).toEqual([
      'checkLink',
      'getDescription',
      'getEventType',
      'getFile',
      'getSite',
      'listEventTypes',
      'putFile',
      'receiveCall',
      'redeemLink',
      'replyToTurn',
      'signIn',
    ]);
  });

  test.each(named(guarded))(
    '[RS-13] %s: nobody without credentials, or with made-up ones',
    async (_name, operation) => {
      expect(code(await ask(operation))).toBe('unauthorized');
      const headers = { cookie: 'throughline=guess', 'x-remote-user': 'root' };
      const { path, method } = operation;
      const inAddress = `${addressOf(path, {})}?token=${admin.token}`;
      expect((await relay.fetch(inAddress, { method, headers })).status).toBe(401);
      expect((await ask(operation, { headers })).status).toBe(401);
      expect((await ask(operation, { key: 'tl_sk_guess', headers })).status).toBe(401);
    },
  );

  const scoped = guarded.filter((it) => it['x-scopes']);
  test.each(named(scoped))(
    '%s: no key without the scope, or with less of people',
    async (_name, operation) => {
      const others = scopes.filter((scope) => !operation['x-scopes']?.includes(scope));
      const refused = await ask(operation, { key: await relay.key({ scopes: others }) });
      expect([refused.status, code(refused)]).toEqual([403, 'missing_scope']);
      if (!operation['x-pii']) return;
      const low = await ask(operation, { key: await relay.key({ pii: 'none' }) });
      expect([low.status, code(low)]).toEqual([403, 'missing_scope']);
    },
  );

  const peopleOnly = guarded.filter((it) => !it['x-scopes']);
  test.each(named(peopleOnly))('%s: no key at all', async (_name, operation) => {
    expect(code(await ask(operation, { key: everything }))).toBe('unauthorized');
  });

  const forAdmins = guarded.filter((it) => it['x-role'] === 'admin');
  test.each(named(forAdmins))(
    '[CA-10] [CA-14] [CA-16] %s: no agent without the role',
    async (_name, operation) => {
      const answer = await ask(operation, { as: agent });
      expect([answer.status, code(answer)]).toEqual([403, 'forbidden']);
    },
  );

  const writes = guarded.filter(({ method }) => method !== 'GET');
  test.each(named(writes))(
    '[CA-05] [P26] [RS-08] %s: no page but our own',
    async (_name, operation) => {
      const cookie = `throughline=${admin.token}`;
      const proof = { 'x-csrf-token': admin.session.csrf };
      const refused: Record<string, string>[] = [
        { cookie },
        { cookie, 'x-csrf-token': agent.session.csrf },
        { cookie, ...proof, origin: 'https://evil.example' },
        { cookie, ...proof, origin: 'null' },
      ];
      for (const headers of refused)
        expect(code(await ask(operation, { headers }))).toBe('csrf_failed');
    },
  );
});

describe('[P17] what is not there', () => {
  const strange = () => [
    uuidv7(),
    'x',
    '0',
    '-1',
    '..%2f',
    '%2e%2e',
    '%00',
    '__proto__',
    "'%20OR%201=1",
    'x'.repeat(200),
  ];
  const addressed = operations.filter(({ path }) => path.includes('{'));

  test.each(named(addressed))('[RS-01] %s is not found under any id', async (_name, operation) => {
    const sample = await sampleOf(operation);
    const before = await head();
    // A PUT makes what is not there, under a name that can be one.
    const isMaking = ['putSource', 'putArticle'].includes(operation.operationId);
    for (const name of operation.path.match(/(?<=\{)\w+/g) ?? [])
      for (const value of strange()) {
        const answer = await give(operation, {
          ...sample,
          params: { ...sample.params, [name]: value },
        });
        if (isMaking && [200, 201, 400].includes(answer.status)) continue;
        expect([value, answer.status]).toEqual([value, 404]);
        expectRefusal(answer, operation, value);
      }
    if (!isMaking) expect(await head()).toBe(before);
  });

  test('[WI-08] is not found in a body either, and nothing is written', async () => {
    const before = await head();
    for (const [path, body] of [
      ['/v1/conversations', { contact: uuidv7(), text: 'x' }],
      [`/v1/contacts/${uuidv7()}/merge`, { into: uuidv7() }],
    ] as const)
      expect((await relay.fetch(path, { method: 'POST', body, key: everything })).status).toBe(404);
    const elsewhere = { site: 'nowhere', externalId: 'C-1' };
    const put = await relay.fetch('/v1/contacts', {
      method: 'PUT',
      body: elsewhere,
      key: everything,
    });
    expect(code(put)).toBe('unknown_site');
    expect(await head()).toBe(before);
  });
});

/** JSON of that many levels. */
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('[P28] bodies', () => {
  const taking = operations.filter(
    ({ requestBody }) => requestBody?.content['application/json']?.schema.$ref,
  );
  const values = [
    { $ne: 1 },
    { $gt: '' },
    [['CANARY']],
    null,
    -1,
    1.5,
    2 ** 60,
    1e300,
    true,
    '',
    '\0',
    'CANARY'.repeat(3000),
  ];

  test.each(named(taking))(
    '[RS-03] %s refuses every body its schema refuses',
    async (_name, operation) => {
      const sample = await sampleOf(operation);
      const good = sample.body as Record<string, unknown>;
      const before = await head();
      for (const [field, value] of Object.keys(good).flatMap((name) =>
        values.map((it) => [name, it] as const),
      )) {
        const body = { ...good, [field]: value };
        if (fits(bodyAt(operation), body) === '' && value !== '\0') continue;
        expectRefusal(
          await give(operation, { ...sample, body }),
          operation,
          `${field}: ${JSON.stringify(value)}`,
        );
      }
      for (const body of [{ ...good, CANARY: 1 }, { ...good, $where: 'CANARY' }, {}])
        if (fits(bodyAt(operation), body) !== '')
          expectRefusal(
            await give(operation, { ...sample, body }),
            operation,
            JSON.stringify(body),
          );
      expect(await head()).toBe(before);
    },
  );

  test.each(named(taking))(
    '[EV-10] %s refuses NUL in any text of its body',
    async (_name, operation) => {
      const { body: good, ...sample } = await sampleOf(operation);
      const before = await head();
      for (const [at, body] of eachText(good, (text) => `${text}\0`))
        expectRefusal(await give(operation, { ...sample, body }), operation, at);
      expect(await head()).toBe(before);
    },
  );

  test.each(named(taking))(
    '[RS-04] [RS-05] [RS-06] %s takes one JSON object and nothing that looks like it',
    async (_name, operation) => {
      const sample = await sampleOf(operation);
      const before = await head();
      const text = JSON.stringify(sample.body);
      const send = (body: string, type = 'application/json') =>
        give(operation, { ...sample, body }, { headers: { 'content-type': type } });
      for (const body of [
        '',
        'null',
        '[]',
        '1',
        '"CANARY"',
        `${text}CANARY`,
        `${text}//`,
        `{/*CANARY*/}`,
        text.slice(0, -1),
        `{"__proto__":1,${text.slice(1)}`,
        deep(30_000),
      ])
        expectRefusal(await send(body), operation, body.slice(0, 40));
      const [[name, value] = ['a', 1]] = Object.entries(sample.body as object);
      const once = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
      for (const body of [
        `\uFEFF${text}`,
        `{${once},${text.slice(1)}`,
        text.replace(once, `"a":${2 ** 53}`),
      ]) {
        const answer = await send(body);
        expect([body.slice(0, 40), code(answer)]).toEqual([body.slice(0, 40), 'bad_json']);
        expectRefusal(answer, operation, body.slice(0, 40));
      }
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/xml',
        ';;',
        'application/json, text/plain',
        'application/json; charset=utf-7',
      ])
        expect([type, code(await send(text, type))]).toEqual([type, 'unsupported_media_type']);
      const squeezed = await give(
        operation,
        { ...sample, body: text },
        { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      );
      expect(code(squeezed)).toBe('unsupported_media_type');
      expect(code(await send(`{"a":"${'x'.repeat(70_000)}"}`))).toBe('payload_too_large');
      expect(await head()).toBe(before);
    },
  );
});

describe('[P28] queries', () => {
  const asked = operations.filter(
    ({ operationId }) => !['signOut', 'streamEvents'].includes(operationId),
  );

  test.each(named(asked))(
    '[RS-02] [RS-03] [RS-19] %s refuses what it does not know',
    async (_name, operation) => {
      const sample = await sampleOf(operation);
      const before = await head();
      for (const more of [
        'CANARY=1',
        'fields=password_hash',
        'expand=secrets',
        'sort=id;drop',
        '__proto__=1',
        'limit[$ne]=1',
      ]) {
        const query = [sample.query, more].filter(Boolean).join('&');
        expectRefusal(await give(operation, { ...sample, query }), operation, more);
      }
      expect(await head()).toBe(before);
    },
  );

  const parameters = operations.flatMap((operation) =>
    operation.parameters
      .filter((it) => it.in === 'query')
      .map((it) => [`${operation.path}?${it.name}`, operation, it] as const),
  );
  test.each(parameters)(
    '[RS-02] %s is checked',
    async (_name, operation, { name = '', schema = {} }) => {
      const sample = await sampleOf(operation);
      const wrong =
        schema.type === 'integer'
          ? ['-1', '1e99', '1.5', 'ten', '9007199254740993']
          : ['%00', 'x'.repeat(2001)];
      if ('maximum' in schema && Number(schema.maximum) < 1e9) wrong.push('1e9');
      if (['cursor', 'after'].includes(name))
        wrong.push('CANARY', `1.${"'".repeat(36)}`, `${uuidv7()}.1`, '-1', '99999999999999999999');
      if (name.startsWith('conversation') || name === 'contact') wrong.push('CANARY');
      if (schema.type === 'integer') wrong.push('%20', '%0a', '+');
      const others = new URLSearchParams(sample.query);
      others.delete(name);
      const ask = (value: string) => {
        const query = [others.toString(), `${name}=${value}`].filter(Boolean).join('&');
        return give(operation, { ...sample, query });
      };
      const empty = await ask('');
      expectRefusal(empty, operation, `${name}=`);
      expect([empty.status, (empty.json as { field: string }).field]).toEqual([400, name]);
      for (const value of wrong) {
        const answer = await ask(value);
        expectRefusal(answer, operation, `${name}=${value.slice(0, 40)}`);
        if (code(answer) !== 'log_replaced') expect(answer.status).toBe(400);
      }
      const twice = [sample.query, `${name}=1`, `${name}=2`].filter(Boolean).join('&');
      expectRefusal(await give(operation, { ...sample, query: twice }), operation, 'twice');
    },
  );
});

describe('methods', () => {
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'HEAD'];

  test.each(Object.entries(api.paths))(
    '[RS-07] [RS-21] %s says which ones it answers to',
    async (path, some) => {
      const known = Object.keys(some).map((method) => method.toUpperCase());
      const others = all.filter(
        (it) =>
          !known.includes(it) &&
          !(it === 'HEAD' && known.includes('GET')) &&
          // Asked before a page elsewhere may bring a file.
          !(it === 'OPTIONS' && path === '/v1/files/{id}'),
      );
      const before = await head();
      for (const method of others) {
        const origin = 'https://evil.example';
        const answer = await relay.fetch(addressOf(path, {}), { method, headers: { origin } });
        expect([method, answer.status]).toEqual([method, 405]);
        expect(answer.headers.allow?.split(', ').sort()).toEqual([...known].sort());
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
        if (method !== 'HEAD') expect(code(answer)).toBe('method_not_allowed');
      }
      expect(await head()).toBe(before);
    },
  );
});

test('[RS-20] pages of a list skip and repeat nothing that stays as it is, whatever else changes meanwhile', async () => {
  const visitor = await relay.visitor();
  const made: string[] = [];
  for (let i = 0; i < 24; i++) made.push(await visitor.start());
  const still = made.filter((_, i) => i % 2 === 0);
  const busy = made.filter((_, i) => i % 2 === 1);
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next && `&cursor=${next}`;
    const page = await relay.fetch(`/v1/conversations?limit=5${cursor}`, { as: admin });
    const { data, nextCursor } = page.json as { data: { id: string }[]; nextCursor: string | null };
    seen.push(...data.map(({ id }) => id));
    next = nextCursor;
    for (const conversation of busy.splice(0, 2))
      await visitor.give('message:send', { conversation, text: 'still here' });
  }
  expect(seen.filter((id) => still.includes(id)).sort()).toEqual([...still].sort());
});

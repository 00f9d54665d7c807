import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect as tcp } from 'node:net';
import { join } from 'node:path';
import { LIMITS, uuidv7 } from '@throughline/shared';
import type { ConversationList, SessionInfo } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_POLICY } from '../src/built.ts';
import type { NewSession } from '../src/settings/sessions.ts';
import { type Answer, ORIGIN, startRelay, type TestRelay, tempDir, until } from './relay.ts';
import { bytes } from './wire.ts';

const password = 'correct horse battery';
const folder = tempDir();
let relay: TestRelay;
let session: NewSession;
let conversation: string;

beforeAll(async () => {
  const dir = join(folder.path, 'console');
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(folder.path, 'secret.txt'), 'CANARY');
  writeFileSync(join(dir, 'index.html'), '<title>console</title>');
  writeFileSync(join(dir, 'assets', 'app-B1a2C3d4.js'), 'app');
  writeFileSync(join(dir, '.env'), 'CANARY');
  relay = await startRelay({
    home: '/console/',
    mounts: [
      {
        path: '/console',
        dir,
        fallback: 'index.html',
        headers: { 'content-security-policy': CONSOLE_POLICY, 'x-frame-options': 'DENY' },
      },
    ],
  });
  session = (await relay.hire()).session;
  const visitor = await relay.visitor();
  conversation = await visitor.start();
  await visitor.give('message:send', { conversation, text: 'hello' });
});
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const code = (answer: Answer): string => (answer.json as { code: string }).code;

/** Bodies anybody may send; every other one is refused in `api.test.ts`. */
const bodies: { path: string; body: object }[] = [
  { path: '/v1/session', body: { email: 'a@example.com', password } },
  { path: '/v1/setup/check', body: { token: 'x' } },
  { path: '/v1/setup', body: { token: 'x', name: 'Ada', password } },
];

/** A problem as RFC 9457 wants it, without anything of ours in it. */
function expectProblem(answer: Answer, status: number, expected: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.json).toMatchObject({
    type: `urn:throughline:error:${expected}`,
    status,
    code: expected,
  });
  expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|SELECT|fastify|FST_/i);
}

describe('[RS-07] methods', () => {
  test.each(['TRACE', 'PROPFIND', 'LINK'])('%s leads nowhere', async (method) => {
    const before = await relay.store.read.events.head();
    expect(
      (await relay.fetch('/v1/session', { method, as: session })).status,
    ).toBeGreaterThanOrEqual(404);
    expect(await relay.store.read.events.head()).toBe(before);
  });

  test('cannot be overridden by a header', async () => {
    const { session: mine } = await relay.hire();
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    await relay.fetch('/v1/session?_method=DELETE', { as: mine, headers });
    expect((await relay.fetch('/v1/session', { as: mine })).status).toBe(200);
  });

  test('HEAD answers like GET, without a body', async () => {
    const answer = await relay.fetch('/v1/session', { method: 'HEAD', as: session });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('[P28] bodies', () => {
  const bad: [string, unknown, Record<string, string>, number, string][] = [
    ['no body', undefined, {}, 400, 'bad_type'],
    ['an empty body', '', { 'content-type': 'application/json' }, 400, 'bad_json'],
    ['half of JSON', '{"email":"CANARY', {}, 400, 'bad_json'],
    ['text behind the JSON', '{} CANARY', {}, 400, 'bad_json'],
    ['comments', '{/*CANARY*/}', {}, 400, 'bad_json'],
    ['a list', '[]', {}, 400, 'bad_type'],
    ['null', 'null', {}, 400, 'bad_type'],
    ['a word', '"CANARY"', {}, 400, 'bad_type'],
    [
      'JSON that says it is text',
      '{}',
      { 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
    ],
    [
      'a form',
      'email=CANARY',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    [
      'a form in parts',
      '--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
      'unsupported_media_type',
    ],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['a type that is none', '{}', { 'content-type': ';;' }, 415, 'unsupported_media_type'],
    ['a compressed body', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['more than 64 KiB', `{"a":"${'x'.repeat(LIMITS.frameBytes)}"}`, {}, 413, 'payload_too_large'],
    ['a prototype', '{"__proto__":{"x":1}}', {}, 400, 'bad_json'],
    ['a constructor', '{"constructor":{"prototype":{"x":1}}}', {}, 400, 'bad_type'],
    ['a name twice', '{"email":"CANARY","\\u0065mail":"CANARY"}', {}, 400, 'bad_json'],
    ['a byte order mark', '\uFEFF{}', {}, 400, 'bad_json'],
    ['two values', '{}{}', {}, 400, 'bad_json'],
    ['a number that would be rounded', '{"email":9007199254740993}', {}, 400, 'bad_json'],
    ['100 000 levels', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, {}, 400, 'bad_type'],
  ];
  const cases = bodies.flatMap(({ path }) => bad.map(([what, ...rest]) => ({ path, what, rest })));

  test.each(cases)(
    'POST $path with $what',
    async ({ path, rest: [body, headers, status, expected] }) => {
      const answer = await relay.fetch(path, { method: 'POST', body, headers });
      expectProblem(answer, status, expected);
      expect(answer.text).not.toContain('CANARY');
    },
  );

  test.each(bodies)('POST $path: fields', async ({ path, body }) => {
    const post = (more: object) =>
      relay.fetch(path, { method: 'POST', body: { ...body, ...more } });
    expectProblem(await post({ CANARY: 1 }), 400, 'unknown_field');
    for (const field of Object.keys(body)) {
      for (const value of [1, null, [], { $gt: '' }, { $ne: 'CANARY' }]) {
        const answer = await post({ [field]: value });
        expectProblem(answer, 400, 'bad_type');
        expect((answer.json as { field: string }).field).toBe(field);
      }
      const long = await post({ [field]: 'CANARY'.repeat(1000) });
      expectProblem(long, 400, 'too_long');
      expect(long.text).not.toContain('CANARY');
    }
  });

  test('more than was announced, or less, is nobody’s request', async () => {
    const answer = await relay.fetch('/v1/session', {
      method: 'POST',
      body: '{"email":"a@example.com","password":"x"}',
      headers: { 'content-length': '10' },
    });
    expect(answer.status).toBe(400);
  });
});

describe('[P28] queries', () => {
  test.each([
    ['/v1/conversations?limit=0', 'bad_value'],
    ['/v1/conversations?limit=-1', 'bad_value'],
    ['/v1/conversations?limit=101', 'bad_value'],
    ['/v1/conversations?limit=1e9', 'bad_value'],
    ['/v1/conversations?limit=1.5', 'bad_type'],
    ['/v1/conversations?limit=ten', 'bad_type'],
    ['/v1/conversations?limit=1&limit=2', 'bad_type'],
    ['/v1/conversations?view=CANARY', 'bad_value'],
    ['/v1/conversations?view=all&view=mine', 'bad_value'],
    ['/v1/conversations?sort=id;drop', 'unknown_field'],
    ['/v1/conversations?fields=password_hash', 'unknown_field'],
    ['/v1/conversations?q[$ne]=1', 'unknown_field'],
    ['/v1/conversations?q=a&q=b', 'bad_type'],
    [`/v1/conversations?q=${'x'.repeat(201)}`, 'too_long'],
    ['/v1/conversations?q=%00', 'bad_text'],
    ['/v1/conversations?cursor=CANARY', 'bad_cursor'],
    [`/v1/conversations?cursor=1.${"'".repeat(36)}`, 'bad_cursor'],
    [`/v1/conversations?cursor=1.${uuidv7()}.${'a'.repeat(43)}`, 'bad_cursor'],
    [`/v1/conversations?cursor=${'x'.repeat(201)}`, 'too_long'],
    ['/v1/conversations?__proto__=1', 'unknown_field'],
    ['/v1/conversations/x/events?before=', 'empty'],
    ['/v1/conversations/x/events?before=%20', 'empty'],
    ['/v1/conversations/x/events?before', 'empty'],
    ['/v1/conversations?limit=', 'empty'],
    ['/v1/conversations?cursor=', 'empty'],
    ['/v1/conversations?q=', 'empty'],
    ['/v1/conversations/x/events?before=-1', 'bad_value'],
    ['/v1/conversations/x/events?before=x', 'bad_type'],
    ['/v1/conversations/x/events?limit=0', 'bad_value'],
    ['/v1/conversations/x/events?expand=secrets', 'unknown_field'],
  ])('%s', async (path, expected) => {
    const answer = await relay.fetch(path, { as: session });
    expectProblem(answer, 400, expected);
    expect(answer.text).not.toContain('CANARY');
  });
});

describe('what agents read', () => {
  test('the list, its pages, a search, a conversation, its history, the team', async () => {
    const get = async <T>(path: string) => (await relay.fetch(path, { as: session })).json as T;
    const list = await get<ConversationList>('/v1/conversations?view=unassigned&limit=1');
    expect(list.data.map(({ id }) => id)).toEqual([conversation]);
    const next = await get<ConversationList>(
      `/v1/conversations?view=unassigned&limit=1&cursor=${list.nextCursor}`,
    );
    expect(next).toMatchObject({ data: [], nextCursor: null });
    await until(
      async () => (await get<ConversationList>('/v1/conversations?q=hello')).data.length > 0,
    );
    expect(await get(`/v1/conversations/${conversation}`)).toMatchObject({
      conversation: { id: conversation },
    });
    const history = await get<{ events: { seq: number }[]; more: boolean }>(
      `/v1/conversations/${conversation}/events?before=2`,
    );
    expect([history.events.map(({ seq }) => seq), history.more]).toEqual([[1], false]);
    expect((await get<{ data: unknown[] }>('/v1/agents')).data[0]).toMatchObject({
      name: 'Ada',
      role: 'agent',
    });
  });

  test('shows nothing of passwords or sessions', async () => {
    for (const path of [
      '/v1/agents',
      '/v1/session',
      '/v1/conversations',
      `/v1/conversations/${conversation}`,
    ])
      expect((await relay.fetch(path, { as: session })).text).not.toMatch(/password|hash|argon2/i);
  });

  test('is kept by nobody on the way', async () => {
    for (const path of ['/v1/agents', '/v1/session', '/v1/conversations'])
      expect((await relay.fetch(path, { as: session })).headers['cache-control']).toBe('no-store');
  });
});

describe('signing in', () => {
  const email = 'grace@example.com';
  const signIn = (body: object, headers: Record<string, string> = {}) =>
    relay.fetch('/v1/session', { method: 'POST', body, headers });

  beforeAll(async () => {
    const { token } = await relay.agents.invite({ email, name: 'Grace', role: 'agent' });
    const answer = await relay.fetch('/v1/setup', {
      method: 'POST',
      body: { token, name: 'Grace', password },
    });
    expect(answer.status).toBe(201);
  });

  test('[CA-04] opens a new session in a cookie no script can read', async () => {
    const answer = await signIn({ email, password }, { cookie: 'throughline=chosen-before' });
    expect(answer.status).toBe(201);
    const info = answer.json as SessionInfo;
    expect(info).toMatchObject({ agent: { email, name: 'Grace', role: 'agent' } });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^throughline=[\w-]{43}; Max-Age=12\d{5}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.text).not.toContain(cookie.split(/[=;]/)[1]);
    const own = await relay.fetch('/v1/session', {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    expect(own.json).toEqual(info);
  });

  test('[CA-02] [ID-10] an unknown address and a wrong password answer alike', async () => {
    const [wrong, unknown] = [
      await signIn({ email, password: 'wrong' }),
      await signIn({ email: 'nobody@example.com', password }),
    ];
    expectProblem(wrong, 401, 'bad_credentials');
    expect(unknown.text).toBe(wrong.text);
    const names = (answer: Answer) => Object.keys(answer.headers).sort();
    expect(names(unknown)).toEqual(names(wrong));
    expect(wrong.headers['set-cookie']).toBeUndefined();
  });

  test('[CA-05] [RS-08] from another site’s page is refused, also with the right password', async () => {
    for (const origin of ['https://evil.example', 'null', ORIGIN]) {
      expectProblem(await signIn({ email, password }, { origin }), 403, 'csrf_failed');
      const answer = await relay.fetch('/v1/setup', {
        method: 'POST',
        headers: { origin },
        body: { token: 'x', name: 'x', password },
      });
      expectProblem(answer, 403, 'csrf_failed');
    }
  });

  test.each([
    'X-Remote-User',
    'X-Forwarded-User',
    'Remote-User',
    'X-Auth-Request-Email',
    'X-WebAuth-User',
  ])('[CA-07] the header %s signs nobody in', async (name) => {
    for (const value of ['ada@example.com', 'root', 'admin'])
      expectProblem(
        await relay.fetch('/v1/session', { headers: { [name]: value } }),
        401,
        'unauthorized',
      );
  });

  test('signing out ends that session, and takes the cookie away', async () => {
    const { session: mine } = await relay.hire();
    const answer = await relay.fetch('/v1/session', { method: 'DELETE', as: mine });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^throughline=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expectProblem(await relay.fetch('/v1/session', { as: mine }), 401, 'unauthorized');
    expectProblem(
      await relay.fetch('/v1/session', { method: 'DELETE', as: mine }),
      401,
      'unauthorized',
    );
  });
});

describe('one-time links', () => {
  const post = (path: string, body: object) => relay.fetch(path, { method: 'POST', body });

  test('[CA-12] say whom they are for, and are good for one use', async () => {
    const { token } = await relay.agents.invite({
      email: 'ann@example.com',
      name: 'Ann',
      role: 'agent',
    });
    expect((await post('/v1/setup/check', { token })).json).toEqual({
      email: 'ann@example.com',
      name: 'Ann',
    });
    const answers = await Promise.all(
      [1, 2].map(() => post('/v1/setup', { token, name: 'Ann', password })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410]);
    expectProblem(await post('/v1/setup/check', { token }), 410, 'link_used');
    expectProblem(await post('/v1/setup', { token, name: 'Ann', password }), 410, 'link_used');
  });

  test('that nobody issued are like used ones', async () => {
    for (const token of ['', 'x', '__proto__', "' OR 1=1 --"]) {
      expectProblem(await post('/v1/setup/check', { token }), 410, 'link_used');
      expectProblem(await post('/v1/setup', { token, name: 'Ann', password }), 410, 'link_used');
    }
  });

  test('ask for a password that is long enough', async () => {
    const { token } = await relay.agents.invite({
      email: 'bea@example.com',
      name: 'Bea',
      role: 'agent',
    });
    expectProblem(
      await post('/v1/setup', { token, name: 'Bea', password: 'elevenchars' }),
      400,
      'weak_password',
    );
    expect((await post('/v1/setup', { token, name: 'Bea', password })).status).toBe(201);
  });

  test('[CA-12] raise nobody’s rights', async () => {
    const { token } = await relay.agents.invite({
      email: 'cy@example.com',
      name: 'Cy',
      role: 'agent',
    });
    expectProblem(
      await post('/v1/setup', { token, name: 'Cy', password, role: 'admin' }),
      400,
      'unknown_field',
    );
    const answer = await post('/v1/setup', {
      token,
      name: 'Cy',
      password,
      email: 'other@example.com',
    });
    expect(answer.json).toMatchObject({ agent: { email: 'cy@example.com', role: 'agent' } });
  });
});

describe('a site’s public configuration', () => {
  const get = (headers: Record<string, string> = {}, key = 'shop') =>
    relay.fetch(`/v1/sites/${key}`, { headers });

  test('is for its own pages, and may be kept for a minute', async () => {
    const answer = await get({ origin: ORIGIN });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      vary: 'origin',
      'cache-control': expect.stringContaining('max-age=60'),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(answer.json).not.toHaveProperty('origins');
  });

  test('[ID-12] [RS-21] is refused to other pages, and never reflects where they are', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${ORIGIN}.evil.example`,
      'https://garage.example',
    ]) {
      const answer = await get({ origin });
      expectProblem(answer, 403, 'origin_not_allowed');
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const preflight = await relay.fetch('/v1/sites/shop', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('tells whether another page is one of the site’s, and not which there are', async () => {
    const about = (origin: string, headers = {}) =>
      relay.fetch(`/v1/sites/shop?${new URLSearchParams({ origin })}`, { headers });
    expect(await about(ORIGIN)).toMatchObject({ status: 200, json: { key: 'shop' } });
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}/`, 'https://garage.example'])
      expectProblem(await about(origin), 403, 'origin_not_allowed');
    const answer = await about(ORIGIN, { origin: 'https://evil.example' });
    expectProblem(answer, 403, 'origin_not_allowed');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('is not sent again to whom has it', async () => {
    const { etag = '' } = (await get()).headers;
    expect(await get({ 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    await relay.sites.put(
      { ...relay.sites.get('shop'), greeting: 'Welcome back' } as never,
      'test',
    );
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
  });

  test.each(['nowhere', '__proto__', 'constructor', '%2e%2e', '%00'])(
    'of %s there is none',
    async (key) => {
      expectProblem(await get({}, key), 404, 'unknown_site');
    },
  );
});

describe('files', () => {
  const outside = [
    '/console/../secret.txt',
    '/console/..%2fsecret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/%2e%2e%2fsecret.txt',
    '/console/..%5csecret.txt',
    '/console/..\\secret.txt',
    '/console/%252e%252e/secret.txt',
    '/console/....//secret.txt',
    '/console/assets/../../secret.txt',
    '/console//etc/passwd',
    `/console/${encodeURIComponent('/etc/passwd')}`,
    '/console/secret.txt%00.html',
    '/console/%c0%ae%c0%ae/secret.txt',
    '/console/.env',
    '/console/%2eenv',
    '/secret.txt',
    '/.env',
    '/.git/config',
    '/../../etc/passwd',
    '//etc/passwd',
    '/console/index.html/../../secret.txt',
  ];
  test.each(outside)('[RS-09] [RS-16] %s leads nowhere it should not', async (path) => {
    const answer = await relay.fetch(path);
    expect(answer.text).not.toMatch(/CANARY|root:/);
    expect([200, 301, 302, 400, 403, 404]).toContain(answer.status);
  });

  test('[CA-06] [CA-15] the console answers every address below it, with its policy', async () => {
    for (const path of [
      '/console/',
      '/console/index.html',
      '/console/inbox/x',
      '/console/no/such/file',
    ]) {
      const answer = await relay.fetch(path);
      expect([answer.status, answer.text]).toEqual([200, '<title>console</title>']);
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(answer.headers['x-frame-options']).toBe('DENY');
      expect(answer.headers['cache-control']).toBe('public, no-cache');
    }
  });

  test.runIf(existsSync('/proc/self/fd'))('what was served is not left open', async () => {
    for (const path of ['/console/', '/console/inbox/x', '/console/index.html'])
      for (const method of ['GET', 'HEAD']) await relay.fetch(path, { method });
    const open = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder.path);
        } catch {
          return false;
        }
      });
    await expect.poll(open).toEqual([]);
  });

  test.each(['/console/assets/app-Z9y8X7w6.js', '/console/none.css?x=1'])(
    'a file that is gone is not a page: %s',
    async (path) => {
      expectProblem(await relay.fetch(path), 404, 'not_found');
    },
  );

  test('what carries its hash may be kept for ever', async () => {
    const answer = await relay.fetch('/console/assets/app-B1a2C3d4.js');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a file that is known is not sent again, and asking about one is no sending', async () => {
    const path = '/console/assets/app-B1a2C3d4.js';
    const { headers, text } = await relay.fetch(path);
    const same = await relay.fetch(path, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(same).toMatchObject({ status: 304, text: '' });
    const head = await relay.fetch(path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe(String(text.length));
    const far = await relay.fetch(path, { headers: { range: 'bytes=9999-' } });
    expect(far).toMatchObject({ status: 416, text: '' });
  });

  test('a folder leads to its page, and nowhere else', async () => {
    for (const [path, location] of [
      ['/console', '/console/'],
      ['/console/assets', '/console/assets/'],
    ] as const)
      expect(await relay.fetch(path)).toMatchObject({ status: 301, headers: { location } });
    expect((await relay.fetch('/console//evil.example')).headers).not.toHaveProperty('location');
  });

  test('the front door leads to the console', async () => {
    expect(await relay.fetch('/')).toMatchObject({
      status: 302,
      headers: { location: '/console/' },
    });
  });
});

describe('addresses', () => {
  test.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/V1/session',
    '/v1/session/',
    '//v1/session',
    '/v2/session',
    '/debug',
    '/graphql',
    '/x'.repeat(2000),
  ])('[RS-16] %.30s leads nowhere', async (path) => {
    expectProblem(await relay.fetch(path, { as: session }), 404, 'not_found');
  });

  test.each(['/v1/sites/%zz', '/%', '/v1/conversations/%', '/%c0', `/v1/sites/${'x'.repeat(101)}`])(
    '[P28] %.30s cannot be read, and is not repeated',
    async (path) => {
      const answer = await relay.fetch(path);
      expectProblem(answer, 404, 'not_found');
      expect(answer.text).not.toContain('%');
    },
  );

  test('every answer says what may be done with it', async () => {
    for (const path of ['/livez', '/v1/session', '/console/', '/nothing'])
      expect((await relay.fetch(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      });
  });
});

describe('health', () => {
  test('[RS-16] metrics are for this machine, and not for whoever comes through a proxy', async () => {
    const answer = await relay.fetch('/metrics');
    expect(answer.text).toContain('throughline_commands_total');
    expect(answer.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expectProblem(
      await relay.fetch('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } }),
      404,
      'not_found',
    );
  });

  test('alive and ready', async () => {
    expect((await relay.fetch('/livez')).json).toEqual({ status: 'ok' });
    expect((await relay.fetch('/readyz')).json).toEqual({ status: 'ok' });
  });
});

describe('behind a proxy', () => {
  test('[CA-04] [RS-12] under https the cookie is for this host alone, and no other one counts', async () => {
    await using behind = await startRelay({
      config: { publicUrl: 'https://chat.example.com', trustProxy: 1 },
    });
    const { token } = await behind.agents.invite({
      email: 'a@example.com',
      name: 'Ada',
      role: 'agent',
    });
    const headers = { origin: 'https://chat.example.com' };
    const answer = await behind.fetch('/v1/setup', {
      method: 'POST',
      headers,
      body: { token, name: 'Ada', password },
    });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-throughline=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const [pair = ''] = cookie.split(';');
    expect((await behind.fetch('/v1/session', { headers: { cookie: pair } })).status).toBe(200);
    expect(
      (await behind.fetch('/v1/session', { headers: { cookie: pair.replace('__Host-', '') } }))
        .status,
    ).toBe(401);
    const evil = {
      host: 'evil.example',
      origin: 'http://evil.example',
      cookie: pair,
      'x-csrf-token': (answer.json as SessionInfo).csrf,
    };
    expectProblem(
      await behind.fetch('/v1/session', { method: 'DELETE', headers: evil }),
      403,
      'csrf_failed',
    );
  });
});

describe('[P19] limits', () => {
  test('too many requests of one address are refused, with the time to wait', async () => {
    await using small = await startRelay({ config: { limits: { requestsPerMinute: 20 } } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => small.fetch('/v1/session')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    const [refused] = answers.filter(({ status }) => status === 429);
    if (!refused) throw new Error('nothing was refused');
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    // However the address is written, and whatever is made up about where it comes from.
    for (const path of [
      '/v1/session',
      '/%76%31/session',
      '/v%31/session',
      '/v1/nothing',
      '/nothing',
    ])
      expect(
        (await small.fetch(path, { headers: { 'x-forwarded-for': `10.0.0.${path.length}` } }))
          .status,
        path,
      ).toBe(429);
    expect((await small.fetch('/livez')).status).toBe(200);
  });

  test('[HS-15] behind a proxy of ours each address counts for itself', async () => {
    await using small = await startRelay({
      config: { trustProxy: 1, limits: { requestsPerMinute: 5 } },
    });
    const from = (address: string) =>
      small.fetch('/v1/session', { headers: { 'x-forwarded-for': address } });
    for (let i = 0; i < 5; i++) expect((await from('198.51.100.7')).status).toBe(401);
    expect((await from('198.51.100.7')).status).toBe(429);
    expect((await from('6.6.6.6, 198.51.100.7')).status).toBe(429);
    expect((await from('198.51.100.8')).status).toBe(401);
    for (let i = 0; i < 6; i++) await from(`2001:db8:1:2::${i}`);
    expect((await from('2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await from('2001:db8:1:3::1')).status).toBe(401);
  });

  test('[CA-01] guessing is tried ten times an account, a hundred times an address, also all at once', async () => {
    await using small = await startRelay({
      config: { trustProxy: 1, limits: { signInsPer15Minutes: 10 } },
    });
    const guess = (email: string, address: string) =>
      small.fetch('/v1/session', {
        method: 'POST',
        body: { email, password: 'wrong' },
        headers: { 'x-forwarded-for': address },
      });
    const statuses = (answers: Answer[]) =>
      answers.map(({ status }) => status).filter((it) => it === 401).length;
    const oneAccount = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        guess(i % 2 ? 'a@example.com' : 'A@Example.com', `10.0.1.${i}`),
      ),
    );
    expect(statuses(oneAccount)).toBe(10);
    const oneNetwork = await Promise.all(
      Array.from({ length: 130 }, (_, i) => guess(`b${i}@example.com`, '10.0.2.1')),
    );
    expect(statuses(oneNetwork)).toBe(100);
    expect((await guess('c@example.com', '10.0.3.1')).status).toBe(401);
    expect(
      oneAccount.filter((it) => it.status === 429).every((it) => code(it) === 'rate_limited'),
    ).toBe(true);
  });
});

describe('[RS-11] requests that are none', () => {
  const raw = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(relay.url);
      const socket = tcp({ host: hostname, port: Number(port) });
      let got = '';
      socket.on('data', (part) => {
        got += part.toString();
      });
      socket.on('close', () => resolve(got));
      socket.on('error', () => resolve(got));
      socket.write(text);
      socket.setTimeout(5000, () => {
        resolve('left open');
        socket.destroy();
      });
    });
  const head = 'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

  test.each([
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a folded header', `${head}X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}`, 400],
    ['a space in a header’s name', `${head}X A: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    ['chunks that are none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['lines that end in a line feed alone', 'GET /livez HTTP/1.1\nHost: x\n\n', 400],
    ['a line feed alone in the head', `${head}X-A: 1\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      '1 000 headers',
      `GET /livez HTTP/1.1\r\nHost: x\r\n${Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'y'.repeat(20)}\r\n`).join('')}\r\n`,
      431,
    ],
    [
      '64 KB of headers',
      `GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ${'y'.repeat(65_536)}\r\n\r\n`,
      431,
    ],
  ])('%s', async (_what, text, status) => {
    const before = await relay.store.read.events.head();
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
    expect(await relay.store.read.events.head()).toBe(before);
    expect((await relay.fetch('/livez')).status).toBe(200);
  });
});

test.each([
  ['no type', ''],
  ['two types', 'Content-Type: application/json\r\nContent-Type: text/plain\r\n'],
  ['the same type twice', 'Content-Type: application/json\r\nContent-Type: application/json\r\n'],
])('[RS-04] a body of %s is not read', async (_what, types) => {
  const request = `POST /v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${types}Content-Length: 2\r\n\r\n{}`;
  const answer = await bytes(relay.url, request);
  expect(answer).toMatch(/^HTTP\/1\.1 415 /);
  expect(answer).toContain('unsupported_media_type');
});

describe('[RS-18] requests that never come to an end', () => {
  test.each([
    ['in the head', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
    [
      'in the body',
      'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('%s are cut off within 15 s, and hold up nobody', async (_where, beginning) => {
    const { hostname, port } = new URL(relay.url);
    const startedMs = performance.now();
    const socket = tcp({ host: hostname, port: Number(port) }).on('error', () => {});
    socket.write(beginning);
    const drip = setInterval(() => socket.write('x'), 1000);
    const closed = new Promise((done) => socket.on('close', done));
    expect((await relay.fetch('/livez')).status).toBe(200);
    socket.resume();
    await closed;
    clearInterval(drip);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });
});

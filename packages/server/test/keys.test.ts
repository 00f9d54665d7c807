import type { IssuedKey, KeySummary } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import { type Answer, type Fetch, startRelay, type TestRelay } from './relay.ts';

const HOUR_MS = 3600 * 1000;
const clock = { now: 1_800_000_000_000 };
let relay: TestRelay;
let admin: NewSession;

beforeAll(async () => {
  relay = await startRelay({ now: () => clock.now });
  admin = (await relay.hire('Ada', 'admin')).session;
});
afterAll(() => relay[Symbol.asyncDispose]());

const code = (answer: Answer): string | undefined => (answer.json as { code?: string }).code;
const manage = (path: string, more: Fetch) =>
  relay.fetch(`/v1/keys${path}`, { as: admin, ...more });

async function create(more: object = {}): Promise<IssuedKey> {
  const body = { name: 'CRM', scopes: ['events:read'], ...more };
  const answer = await manage('', { method: 'POST', body });
  expect(answer.status).toBe(201);
  return answer.json;
}

const list = async (): Promise<KeySummary[]> =>
  ((await manage('', {})).json as { data: KeySummary[] }).data;
const read = (secret: string) => relay.fetch('/v1/events?limit=1', { key: secret });

describe('keys of programs', () => {
  test('tell their secret once, and the relay keeps only its hash', async () => {
    const { secret, ...summary } = await create({ pii: 'contact' });
    expect(secret).toMatch(/^tl_sk_[\w-]{43}$/);
    expect(summary).toMatchObject({ name: 'CRM', scopes: ['events:read'], pii: 'contact' });
    expect(await list()).toContainEqual(summary);
    expect(JSON.stringify(await list())).not.toContain(secret);
    const stored = await relay.store.read.keys.get(summary.id);
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6));
  });

  test('are an administrator’s to give', async () => {
    const { session: agent } = await relay.hire();
    const { id } = await create();
    const asked: [string, Fetch][] = [
      ['', {}],
      ['', { method: 'POST', body: { name: 'x', scopes: ['events:read'] } }],
      [`/${id}/rotate`, { method: 'POST' }],
      [`/${id}`, { method: 'DELETE' }],
    ];
    for (const [path, more] of asked) {
      const by = (who: Fetch) => relay.fetch(`/v1/keys${path}`, { ...more, ...who });
      expect(code(await by({ as: agent }))).toBe('forbidden');
      expect(code(await by({}))).toBe('unauthorized');
      expect(code(await by({ key: await relay.key() }))).toBe('unauthorized');
    }
  });

  test.each([
    [{ scopes: [] }, 'bad_value'],
    [{ scopes: ['everything'] }, 'bad_value'],
    [{ pii: 'all' }, 'bad_value'],
    [{ name: ' ' }, 'empty'],
    [{ hash: 'x' }, 'unknown_field'],
  ])('%j is refused with %s', async (more, expected) => {
    const body = { name: 'CRM', scopes: ['events:read'], ...more };
    expect(code(await manage('', { method: 'POST', body }))).toBe(expected);
  });

  test('open what their scopes name, and nothing else', async () => {
    const { secret } = await create({ scopes: ['contacts:read'] });
    expect(code(await read(secret))).toBe('missing_scope');
    expect(code(await relay.fetch('/v1/conversations', { key: secret }))).toBe('missing_scope');
    expect(code(await relay.fetch('/v1/keys', { key: secret }))).toBe('unauthorized');
    expect((await read((await create()).secret)).status).toBe(200);
  });

  test('what is no key, or none any more, is refused alike', async () => {
    const { id, secret } = await create();
    expect((await manage(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    for (const bad of [secret, 'tl_sk_x', 'x', `${secret}x`, secret.slice(0, -1)])
      expect([(await read(bad)).status, code(await read(bad))]).toEqual([401, 'bad_key']);
    expect(code(await relay.fetch('/v1/events', { headers: { authorization: 'Basic x' } }))).toBe(
      'bad_key',
    );
    expect(await list()).not.toContainEqual(expect.objectContaining({ id }));
    expect((await manage(`/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  test('a bad key is not made good by a session beside it', async () => {
    const answer = await relay.fetch('/v1/events', { key: 'tl_sk_x', as: admin });
    expect(code(answer)).toBe('bad_key');
  });

  test('[RS-13] in an address they are refused, good or not', async () => {
    const { secret } = await create();
    const answer = await relay.fetch(`/v1/events?key=${secret}`, { key: secret });
    expect([answer.status, code(answer)]).toEqual([400, 'key_in_address']);
    expect(relay.logLines.join('')).not.toContain(secret);
  });

  test('rotated, both secrets are good for a day, and only one rotation is open', async () => {
    const { id, secret: old } = await create();
    const rotate = () => manage(`/${id}/rotate`, { method: 'POST' });
    const { secret } = (await rotate()).json as IssuedKey;
    expect([(await read(old)).status, (await read(secret)).status]).toEqual([200, 200]);
    expect(code(await rotate())).toBe('wrong_status');
    clock.now += 24 * HOUR_MS - 1;
    expect((await read(old)).status).toBe(200);
    clock.now += 1;
    expect([code(await read(old)), (await read(secret)).status]).toEqual(['bad_key', 200]);
    expect((await rotate()).status).toBe(200);
  });

  test('remember when they were last used, to the minute', async () => {
    const { id, secret } = await create();
    const used = async () => (await relay.store.read.keys.get(id))?.usedAt;
    expect(await used()).toBeNull();
    const first = clock.now;
    await read(secret);
    await expect.poll(used).toBe(first);
    clock.now += 59_000;
    await read(secret);
    clock.now += 2000;
    await read(secret);
    await expect.poll(used).toBe(clock.now);
  });

  test('have a limit of their own; a stranger’s is that of the address', async () => {
    const limits = { keyRequestsPerMinute: 5, requestsPerMinute: 3 };
    await using small = await startRelay({ config: { limits } });
    const key = await small.key();
    const ask = async (more: Fetch) => (await small.fetch('/v1/events', more)).status;
    const statuses = async (n: number, more: Fetch) => {
      const all: number[] = [];
      for (let i = 0; i < n; i++) all.push(await ask(more));
      return all;
    };
    expect(await statuses(6, { key })).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statuses(4, { key: 'tl_sk_guess' })).toEqual([401, 401, 401, 429]);
    expect(await ask({ key: await small.key() })).toBe(200);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { createApi } from './api.ts';

const answering = (status: number, body: unknown) =>
  vi.fn(async () => new Response(body === null ? null : JSON.stringify(body), { status }));

describe('the API', () => {
  it('asks for lists with words and cursor', async () => {
    const fetcher = answering(200, { data: [] });
    await createApi(fetcher).list({ view: 'mine', q: 'a b', limit: 50 });
    expect(fetcher.mock.calls[0]?.slice(0, 1)).toEqual([
      '/v1/conversations?view=mine&q=a+b&limit=50',
    ]);
  });

  it('turns problem+json into a refusal', async () => {
    const fetcher = answering(429, {
      code: 'rate_limited',
      detail: 'Too many requests.',
      retryable: true,
      retryAfterMs: 1000,
    });
    const answer = await createApi(fetcher).session();
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', message: 'Too many requests.', retryAfterMs: 1000 },
    });
  });

  it('bears the error page of a proxy, and no answer at all', async () => {
    const proxy = vi.fn(async () => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(await createApi(proxy).session()).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    const gone = vi.fn(async () => {
      throw new TypeError('failed to fetch');
    });
    expect(await createApi(gone).session()).toBeUndefined();
  });

  it('proves with a token that our own page signs out', async () => {
    const fetcher = answering(204, null);
    expect(await createApi(fetcher).signOut('proof')).toEqual({ ok: true, data: null });
    expect(fetcher.mock.calls[0]?.[1 as never]).toMatchObject({
      method: 'DELETE',
      headers: { 'x-csrf-token': 'proof' },
    });
  });
});

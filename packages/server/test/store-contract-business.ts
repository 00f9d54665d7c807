import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import type { Attempt, Delivery } from '../src/store/deliveries.ts';
import type { ApiKey, Secret, Store, Tx } from '../src/store/store.ts';

const apiKey = (more: Partial<ApiKey> = {}): ApiKey => ({
  id: uuidv7(),
  name: 'CRM',
  hash: uuidv7(),
  previousHash: null,
  previousUntil: null,
  scopes: ['events:read'],
  pii: 'none',
  createdBy: 'agent',
  createdAt: 1000,
  usedAt: null,
  revoked: false,
  ...more,
});

const secret = (more: Partial<Secret> = {}): Secret => ({
  owner: 'endpoint:a',
  secret: uuidv7(),
  createdAt: 1000,
  expiresAt: null,
  ...more,
});

const delivery = (offset: number, more: Partial<Delivery> = {}): Delivery => ({
  endpoint: 'a',
  offset,
  conversation: null,
  state: 'pending',
  attempts: 0,
  nextAt: 1000,
  createdAt: 1000,
  ...more,
});

const attempt = (offset: number, more: Partial<Attempt> = {}): Attempt => ({
  endpoint: 'a',
  offset,
  at: 1000,
  durationMs: 12,
  status: 200,
  error: null,
  request: 'POST',
  response: 'OK',
  ...more,
});

const offsets = (rows: Delivery[]) => rows.map(({ offset }) => offset);

/** The part of the store contract that concerns a business's own systems. */
export function describeBusinessContract(at: { store: () => Store; reopen(): Promise<void> }) {
  const write = <T>(work: (tx: Tx) => T | Promise<T>) => at.store().write('key', work);

  test('bots that may not answer are kept, one by one and all at once, with who said so first', async () => {
    const off = (bot: string | null, by = 'ada') => ({ bot, since: 1000, by });
    await write(async (tx) => {
      await tx.bots.switchOff(off('faq'));
      await tx.bots.switchOff(off('faq', 'bo'));
      await tx.bots.switchOff(off(null));
      expect(await tx.bots.off()).toEqual([off(null), off('faq')]);
    });
    await at.reopen();
    expect(await at.store().read.bots.off()).toEqual([off(null), off('faq')]);
    await write((tx) => tx.bots.switchOn(null));
    await write((tx) => tx.bots.switchOn('nobody'));
    expect(await at.store().read.bots.off()).toEqual([off('faq')]);
  });

  describe('keys of programs', () => {
    test('are kept as they were given, and found by either secret', async () => {
      const key = apiKey({ previousHash: 'old', previousUntil: 5000, scopes: [] });
      await write((tx) => tx.keys.insert(key));
      const { keys } = at.store().read;
      expect(await keys.get(key.id)).toEqual(key);
      expect(await keys.byHash(key.hash)).toEqual(key);
      expect(await keys.byHash('old')).toEqual(key);
      expect(await keys.byHash('other')).toBeUndefined();
      const later: ApiKey = {
        ...key,
        name: 'Billing',
        hash: 'new',
        previousHash: key.hash,
        previousUntil: 9000,
        scopes: ['contacts:write', 'events:read'],
        pii: 'content',
        usedAt: 7000,
      };
      await write((tx) => tx.keys.save(later));
      await at.reopen();
      expect(await at.store().read.keys.get(key.id)).toEqual(later);
    });

    test('a hash is one key’s', async () => {
      await write((tx) => tx.keys.insert(apiKey({ hash: 'same' })));
      await expect(write((tx) => tx.keys.insert(apiKey({ hash: 'same' })))).rejects.toThrow();
    });

    test('revoked ones are listed no more', async () => {
      const [first, second] = [apiKey({ createdAt: 1 }), apiKey({ createdAt: 2 })];
      const gone = apiKey({ revoked: true });
      for (const key of [second, gone, first]) await write((tx) => tx.keys.insert(key));
      expect(await at.store().read.keys.list()).toEqual([first, second]);
    });
  });

  describe('what bots spend', () => {
    test('adds up by purse, and is forgotten in time', async () => {
      const spent = { key: 'a', tokens: 10, microUsd: 3, until: 1000 };
      await write(async (tx) => {
        await tx.spendings.add(spent);
        await tx.spendings.add({ ...spent, tokens: -4, microUsd: 1 });
      });
      expect(await at.store().read.spendings.of('a')).toEqual({ tokens: 6, microUsd: 4 });
      await write((tx) => tx.spendings.removeExpired(1000));
      expect(await at.store().read.spendings.of('a')).toEqual({ tokens: 0, microUsd: 0 });
    });
  });

  describe('articles', () => {
    const part = (text: string, title = 'Help') => ({
      anchor: '',
      url: null,
      title,
      heading: '',
      text,
    });
    const search = (query: string, collections = ['help']) =>
      at.store().read.passages.search({ collections, query, limit: 5 });

    test('are found by any of the words, titles first, and only in the collections asked for', async () => {
      const put = (collection: string, article: string, parts: ReturnType<typeof part>[]) =>
        write((tx) => tx.passages.replace({ collection, article }, parts));
      expect(
        await put('help', 'a', [part('Parcels arrive.'), part('We ship parcels.', 'Returns')]),
      ).toBe(false);
      await put('help', 'b', [part('A word about returns and parcels.')]);
      await put('staff', 'c', [part('Returns are secret.')]);
      const found = await search('how do RETURNS work?');
      expect(found.map(({ article, title }) => [article, title])).toEqual([
        ['a', 'Returns'],
        ['b', 'Help'],
      ]);
      expect(await search('"returns" OR (', [])).toEqual([]);
      expect(await search('?!')).toEqual([]);
      const of = (article: string) => at.store().read.passages.of({ collection: 'help', article });
      expect(await of('a')).toEqual(
        [part('Parcels arrive.'), part('We ship parcels.', 'Returns')].map((one) => ({
          ...{ collection: 'help', article: 'a' },
          ...one,
        })),
      );
      expect(await of('c')).toEqual([]);
      expect(await put('help', 'a', [])).toBe(true);
      expect((await search('parcels')).map(({ article }) => article)).toEqual(['b']);
    });
  });

  describe('signing secrets', () => {
    test('the current one comes first; a rotated one has an end', async () => {
      const [old, current] = [secret(), secret({ createdAt: 2000 })];
      await write(async (tx) => {
        await tx.secrets.insert(old);
        await tx.secrets.insert(secret({ owner: 'endpoint:b' }));
        await tx.secrets.expire('endpoint:a', 9000);
        await tx.secrets.insert(current);
      });
      expect(await at.store().read.secrets.of('endpoint:a')).toEqual([
        current,
        { ...old, expiresAt: 9000 },
      ]);
      await write((tx) => tx.secrets.removeExpired(9000));
      expect(await at.store().read.secrets.of('endpoint:a')).toEqual([current]);
      await write((tx) => tx.secrets.removeOf('endpoint:a'));
      expect(await at.store().read.secrets.of('endpoint:a')).toEqual([]);
      expect(await at.store().read.secrets.of('endpoint:b')).toHaveLength(1);
    });
  });

  describe('deliveries', () => {
    const deliveries = () => at.store().deliveries;

    const cursor = (offset: number) => ({ sink: 'webhooks', epoch: 'e', offset });

    test('are filed together with how far the log was looked through', async () => {
      expect(await deliveries().cursor('webhooks')).toBeUndefined();
      const filed = [delivery(1), delivery(2, { conversation: 'c' })];
      await deliveries().file(filed, cursor(7));
      await deliveries().file([], cursor(8));
      await at.reopen();
      expect(await deliveries().cursor('webhooks')).toEqual(cursor(8));
      expect(await deliveries().get('a', 2)).toEqual(filed[1]);
      expect(await deliveries().get('b', 2)).toBeUndefined();
    });

    test('all of a filing, or nothing', async () => {
      const broken = { ...delivery(2), state: null } as unknown as Delivery;
      await expect(async () =>
        deliveries().file([delivery(1), broken], cursor(5)),
      ).rejects.toThrow();
      expect(await deliveries().get('a', 1)).toBeUndefined();
      expect(await deliveries().cursor('webhooks')).toBeUndefined();
    });

    test('every sink has a cursor of its own', async () => {
      await deliveries().saveCursor(cursor(5));
      await deliveries().saveCursor({ sink: 'nats', epoch: 'e', offset: 3 });
      await deliveries().saveCursor({ sink: 'nats', epoch: 'f', offset: 4 });
      await at.reopen();
      expect(await deliveries().cursor('webhooks')).toEqual(cursor(5));
      expect(await deliveries().cursor('nats')).toEqual({ sink: 'nats', epoch: 'f', offset: 4 });
    });

    test('are due in the order of their times, then of the log', async () => {
      await deliveries().file([
        delivery(3, { nextAt: 1000 }),
        delivery(1, { nextAt: 2000 }),
        delivery(2, { nextAt: 1000 }),
        delivery(4, { nextAt: 3000 }),
        delivery(5, { state: 'delivered' }),
        delivery(6, { endpoint: 'b' }),
      ]);
      const due = (limit = 10) =>
        deliveries().due({ endpoint: 'a', now: 2000, limit, inOrder: false });
      expect(offsets(await due())).toEqual([2, 3, 1]);
      expect(offsets(await due(2))).toEqual([2, 3]);
      expect(await deliveries().nextAt('a', 999)).toBe(1000);
      expect(await deliveries().nextAt('a', 2000)).toBe(3000);
      expect(await deliveries().nextAt('a', 3000)).toBeUndefined();
    });

    test('are hastened by how often they were tried, and never put off', async () => {
      await deliveries().file([
        delivery(1, { nextAt: 5000 }),
        delivery(2, { nextAt: 9000, attempts: 1 }),
        delivery(3, { nextAt: 1000, attempts: 1 }),
        delivery(4, { nextAt: 9000, attempts: 2 }),
        delivery(5, { nextAt: 9000, state: 'dead' }),
        delivery(6, { nextAt: 9000, endpoint: 'b' }),
      ]);
      await deliveries().hasten('a', [2000, 3000]);
      const found = await Promise.all([1, 2, 3, 4, 5].map((it) => deliveries().get('a', it)));
      expect(found.map((it) => it?.nextAt)).toEqual([2000, 3000, 1000, 9000, 9000]);
      expect((await deliveries().get('b', 6))?.nextAt).toBe(9000);
    });

    test('what endpoints answered is forgotten where it is told, and nowhere else', async () => {
      const tried = (endpoint: string, offset: number): Attempt => ({
        ...{ endpoint, offset, at: 1, durationMs: 1, status: 200, error: null },
        ...{ request: 'POST /', response: '200\n\nthanks' },
      });
      const all = ['a', 'b', 'c'].flatMap((endpoint) =>
        [1, 2].map((offset) => tried(endpoint, offset)),
      );
      for (const attempt of all) await deliveries().note(attempt);
      await deliveries().forgetAnswers(['a', 'b'], [2, 7]);
      const left = await Promise.all(
        all.map(({ endpoint, offset }) => deliveries().attempts(endpoint, offset)),
      );
      expect(left.flat().map(({ response }) => response !== null)).toEqual([
        ...[true, false, true, false],
        ...[true, true],
      ]);
      await deliveries().forgetAnswers([], []);
    });

    test('in order, only the first of each conversation is due', async () => {
      await deliveries().file([
        delivery(1, { conversation: 'x', nextAt: 5000 }),
        delivery(2, { conversation: 'x' }),
        delivery(3, { conversation: 'y', state: 'dead' }),
        delivery(4, { conversation: 'y' }),
        delivery(5, { conversation: 'y' }),
        delivery(6),
        delivery(7),
        delivery(1, { endpoint: 'b', conversation: 'y' }),
      ]);
      const due = await deliveries().due({ endpoint: 'a', now: 2000, limit: 10, inOrder: true });
      expect(offsets(due)).toEqual([4, 6, 7]);
    });

    test('in order, a page of a crowd is the first of each, and no longer than asked', async () => {
      const crowd = Array.from({ length: 2000 }, (_, i) =>
        delivery(i + 1, { conversation: i % 2 ? `c${i % 7}` : null }),
      );
      await deliveries().file(crowd);
      const due = await deliveries().due({ endpoint: 'a', now: 2000, limit: 16, inOrder: true });
      expect(offsets(due)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]);
    });

    test('filed again they start anew', async () => {
      await deliveries().file([delivery(1)]);
      const gone = delivery(1, { state: 'dead', attempts: 9, nextAt: 8000 });
      await deliveries().settle(gone, attempt(1));
      await deliveries().file([delivery(1, { nextAt: 9000, createdAt: 9000 })]);
      expect(await deliveries().get('a', 1)).toEqual(
        delivery(1, { nextAt: 9000, createdAt: 9000 }),
      );
      expect(await deliveries().attempts('a', 1)).toHaveLength(1);
    });

    test('each try is kept, in order', async () => {
      await deliveries().file([delivery(1), delivery(2)]);
      const tries = [
        attempt(1, { status: null, error: 'no answer', response: null }),
        attempt(1, { status: 503 }),
        attempt(1),
      ];
      for (const [i, it] of tries.entries())
        await deliveries().settle(delivery(1, { attempts: i + 1, nextAt: 2000 + i }), it);
      expect(await deliveries().attempts('a', 1)).toEqual(tries);
      expect(await deliveries().attempts('a', 2)).toEqual([]);
      expect(await deliveries().get('a', 1)).toEqual(delivery(1, { attempts: 3, nextAt: 2002 }));
    });

    test('a note stands among the tries and changes nothing else', async () => {
      const delivered = delivery(1, { state: 'delivered', attempts: 1 });
      await deliveries().file([delivered]);
      await deliveries().settle(delivered, attempt(1));
      const before = await deliveries().state('a');
      const note = attempt(1, { at: 2000, status: 508, error: 'loop' });
      await deliveries().note(note);
      expect(await deliveries().attempts('a', 1)).toEqual([attempt(1), note]);
      expect(await deliveries().get('a', 1)).toEqual(delivered);
      expect(await deliveries().state('a')).toEqual(before);
    });

    test('a try says how its endpoint fares: failing since, and how often in a row', async () => {
      await deliveries().file([delivery(1)]);
      const failed = { status: 503, error: 'answered 503' };
      const settle = async (more: Partial<Attempt>) => {
        const { before, after } = await deliveries().settle(delivery(1), attempt(1, more));
        expect(await deliveries().state('a')).toEqual(after);
        return [before.failures, after.failures, after.failingSince];
      };
      expect(await settle({})).toEqual([0, 0, null]);
      expect(await settle({ ...failed, at: 2000 })).toEqual([0, 1, 2000]);
      expect(await settle({ ...failed, at: 3000 })).toEqual([1, 2, 2000]);
      expect(await settle({ at: 4000 })).toEqual([2, 0, null]);
    });

    test('are listed newest first, by state, in pages', async () => {
      await deliveries().file(
        Array.from({ length: 9 }, (_, i) =>
          delivery(i + 1, { state: i % 3 === 0 ? 'dead' : 'delivered' }),
        ),
      );
      const list = async (more: object) =>
        offsets(await deliveries().list({ endpoint: 'a', before: 1e9, limit: 4, ...more }));
      expect(await list({})).toEqual([9, 8, 7, 6]);
      expect(await list({ before: 6 })).toEqual([5, 4, 3, 2]);
      expect(await list({ state: 'dead' })).toEqual([7, 4, 1]);
      expect(await deliveries().counts('a', 5)).toEqual({ pending: 0, delivered: 6, dead: 3 });
      expect(await deliveries().counts('a', 4)).toEqual({ pending: 0, delivered: 5, dead: 3 });
    });

    test('dead ones live again since a time', async () => {
      await deliveries().file([
        delivery(1, { state: 'dead', createdAt: 1000, attempts: 9 }),
        delivery(2, { state: 'dead', createdAt: 2000, attempts: 9 }),
        delivery(3, { state: 'delivered', createdAt: 3000 }),
      ]);
      expect(await deliveries().revive('a', 2000, 7000)).toBe(1);
      expect(await deliveries().get('a', 2)).toEqual(
        delivery(2, { createdAt: 2000, nextAt: 7000 }),
      );
      expect(await deliveries().counts('a', 9)).toEqual({ pending: 1, delivered: 1, dead: 1 });
    });

    test('old ones go, with their tries, a few at a time', async () => {
      const keep = { before: 2000, endpoints: ['a'], limit: 2 };
      await deliveries().file([1, 2, 3].map((n) => delivery(n, { state: 'delivered' })));
      await deliveries().file([delivery(4, { createdAt: 2000 })]);
      await deliveries().settle(delivery(1, { state: 'delivered' }), attempt(1));
      expect(await deliveries().prune(keep)).toBe(true);
      expect(await deliveries().prune(keep)).toBe(false);
      expect(await deliveries().counts('a', 9)).toEqual({ pending: 1, delivered: 0, dead: 0 });
      expect(await deliveries().attempts('a', 1)).toEqual([]);
    });

    test('an endpoint’s state is kept; one that is no more leaves nothing', async () => {
      const well = { endpoint: 'a', disabled: null, failingSince: null, failures: 0 };
      const state = { ...well, disabled: 'gone' as const, failingSince: 5, failures: 2 };
      expect(await deliveries().state('a')).toEqual(well);
      await deliveries().saveState({ ...state, disabled: null });
      await deliveries().saveState(state);
      expect(await deliveries().state('a')).toEqual(state);
      await deliveries().file(
        [delivery(1), delivery(2), delivery(1, { endpoint: 'b' })],
        cursor(3),
      );
      await deliveries().settle(delivery(1), attempt(1));
      while (await deliveries().prune({ before: 0, endpoints: ['b'], limit: 1 }));
      expect(await deliveries().state('a')).toEqual(well);
      expect(await deliveries().get('a', 1)).toBeUndefined();
      expect(await deliveries().attempts('a', 1)).toEqual([]);
      expect(await deliveries().get('b', 1)).toBeDefined();
      await deliveries().clear();
      expect(await deliveries().get('b', 1)).toBeUndefined();
      expect(await deliveries().cursor('webhooks')).toEqual(cursor(3));
    });
  });
}

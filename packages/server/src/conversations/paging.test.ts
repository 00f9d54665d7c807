import { LIMITS, uuidv7 } from '@throughline/shared';
import type { Page } from '@throughline/shared/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ground, ground } from '../../test/ground.ts';
import { tempDir } from '../../test/relay.ts';
import { openSqliteStore } from '../store/sqlite/index.ts';
import type { Draft, Store } from '../store/store.ts';
import { unborn } from './evolve.ts';
import { agentPager, visitorPager } from './paging.ts';

interface Numbered {
  seq?: number;
  pub: number | null;
}

const pubs = (page: { events: Numbered[] }) => page.events.map(({ pub }) => pub);
const seqs = (page: { events: Numbered[] }) => page.events.map(({ seq }) => seq);
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

/** A conversation of `n` records, each as large as `text` says; every third is a note. */
async function filled(store: Store, n: number, text: (seq: number) => string = (seq) => `${seq}`) {
  const row = { ...unborn({ id: uuidv7(), site: 'shop', contact: 'v' }, 1) };
  await store.write('fill', async (tx) => {
    await tx.conversations.insert(row);
    for (row.seq = 1; row.seq <= n; row.seq++) {
      const isNote = row.seq % 3 === 0;
      if (!isNote) row.pub += 1;
      await tx.events.append({
        id: uuidv7(),
        type: isNote ? 'note.created' : 'message.created',
        site: 'shop',
        contact: 'v',
        conversation: row.id,
        seq: row.seq,
        pub: isNote ? null : row.pub,
        time: row.seq,
        actor: { kind: 'agent', id: 'a' },
        cause: null,
        data: { text: text(row.seq) },
      } as Draft);
    }
    row.seq = n;
    await tx.conversations.save({ ...row });
  });
  return row;
}

function freshStore() {
  const dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  const agent = agentPager(store);
  const visitor = visitorPager(store);
  return {
    store,
    agent,
    visitor,
    async [Symbol.asyncDispose]() {
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('[HS-20] [P11] continuity that cannot be proved is a reset with its reason, and the newest page', () => {
  test.each([
    ['no cursor', () => null, 'no_cursor'],
    ['another epoch', () => 'elsewhere.3', 'epoch_changed'],
    ['no epoch', () => '.3', 'epoch_changed'],
    ['nothing', () => '', 'bad_cursor'],
    ['no place', (epoch: string) => epoch, 'bad_cursor'],
    ['a place below 0', (epoch: string) => `${epoch}.-1`, 'bad_cursor'],
    ['1e3', (epoch: string) => `${epoch}.1e3`, 'bad_cursor'],
    ['a hexadecimal place', (epoch: string) => `${epoch}.0x3`, 'bad_cursor'],
    ['a leading zero', (epoch: string) => `${epoch}.03`, 'bad_cursor'],
    ['half a place', (epoch: string) => `${epoch}.1.5`, 'epoch_changed'],
    ['no number', (epoch: string) => `${epoch}.NaN`, 'bad_cursor'],
    ['a space', (epoch: string) => `${epoch}.3 `, 'bad_cursor'],
    ['a line break', (epoch: string) => `${epoch}\n.3`, 'bad_cursor'],
    ['beyond 2^53', (epoch: string) => `${epoch}.9007199254740993`, 'bad_cursor'],
    ['one ahead of the head', (epoch: string) => `${epoch}.10`, 'ahead_of_head'],
    ['far ahead of the head', (epoch: string) => `${epoch}.999999999999999`, 'ahead_of_head'],
  ])('%s', async (_what, cursor, reason) => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    const page = await at.agent.resume(row, cursor(at.store.epoch));
    expect(page).toMatchObject({
      state: 'reset',
      reason,
      head: 9,
      end: true,
      epoch: at.store.epoch,
    });
    expect(seqs(page)).toEqual(upTo(9));
  });

  test('the newest page of a long conversation is its end', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 200);
    const page = await at.agent.resume(row, null);
    expect(seqs(page)).toEqual(upTo(200, 141));
    expect(page).toMatchObject({ head: 200, end: true });
  });

  test('[P8] the head a visitor is ahead of is its own', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    expect(row.pub).toBe(6);
    const resume = (place: number) => at.visitor.resume(row, `${at.store.epoch}.${place}`);
    expect(await resume(6)).toMatchObject({ state: 'recovered', events: [], head: 6, end: true });
    expect(await resume(7)).toMatchObject({ state: 'reset', reason: 'ahead_of_head', head: 6 });
  });
});

describe('[P10] from a cursor comes exactly what followed', () => {
  test('for agents by seq, for visitors by pub', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    const { epoch } = at.store;
    const agents = await at.agent.resume(row, `${epoch}.4`);
    expect(agents).toMatchObject({ state: 'recovered', head: 9, end: true, epoch });
    expect(seqs(agents)).toEqual([5, 6, 7, 8, 9]);
    expect(agents).not.toHaveProperty('reason');
    const visitors = await at.visitor.resume(row, `${epoch}.4`);
    expect(visitors).toMatchObject({ state: 'recovered', head: 6, end: true });
    expect(pubs(visitors)).toEqual([5, 6]);
  });

  test('from 0 it is everything', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    expect(pubs(await at.visitor.resume(row, `${at.store.epoch}.0`))).toEqual(upTo(6));
  });

  test('[P8] no trace of notes is in what a visitor gets', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 30, (seq) => (seq % 3 ? `said ${seq}` : 'CANARY'));
    const { epoch } = at.store;
    const pages = await Promise.all([
      at.visitor.resume(row, null),
      at.visitor.resume(row, `${epoch}.0`),
      at.visitor.resume(row, `${epoch}.999`),
      at.visitor.history(row, 99, 100),
    ]);
    for (const page of pages) {
      expect(JSON.stringify(page)).not.toMatch(/CANARY|note|seq/);
      expect(pubs(page)).toEqual(upTo(20));
    }
  });

  test('[P21] a clock that steps back changes times and nothing else', async () => {
    const at: Ground = await ground();
    const conversation = await at.start();
    for (const step of [0, -3_600_000, 7_200_000, -1e9]) {
      at.clock.now += step;
      await at.give(at.people.visitor, 'message:send', { conversation, text: `${step}` });
    }
    const row = await at.row(conversation);
    const page = await at.queries.visitor.resume(row, `${at.store.epoch}.1`);
    expect(pubs(page)).toEqual([2, 3, 4, 5]);
    const times = page.events.map(({ time }) => time);
    expect(times).not.toEqual([...times].sort((a, b) => a - b));
  });
});

describe('[P13] a page', () => {
  /** All pages from the start, as a client asks for them. */
  async function walk(at: ReturnType<typeof freshStore>, row: Awaited<ReturnType<typeof filled>>) {
    const pages: Page<Numbered>[] = [];
    for (let place = 0; ; ) {
      const page = await at.agent.resume(row, `${at.store.epoch}.${place}`);
      pages.push(page);
      if (page.end) return pages;
      place = page.events.at(-1)?.seq ?? place;
    }
  }

  test('holds 200 events at most', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 450);
    const pages = await walk(at, row);
    expect(pages.map(({ events }) => events.length)).toEqual([200, 200, 50]);
    expect(pages.map(({ end }) => end)).toEqual([false, false, true]);
    expect(pages.every(({ head }) => head === 450)).toBe(true);
    expect(pages.flatMap(seqs)).toEqual(upTo(450));
  });

  test('[P12] exactly full says that it was the last', async () => {
    await using at = freshStore();
    const pages = await walk(at, await filled(at.store, 400));
    expect(pages.map(({ events, end }) => [events.length, end])).toEqual([
      [200, false],
      [200, true],
    ]);
  });

  test.each([
    ['letters', 'x', 26],
    // Three bytes each, as they travel; counted as characters three times as many would fit.
    ['Chinese', '界', 8],
  ])('holds 256 KiB of data at most, in bytes: %s', async (_what, letter, fits) => {
    await using at = freshStore();
    const row = await filled(at.store, 60, () => letter.repeat(10_000));
    const pages = await walk(at, row);
    expect(pages[0]?.events).toHaveLength(fits);
    for (const { events } of pages) {
      const bytes = events.reduce(
        (sum, it) => sum + Buffer.byteLength(JSON.stringify((it as { data?: unknown }).data)),
        0,
      );
      expect(bytes).toBeLessThanOrEqual(LIMITS.pageBytes);
    }
    expect(pages.flatMap(seqs)).toEqual(upTo(60));
  });

  test('holds one event that is larger than a page, alone', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 5, (seq) => 'x'.repeat(seq === 3 ? 400_000 : 10));
    expect((await walk(at, row)).map(seqs)).toEqual([[1, 2], [3], [4, 5]]);
    const first = await filled(at.store, 2, (seq) => 'x'.repeat(seq === 1 ? 400_000 : 10));
    expect((await walk(at, first)).map(seqs)).toEqual([[1], [2]]);
  });

  test('of a reset is cut at its old end, never at its new one', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 60, () => 'x'.repeat(10_000));
    const page = await at.agent.resume(row, null);
    expect(seqs(page).at(-1)).toBe(60);
    expect(page.events).toHaveLength(26);
    expect(page).toMatchObject({ head: 60, end: true });
  });
});

describe('[P12] a replay that runs while others write', () => {
  test('names the head there is, and goes on until it is reached', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 10);
    // The row was read before the last three were written.
    const stale = { ...row, seq: 7, pub: 5 };
    const page = await at.agent.resume(stale, `${at.store.epoch}.7`);
    expect(seqs(page)).toEqual([8, 9, 10]);
    expect(page).toMatchObject({ head: 10, end: true });
  });
});

describe('history', () => {
  test('is what stands before a place, oldest first, and says whether there is more', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    const page = await at.agent.history(row, 6, 3);
    expect(seqs(page)).toEqual([3, 4, 5]);
    expect(page.more).toBe(true);
    expect(await at.agent.history(row, 4, 3)).toMatchObject({ more: false });
    expect(seqs(await at.agent.history(row, 9_999, 2))).toEqual([8, 9]);
    expect(await at.agent.history(row, 1, 5)).toEqual({ events: [], more: false });
    expect(await at.agent.history(row, 0, 5)).toEqual({ events: [], more: false });
  });

  test('[P8] of a visitor is counted and cut by pub', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 9);
    const page = await at.visitor.history(row, 5, 2);
    expect(pubs(page)).toEqual([3, 4]);
    expect(page.more).toBe(true);
    expect(await at.visitor.history(row, 3, 2)).toMatchObject({ more: false });
  });

  test('[P13] keeps the newest where not all fit', async () => {
    await using at = freshStore();
    const row = await filled(at.store, 60, () => 'x'.repeat(10_000));
    const page = await at.agent.history(row, 61, 100);
    expect(seqs(page)).toEqual(upTo(60, 35));
    expect(page.more).toBe(true);
  });
});

test('[P10] walking forward or backward from anywhere shows everything once, in order', async () => {
  await using at = freshStore();
  const row = await filled(at.store, 500, (seq) => 'x'.repeat((seq * 7919) % 9000));
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 500 }),
      fc.integer({ min: 1, max: 100 }),
      async (from, limit) => {
        const forward: (number | undefined)[] = [];
        for (let place = from; ; ) {
          const page = await at.agent.resume(row, `${at.store.epoch}.${place}`);
          forward.push(...seqs(page));
          place = page.events.at(-1)?.seq ?? place;
          if (page.end) break;
        }
        expect(forward).toEqual(upTo(500, from + 1));
        const backward: (number | null)[] = [];
        for (let before = (row.pub * from) / 500; ; ) {
          const page = await at.visitor.history(row, Math.floor(before) + 1, limit);
          backward.unshift(...pubs(page));
          before = (page.events[0]?.pub ?? 1) - 1;
          if (!page.more) break;
        }
        expect(backward).toEqual(upTo(Math.floor((row.pub * from) / 500)));
      },
    ),
    { seed: 51, numRuns: 12 },
  );
});

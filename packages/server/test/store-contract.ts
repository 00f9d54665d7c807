import { uuidv7 } from '@throughline/shared';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type {
  Agent,
  Contact,
  Conversation,
  Draft,
  LogRecord,
  Session,
  Store,
  StoredFile,
  Timer,
  Tx,
} from '../src/store/store.ts';
import { describeBusinessContract } from './store-contract-business.ts';

/** A store in a place of its own, made for one test. */
export interface OpenedStore {
  store: Store;
  /** Closes it and opens what it left behind. */
  reopen(): Promise<Store>;
  remove(): void | Promise<void>;
}

const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  id: uuidv7(),
  site: 'shop',
  contact: 'contact',
  status: 'open',
  assignee: null,
  epoch: 0,
  seq: 0,
  pub: 0,
  tags: [],
  snoozedUntil: null,
  createdAt: 1000,
  activeAt: 1000,
  lastMessage: null,
  visitorPub: 0,
  visitorRead: 0,
  agentRead: 0,
  waiting: null,
  offer: null,
  parked: false,
  unansweredSince: null,
  service: { queue: null, need: {}, answered: false, breached: null, broken: null },
  promises: [],
  approval: null,
  bot: null,
  advice: null,
  episode: { seq: 0, pub: 0, epoch: 0 },
  ...more,
});

const contact = (more: Partial<Contact> = {}): Contact => ({
  id: uuidv7(),
  site: 'shop',
  externalId: null,
  name: null,
  email: null,
  verified: false,
  blocked: false,
  mergedInto: null,
  erasure: null,
  context: {},
  createdAt: 1000,
  ...more,
});

/** A contact and the browser it is known by. */
async function introduce(tx: Tx, known: Contact): Promise<void> {
  await tx.contacts.insert(known);
  await tx.contacts.addDevice('token', known);
}

const agent = (more: Partial<Agent> = {}): Agent => ({
  id: uuidv7(),
  name: 'Ada',
  email: `${uuidv7()}@example.com`,
  role: 'agent',
  passwordHash: null,
  disabled: false,
  createdAt: 1000,
  ...more,
});

const session = (of: Agent, more: Partial<Session> = {}): Session => ({
  tokenHash: uuidv7(),
  agent: of.id,
  csrf: 'csrf',
  createdAt: 1000,
  expiresAt: 2000,
  ...more,
});

const timer = (key: string, at: number, more: Partial<Timer> = {}): Timer => ({
  id: uuidv7(),
  key,
  at,
  name: 'conversation:wake',
  input: { until: at },
  ...more,
});

const tracked = (more: Partial<Draft> = {}): Draft =>
  ({
    id: uuidv7(),
    type: 'event.tracked',
    site: 'shop',
    contact: 'contact',
    conversation: null,
    seq: null,
    pub: null,
    time: 1000,
    actor: { kind: 'visitor', id: 'contact' },
    cause: null,
    data: { name: 'x', properties: {} },
    ...more,
  }) as Draft;

const message = (row: Conversation, seq: number, more: Partial<Draft> = {}): Draft =>
  tracked({
    type: 'message.created',
    conversation: row.id,
    seq,
    pub: seq,
    data: { text: `message ${seq}` },
    ...more,
  } as Partial<Draft>);

const seqs = (records: LogRecord[]) => records.map(({ seq }) => seq);
const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);

async function all(store: Store): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (;;) {
    const more = await store.read.events.log(found.at(-1)?.offset ?? 0, 100);
    if (more.length === 0) return found;
    found.push(...more);
  }
}

/** What every engine has to do, told once: called with each of them. */
export function describeStoreContract(
  name: string,
  open: () => OpenedStore | Promise<OpenedStore>,
) {
  describe(`the store contract on ${name}`, () => {
    let opened: OpenedStore;
    let store: Store;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      onTestFinished(async () => {
        await store.close();
        await opened.remove();
      });
    });

    const reopen = async () => {
      store = await opened.reopen();
    };
    const write = <T>(work: (tx: Tx) => T | Promise<T>) => store.write('key', work);
    const append = (...drafts: Draft[]) =>
      write(async (tx) => {
        const records: LogRecord[] = [];
        for (const draft of drafts) records.push(await tx.events.append(draft));
        return records;
      });
    /** A conversation with this many messages. */
    const talk = async (n: number, more: Partial<Conversation> = {}) => {
      const row = conversation(more);
      await write(async (tx) => {
        await tx.conversations.insert(row);
        for (let seq = 1; seq <= n; seq++) await tx.events.append(message(row, seq));
      });
      return row;
    };

    describe('the log', () => {
      test('[P1] gives dense offsets from 1, in the order of the writes', async () => {
        await append(tracked(), tracked());
        await append(tracked());
        expect((await all(store)).map(({ offset }) => offset)).toEqual([1, 2, 3]);
        expect(await store.read.events.head()).toBe(3);
      });

      test('is empty at first', async () => {
        expect(await store.read.events.head()).toBe(0);
        expect(await store.read.events.log(0, 10)).toEqual([]);
        expect(await store.read.events.find(uuidv7())).toBeUndefined();
      });

      test('keeps a record as it was given, in memory and on disk', async () => {
        const row = await talk(0);
        const draft = message(row, 1, {
          actor: { kind: 'agent', id: 'a', name: 'Zoë 🙂 \u202e' },
          cause: { id: uuidv7(), depth: 1 },
          time: 8_640_000_000_000,
          data: { text: '"\\\n\u2028\ud83d\ude42 \'; DROP TABLE event; --' },
        });
        const [record] = await append(draft);
        expect(record).toEqual({ ...draft, offset: 1 });
        expect(await store.read.events.log(0, 10)).toEqual([record]);
        expect(await store.read.events.find(draft.id)).toEqual(record);
        await reopen();
        expect(await store.read.events.log(0, 10)).toEqual([record]);
      });

      test('is read in pieces without a gap, also where it is longer than any memory', async () => {
        for (let i = 0; i < 50; i++) await append(...Array.from({ length: 100 }, () => tracked()));
        expect((await all(store)).map(({ offset }) => offset)).toEqual(
          Array.from({ length: 5000 }, (_, i) => i + 1),
        );
        const offsetsFrom = async (after: number, limit: number) =>
          (await store.read.events.log(after, limit)).map(({ offset }) => offset);
        expect(await offsetsFrom(4998, 10)).toEqual([4999, 5000]);
        expect(await offsetsFrom(4000, 2)).toEqual([4001, 4002]);
        expect(await offsetsFrom(10, 2)).toEqual([11, 12]);
        expect(await offsetsFrom(5000, 10)).toEqual([]);
        expect(await offsetsFrom(9999, 10)).toEqual([]);
      });

      test('[P21] finds the first of a time wherever it stands', async () => {
        await append(...[5, 9, 7, 3, 8].map((time) => tracked({ time })));
        const first = (time: number, after = 0, upTo = 5) =>
          store.read.events.firstSince(time, { after, upTo });
        expect(await first(6)).toBe(2);
        expect(await first(6, 2)).toBe(3);
        expect(await first(8, 2)).toBe(5);
        expect(await first(8, 2, 4)).toBeUndefined();
        expect(await first(10)).toBeUndefined();
      });

      test('[P6] holds an id once', async () => {
        const draft = tracked();
        await append(draft);
        await expect(append(tracked({ id: draft.id }))).rejects.toThrow();
        const [next] = await append(tracked());
        expect(ids(await all(store))).toEqual([draft.id, next?.id]);
      });

      test('[P1] holds a place in a conversation once', async () => {
        const row = await talk(1);
        await expect(append(message(row, 1))).rejects.toThrow();
        const other = await talk(1);
        expect(await store.read.events.forward(range(other, 0))).toHaveLength(1);
      });
    });

    const range = (row: Conversation, position: number, more = {}) => ({
      conversation: row.id,
      position,
      limit: 100,
      publicOnly: false,
      ...more,
    });

    describe('a conversation’s records', () => {
      /** seq 1 to 6, of which 2, 3 and 5 are notes: pub 1, 2 and 3 for the rest. */
      const mixed = async () => {
        const row = await talk(0);
        const pubs = [1, null, null, 2, null, 3];
        await append(
          ...pubs.map((pub, i) =>
            message(row, i + 1, {
              pub,
              ...(pub === null ? { type: 'note.created' } : {}),
            } as Partial<Draft>),
          ),
        );
        await talk(3);
        return row;
      };

      test('[P10] are read forward behind a place', async () => {
        const row = await mixed();
        const { events } = store.read;
        expect(seqs(await events.forward(range(row, 0)))).toEqual([1, 2, 3, 4, 5, 6]);
        expect(seqs(await events.forward(range(row, 4)))).toEqual([5, 6]);
        expect(seqs(await events.forward(range(row, 1, { limit: 2 })))).toEqual([2, 3]);
        expect(await events.forward(range(row, 6))).toEqual([]);
        expect(await events.forward(range(conversation(), 0))).toEqual([]);
      });

      test('[P10] are read backward before a place, newest first', async () => {
        const row = await mixed();
        const { events } = store.read;
        const max = Number.MAX_SAFE_INTEGER;
        expect(seqs(await events.backward(range(row, max)))).toEqual([6, 5, 4, 3, 2, 1]);
        expect(seqs(await events.backward(range(row, 4)))).toEqual([3, 2, 1]);
        expect(seqs(await events.backward(range(row, 4, { limit: 2 })))).toEqual([3, 2]);
        expect(await events.backward(range(row, 1))).toEqual([]);
      });

      test('[P8] are read as a visitor counts them', async () => {
        const row = await mixed();
        const { events } = store.read;
        const publicOnly = true;
        const pubs = (records: LogRecord[]) => records.map(({ pub }) => pub);
        expect(pubs(await events.forward(range(row, 0, { publicOnly })))).toEqual([1, 2, 3]);
        expect(pubs(await events.forward(range(row, 1, { publicOnly })))).toEqual([2, 3]);
        expect(pubs(await events.forward(range(row, 0, { publicOnly, limit: 2 })))).toEqual([1, 2]);
        const max = Number.MAX_SAFE_INTEGER;
        expect(pubs(await events.backward(range(row, max, { publicOnly })))).toEqual([3, 2, 1]);
        expect(pubs(await events.backward(range(row, 3, { publicOnly, limit: 1 })))).toEqual([2]);
        expect(pubs(await events.backward(range(row, 1, { publicOnly })))).toEqual([]);
      });

      test('amendments are those of one message, in order', async () => {
        const row = await talk(2);
        const [first = '', second = ''] = ids(await store.read.events.forward(range(row, 0)));
        const amend = (seq: number, type: string, target: string) =>
          message(row, seq, { type, data: { message: target, text: 'x' } } as Partial<Draft>);
        await append(
          amend(3, 'message.updated', first),
          amend(4, 'message.updated', second),
          amend(5, 'message.deleted', first),
        );
        const { amendments } = store.read.events;
        expect(seqs(await amendments(row.id, first))).toEqual([3, 5]);
        expect(await amendments(conversation().id, first)).toEqual([]);
      });
    });

    test('half of a character and NUL, wherever they stand, keep nothing else from being read', async () => {
      const state = {
        text: 'cut \ud83d',
        nul: 'a\0b',
        '\ud83d\0': ['\udc00'],
        plain: '\\u0000 😀',
      };
      const row = conversation({ bot: { run: 'r', state } as unknown as Conversation['bot'] });
      await store.write('c', (tx) => tx.conversations.insert(row));
      const of = (seq: number, type: string, data: object) =>
        message(row, seq, { type, data: { run: 'r', ...data } } as Partial<Draft>);
      const said = message(row, 1);
      await append(
        said,
        of(2, 'bot.started', { bot: 'faq' }),
        of(3, 'message.updated', { message: said.id, text: 'b\ud83d', state }),
      );
      const { amendments, runs } = store.read.events;
      expect(await runs([], 10)).toMatchObject([{ bot: 'faq' }]);
      const [found] = await amendments(row.id, said.id);
      expect(found?.data).toMatchObject({ state: { plain: '\\u0000 😀' } });
    });

    test('[PR-05] a contact’s records outside of conversations are read either way, page by page', async () => {
      const row = conversation();
      await write((tx) => tx.conversations.insert(row));
      const time = (records: LogRecord[]) => records.map((it) => it.time);
      const at = (time: number) => tracked({ time });
      await append(at(1), message(row, 1), tracked({ contact: 'other' }), at(2), at(3));
      const { forwardOf, ofContact } = store.read.events;
      const first = await forwardOf('contact', 0, 2);
      expect(time(first)).toEqual([1, 2]);
      expect(time(await forwardOf('contact', first.at(-1)?.offset ?? 0, 2))).toEqual([3]);
      expect(time(await ofContact('contact', first.at(-1)?.offset ?? 0, 2))).toEqual([1]);
    });

    describe('works', () => {
      test('[P3] are on stable storage, and readable, once they are answered', async () => {
        const [record] = await append(tracked());
        expect(await store.read.events.find(record?.id ?? '')).toEqual(record);
        await reopen();
        expect(await store.read.events.find(record?.id ?? '')).toEqual(record);
      });

      test('see what they themselves and those before them wrote', async () => {
        const row = conversation();
        const seen = await Promise.all([
          write(async (tx) => {
            await tx.conversations.insert(row);
            return (await tx.conversations.get(row.id))?.id;
          }),
          write(async (tx) => {
            await tx.conversations.save({ ...row, epoch: 7 });
            await tx.events.append(message(row, 1));
            return tx.events.head();
          }),
          write(async (tx) => (await tx.conversations.get(row.id))?.epoch),
        ]);
        expect(seen).toEqual([row.id, 1, 7]);
      });

      test('[P5] are seen by nobody else before they are committed', async () => {
        const outside: unknown[] = [];
        await write(async (tx) => {
          await tx.events.append(tracked());
          outside.push(await store.read.events.head(), await store.read.events.log(0, 1));
        });
        expect(outside).toEqual([0, []]);
      });

      test('of one key run one after another, however long each takes', async () => {
        const steps: string[] = [];
        const slow = (name: string) =>
          store.write('key', async () => {
            steps.push(`${name} begins`);
            for (let i = 0; i < 5; i++) await null;
            steps.push(`${name} ends`);
          });
        await Promise.all([slow('a'), slow('b'), slow('c')]);
        expect(steps).toEqual(['a', 'b', 'c'].flatMap((it) => [`${it} begins`, `${it} ends`]));
      });

      test('[P4] keep their order over many commits', async () => {
        const row = await talk(0);
        await Promise.all(
          Array.from({ length: 600 }, () =>
            write(async (tx) => {
              const before = (await tx.conversations.get(row.id)) ?? row;
              const seq = before.seq + 1;
              await tx.events.append(message(row, seq));
              await tx.conversations.save({ ...before, seq });
              return seq;
            }),
          ),
        ).then((numbers) => expect(numbers).toEqual(Array.from({ length: 600 }, (_, i) => i + 1)));
      });

      test('[P7] one that throws undoes its own writes and nobody else’s', async () => {
        const row = await talk(0);
        const good = (seq: number) =>
          write(async (tx) => {
            await tx.events.append(message(row, seq));
            await tx.cursors.set(`good ${seq}`, seq);
            return seq;
          });
        const failure = new Error('on purpose');
        const bad = write(async (tx) => {
          await tx.events.append(message(row, 99));
          await tx.conversations.save({ ...row, status: 'resolved', epoch: 99 });
          await tx.cursors.set('bad', 99);
          await tx.timers.set(timer('bad', 99));
          throw failure;
        });
        const results = await Promise.allSettled([good(1), bad, good(2)]);
        expect(results).toEqual([
          { status: 'fulfilled', value: 1 },
          { status: 'rejected', reason: failure },
          { status: 'fulfilled', value: 2 },
        ]);
        expect(seqs(await all(store))).toEqual([1, 2]);
        const { read } = store;
        expect(await read.cursors.get('bad')).toBe(0);
        expect(await read.cursors.get('good 2')).toBe(2);
        expect(await read.timers.nextAt()).toBeUndefined();
        expect(await read.conversations.get(row.id)).toEqual(row);
      });

      test('[P7] nothing of an undone work is remembered', async () => {
        const row = await talk(0);
        await expect(
          write(async (tx) => {
            await tx.conversations.get(row.id);
            await tx.conversations.save({ ...row, epoch: 5, tags: ['wrong'] });
            await tx.events.append(message(row, 1));
            throw new Error('on purpose');
          }),
        ).rejects.toThrow('on purpose');
        expect(await write((tx) => tx.conversations.get(row.id))).toEqual(row);
        expect(await store.read.events.log(0, 10)).toEqual([]);
        await append(message(row, 1));
        expect(await store.read.events.log(0, 10)).toHaveLength(1);
      });

      test('[P6] two with the same id in one commit: the second finds the first', async () => {
        const draft = tracked();
        const once = () =>
          write(async (tx) => {
            if (await tx.events.find(draft.id)) return 'known';
            await tx.events.append(draft);
            return 'new';
          });
        expect(await Promise.all([once(), once(), once()])).toEqual(['new', 'known', 'known']);
      });

      test('are counted while they wait', async () => {
        expect(store.backlog).toBe(0);
        const works = Array.from({ length: 10 }, () => append(tracked()));
        expect(store.backlog).toBe(10);
        await Promise.all(works);
        expect(store.backlog).toBe(0);
      });

      test('[P20] accepted before the store closes are finished, later ones refused', async () => {
        const works = Array.from({ length: 700 }, () => append(tracked()));
        const closing = store.close();
        const late = expect(append(tracked())).rejects.toMatchObject({ code: 'going_away' });
        expect(
          (await Promise.allSettled(works)).every(({ status }) => status === 'fulfilled'),
        ).toBe(true);
        await late;
        await closing;
        await store.close();
        store = await opened.reopen();
        expect(await store.read.events.head()).toBe(700);
        await expect(append(tracked())).resolves.toHaveLength(1);
      });
    });

    describe('listeners', () => {
      // Several commits may be told of together, a few milliseconds later.
      const turn = () => new Promise<void>((done) => setTimeout(done, 20));

      test('hear of commits that appended, and of no others', async () => {
        let heard = 0;
        const forget = store.onCommit(() => {
          heard += 1;
        });
        await append(tracked());
        await turn();
        expect(heard).toBe(1);
        await write((tx) => tx.cursors.set('x', 1));
        await turn();
        expect(heard).toBe(1);
        await write(async (tx) => {
          await tx.events.append(tracked());
          throw new Error('on purpose');
        }).catch(() => {});
        await turn();
        expect(heard).toBe(1);
        forget();
        await append(tracked());
        await turn();
        expect(heard).toBe(1);
      });
    });

    describe('[P9] redaction', () => {
      test('leaves number, type and everything else, and takes the text away', async () => {
        const row = await talk(3);
        const before = await all(store);
        await write((tx) => tx.events.redact([2]));
        const expected = before.map((record) =>
          record.offset === 2 ? { ...record, data: { redacted: true } } : record,
        );
        expect(await all(store)).toEqual(expected);
        expect(await store.read.events.forward(range(row, 0))).toEqual(expected);
        expect(await store.read.events.find(expected[1]?.id ?? '')).toEqual(expected[1]);
        await reopen();
        expect(await all(store)).toEqual(expected);
      });

      test('reaches a record of the same work', async () => {
        const row = await talk(0);
        await write(async (tx) => {
          const { offset } = await tx.events.append(message(row, 1));
          await tx.events.redact([offset]);
        });
        expect((await all(store))[0]?.data).toEqual({ redacted: true });
      });

      test('is undone with its work', async () => {
        await talk(1);
        await write(async (tx) => {
          await tx.events.redact([1]);
          throw new Error('on purpose');
        }).catch(() => {});
        await append(tracked());
        expect((await all(store))[0]?.data).toEqual({ text: 'message 1' });
      });
    });

    describe('conversations', () => {
      test('are kept as they were given', async () => {
        const row = conversation({
          advice: { bot: 'b', upTo: 2, state: { n: 1 }, suggestion: null },
          status: 'snoozed',
          assignee: 'agent',
          epoch: 3,
          tags: ['vip', 'späte 🙂'],
          snoozedUntil: 5000,
          lastMessage: { id: uuidv7(), text: 'hi', by: 'agent' },
          visitorPub: 1,
          visitorRead: 2,
          agentRead: 3,
        });
        await write((tx) => tx.conversations.insert(row));
        expect(await store.read.conversations.get(row.id)).toEqual(row);
        const later: Conversation = {
          ...row,
          status: 'open',
          assignee: null,
          epoch: 4,
          seq: 9,
          pub: 8,
          tags: [],
          snoozedUntil: null,
          activeAt: 2000,
          lastMessage: null,
        };
        await write((tx) => tx.conversations.save(later));
        expect(await store.read.conversations.get(row.id)).toEqual(later);
        expect(await write((tx) => tx.conversations.get(row.id))).toEqual(later);
        await reopen();
        expect(await store.read.conversations.get(row.id)).toEqual(later);
        expect(await store.read.conversations.get(uuidv7())).toBeUndefined();
      });

      test('rows carry the contact’s name and address', async () => {
        const known = contact({ name: 'Grace', email: 'grace@example.com' });
        const [row, other] = [conversation({ contact: known.id }), conversation()];
        await write(async (tx) => {
          await introduce(tx, known);
          await tx.conversations.insert(row);
          await tx.conversations.insert(other);
        });
        expect(await store.read.conversations.rows([other.id, uuidv7(), row.id])).toEqual([
          { ...other, contactName: null, contactEmail: null },
          { ...row, contactName: 'Grace', contactEmail: 'grace@example.com' },
        ]);
      });

      const fill = async () => {
        const rows = [
          conversation({ id: 'open', activeAt: 10 }),
          conversation({ id: 'mine', activeAt: 20, assignee: 'me' }),
          conversation({ id: 'waiting', activeAt: 30, assignee: 'me', status: 'waiting' }),
          conversation({ id: 'hers', activeAt: 40, assignee: 'her' }),
          conversation({ id: 'snoozed', activeAt: 50, assignee: 'me', status: 'snoozed' }),
          conversation({ id: 'resolved', activeAt: 60, assignee: 'me', status: 'resolved' }),
        ];
        for (const row of rows) await write((tx) => tx.conversations.insert(row));
      };

      test.each([
        ['mine', ['waiting', 'mine']],
        ['unassigned', ['open']],
        ['all', ['hers', 'waiting', 'mine', 'open']],
        ['snoozed', ['snoozed']],
        ['resolved', ['resolved']],
      ] as const)('the view %s', async (view, expected) => {
        await fill();
        expect(ids(await store.read.conversations.list({ view, agent: 'me', limit: 10 }))).toEqual(
          expected,
        );
      });

      test('counts are exact up to their cap, and one more beyond it', async () => {
        await fill();
        expect(await store.read.conversations.counts(999)).toEqual({
          unassigned: 1,
          all: 4,
          snoozed: 1,
          resolved: 1,
          mine: { me: 2, her: 1 },
        });
        const capped = await store.read.conversations.counts(1);
        expect(capped).toMatchObject({ unassigned: 1, all: 2, mine: { me: 2, her: 1 } });
      });

      test('paging shows every row once, also those of one moment', async () => {
        const rows = Array.from({ length: 23 }, (_, i) =>
          conversation({ activeAt: 1000 + Math.floor(i / 5) }),
        );
        for (const row of rows) await write((tx) => tx.conversations.insert(row));
        const { list } = store.read.conversations;
        const seen: Conversation[] = [];
        for (;;) {
          const last = seen.at(-1);
          const before = last ? { before: { activeAt: last.activeAt, id: last.id } } : {};
          const page = await list({ view: 'all', agent: '', limit: 4, ...before });
          if (page.length === 0) break;
          seen.push(...page);
        }
        expect(ids(seen).sort()).toEqual(ids(rows).sort());
        const times = seen.map(({ activeAt }) => activeAt);
        expect(times).toEqual([...times].sort((a, b) => b - a));
      });

      test('paging is not upset by rows that move up meanwhile', async () => {
        const rows = Array.from({ length: 10 }, (_, i) => conversation({ activeAt: 1000 + i }));
        for (const row of rows) await write((tx) => tx.conversations.insert(row));
        const { list } = store.read.conversations;
        const first = await list({ view: 'all', agent: '', limit: 5 });
        const moved = rows[0];
        if (moved) await write((tx) => tx.conversations.save({ ...moved, activeAt: 9999 }));
        const last = first.at(-1);
        const before = { activeAt: last?.activeAt ?? 0, id: last?.id ?? '' };
        const second = await list({ view: 'all', agent: '', limit: 5, before });
        expect(ids([...first, ...second]).sort()).toEqual(ids(rows.slice(1)).sort());
      });

      test('a page behind a row that is not there is a page behind its time', async () => {
        await fill();
        const before = { activeAt: 25, id: uuidv7() };
        const rows = await store.read.conversations.list({
          view: 'all',
          agent: '',
          limit: 9,
          before,
        });
        expect(ids(rows)).toEqual(['mine', 'open']);
      });

      test('of a contact: its own, newest first, as many as asked for', async () => {
        for (const activeAt of [1, 3, 2])
          await talk(0, { id: `of me ${activeAt}`, contact: 'me', activeAt });
        await talk(0, { contact: 'somebody else' });
        const { ofContact } = store.read.conversations;
        expect(ids(await ofContact('me', 10))).toEqual(['of me 3', 'of me 2', 'of me 1']);
        expect(ids(await ofContact('me', 1))).toEqual(['of me 3']);
        expect(await ofContact('nobody', 10)).toEqual([]);
      });

      test('[PR-05] all of a contact: by id, page by page', async () => {
        for (const id of ['c', 'a', 'b']) await talk(0, { id, contact: 'me' });
        await talk(0, { id: 'd', contact: 'somebody else' });
        const { allOf } = store.read.conversations;
        expect(ids(await allOf('me', '', 2))).toEqual(['a', 'b']);
        expect(ids(await allOf('me', 'b', 2))).toEqual(['c']);
        expect(await allOf('me', 'c', 2)).toEqual([]);
      });

      test('[PR-05] all files of one: by id, page by page, none whose bytes go', async () => {
        const of = {
          conversation: 'mine',
          ownerKind: 'visitor',
          owner: 'me',
          name: 'a.png',
        } as const;
        const is = { type: 'image/png', bytes: 7, width: 2, height: null, createdAt: 1000 };
        const file = (id: string, more: Partial<StoredFile> = {}): StoredFile => ({
          ...{ ...of, ...is, id, state: 'stored', message: null },
          ...more,
        });
        const [a, b, c] = [file('a'), file('b', { message: 'm' }), file('c', { state: 'begun' })];
        const others = [file('d', { state: 'gone' }), file('e', { conversation: 'other' })];
        for (const it of [c, a, b, ...others]) await write((tx) => tx.files.insert(it));
        const { allOf } = store.read.files;
        expect(await allOf('mine', '', 2)).toEqual([a, b]);
        expect(await allOf('mine', 'b', 2)).toEqual([c]);
        expect(await allOf('mine', 'c', 2)).toEqual([]);
      });

      test('unread are messages of others than the visitor, behind a place', async () => {
        const row = await talk(0);
        const by = (kind: 'visitor' | 'agent' | 'bot') => ({ actor: { kind, id: 'x' } });
        await append(
          message(row, 1, by('agent')),
          message(row, 2, by('visitor')),
          message(row, 3, { pub: null, type: 'note.created', ...by('agent') } as Partial<Draft>),
          message(row, 4, { pub: 3, ...by('agent') }),
          message(row, 5, {
            pub: 4,
            type: 'message.read',
            data: { upTo: 1 },
            ...by('agent'),
          } as Partial<Draft>),
          message(row, 6, { pub: 5, ...by('bot') }),
        );
        const { unreadOf } = store.read.conversations;
        expect(await unreadOf(row.id, 0)).toBe(3);
        expect(await unreadOf(row.id, 1)).toBe(2);
        expect(await unreadOf(row.id, 3)).toBe(1);
        expect(await unreadOf(row.id, 9)).toBe(0);
      });
    });

    describe('search', () => {
      const findable = async (text: string, more: Partial<Conversation> = {}) => {
        const row = await talk(0, more);
        await write(async (tx) => {
          const { offset } = await tx.events.append(message(row, 1));
          await tx.search.put(new Map([[offset, text]]));
        });
        return row.id;
      };
      const search = async (query: string, limit = 10) =>
        ids(await store.read.conversations.search(query, limit));

      test('finds where all words are, by their beginnings, in any case and accent', async () => {
        const invoice = await findable('The Invoice of Ångström is late');
        await findable('Nothing here');
        for (const query of [
          'invoice',
          'INVOICE',
          'inv lat',
          'angstrom',
          'Ångström',
          'A\u030angstro\u0308m',
          'late, the!',
        ])
          expect(await search(query), query).toEqual([invoice]);
        for (const query of ['invoice nothing', 'voice', 'late invoices'])
          expect(await search(query), query).toEqual([]);
      });

      test('a query is words and nothing else', async () => {
        const id = await findable('plain words OR NOT near text');
        for (const query of [
          '"',
          '*',
          '"*',
          "'",
          '-',
          '^',
          '(',
          ')',
          '  ',
          '',
          '\u0000',
          '🙂',
          'a\u0301',
        ])
          expect(await search(query), query).toEqual([]);
        for (const query of ['plain OR', '"words', 'text:plain', 'NEAR(plain', 'words*', "'words'"])
          expect(await search(query), query).toEqual([id]);
        expect(await search('plain AND missing')).toEqual([]);
        expect(await search('x '.repeat(5000))).toEqual([]);
      });

      test('the newest conversations first, each once, as many as asked for', async () => {
        const old = await findable('apple', { activeAt: 1 });
        const fresh = await findable('apple', { activeAt: 3 });
        const middle = await findable('apple apple', { activeAt: 2 });
        expect(await search('apple')).toEqual([fresh, middle, old]);
        expect(await search('apple', 1)).toEqual([fresh]);
      });

      test('what is known of a contact finds its conversations', async () => {
        const known = contact({ name: 'Grace' });
        const row = await talk(0, { contact: known.id });
        await write(async (tx) => {
          await introduce(tx, known);
          const { offset } = await tx.events.append(tracked({ contact: known.id }));
          await tx.search.put(new Map([[offset, 'Grace Hopper']]));
        });
        expect(await search('hopper')).toEqual([row.id]);
      });

      test('changes and removals go on for ever, over many commits', async () => {
        const row = await talk(0);
        for (let seq = 1; seq <= 60; seq++)
          await write(async (tx) => {
            const { offset } = await tx.events.append(message(row, seq));
            await tx.search.put(new Map([[offset, `apple number${offset}`]]));
            if (offset > 3) await tx.search.put(new Map([[offset - 3, '']]));
            if (offset > 5) await tx.search.put(new Map([[offset - 5, `pear number${offset}`]]));
            await tx.cursors.set('search', offset);
          });
        expect(await store.read.cursors.get('search')).toBe(60);
        expect(await search('apple')).toEqual([row.id]);
        expect(await search('number9 apple')).toEqual([]);
        expect(await search('pear number9')).toEqual([row.id]);
        await append(message(row, 61));
      });

      test('[P9] what was removed is not found any more', async () => {
        await findable('secret');
        await write((tx) => tx.search.put(new Map([[1, '']])));
        expect(await search('secret')).toEqual([]);
        await write((tx) => tx.search.put(new Map([[1, 'changed']])));
        expect(await search('changed')).toHaveLength(1);
        await reopen();
        expect(await search('secret')).toEqual([]);
        expect(await search('changed')).toHaveLength(1);
      });
    });

    describe('contacts and devices', () => {
      test('are written once, with what is known first', async () => {
        const known = contact({ name: 'Grace' });
        await write((tx) => introduce(tx, known));
        await write((tx) => introduce(tx, { ...known, name: 'Mallory' }));
        expect(await store.read.contacts.get(known.id)).toEqual(known);
        expect(await store.read.contacts.ofDevice('token', 'shop')).toBe(known.id);
      });

      test('[P17] a device belongs to one contact of one site', async () => {
        const [first, second] = [contact(), contact({ site: 'garage' })];
        await write((tx) => introduce(tx, first));
        await write((tx) => introduce(tx, second));
        const { ofDevice } = store.read.contacts;
        expect(await ofDevice('token', 'shop')).toBe(first.id);
        expect(await ofDevice('token', 'garage')).toBeUndefined();
        expect(await ofDevice('other', 'shop')).toBeUndefined();
        const { devices } = store.read.contacts;
        expect(await devices(['other', 'token'])).toEqual(new Set(['token']));
        await write((tx) => tx.contacts.removeDevice('token'));
        expect(await devices(['token'])).toEqual(new Set());
        expect(await devices([])).toEqual(new Set());
      });

      test('who is blocked is found to be, and their devices are nobody’s who may come in', async () => {
        const known = contact();
        await write((tx) => introduce(tx, known));
        const { isBlocked, devices } = store.read.contacts;
        expect(await isBlocked(known.id)).toBe(false);
        await write((tx) => tx.contacts.save({ ...known, blocked: true }));
        expect(await isBlocked(known.id)).toBe(true);
        expect(await isBlocked(uuidv7())).toBe(false);
        expect(await devices(['token'])).toEqual(new Set());
        await write((tx) => tx.contacts.save(known));
        expect(await devices(['token'])).toEqual(new Set(['token']));
      });

      test('are saved', async () => {
        const known = contact();
        await write((tx) => introduce(tx, known));
        const later = {
          ...known,
          externalId: 'x',
          name: 'Grace',
          email: 'g@example.com',
          verified: true,
          blocked: true,
          mergedInto: 'other',
          context: { language: 'de' },
        };
        await write((tx) => tx.contacts.save(later));
        expect(await store.read.contacts.get(known.id)).toEqual(later);
      });
    });

    describe('agents, sessions and links', () => {
      test('an address is one agent, whatever its case', async () => {
        const ada = agent({ email: 'Ada@Example.com' });
        await write((tx) => tx.agents.insert(ada));
        expect(await store.read.agents.byEmail('ada@example.COM')).toEqual(ada);
        expect(await store.read.agents.get(ada.id)).toEqual(ada);
        await expect(
          write((tx) => tx.agents.insert(agent({ email: 'ADA@example.com' }))),
        ).rejects.toThrow();
        expect(await store.read.agents.list()).toEqual([ada]);
      });

      test('the list holds those who are not disabled, by name', async () => {
        const [zoe, ada, gone] = [agent({ name: 'Zoe' }), agent(), agent({ name: 'Bo' })];
        for (const one of [zoe, ada, gone]) await write((tx) => tx.agents.insert(one));
        const changed = { ...gone, disabled: true, role: 'admin' as const, passwordHash: 'x' };
        await write((tx) => tx.agents.save(changed));
        expect((await store.read.agents.list()).map(({ name: it }) => it)).toEqual(['Ada', 'Zoe']);
        expect(await store.read.agents.get(gone.id)).toEqual(changed);
        const everybody = await store.read.agents.all();
        expect(everybody.map(({ name: it }) => it)).toEqual(['Ada', 'Bo', 'Zoe']);
        expect(everybody).toContainEqual(changed);
      });

      test('[P26] a session is good until it ends, expires, or its agent is disabled', async () => {
        const [ada, bo] = [agent(), agent()];
        const good = session(ada);
        const [expired, ended, disabled] = [
          session(ada, { expiresAt: 1500 }),
          session(ada),
          session(bo),
        ];
        await write(async (tx) => {
          for (const one of [ada, bo]) await tx.agents.insert(one);
          for (const one of [good, expired, ended, disabled]) await tx.sessions.insert(one);
          await tx.sessions.remove(ended.tokenHash);
          await tx.agents.save({ ...bo, disabled: true });
        });
        const hashes = [good, expired, ended, disabled].map(({ tokenHash }) => tokenHash);
        expect(await store.read.sessions.valid([...hashes, 'nobody'], 1500)).toEqual(
          new Set([good.tokenHash]),
        );
        expect(await store.read.sessions.get(good.tokenHash)).toEqual(good);
        expect(await store.read.sessions.get(ended.tokenHash)).toBeUndefined();
        await write((tx) => tx.sessions.removeExpired(1500));
        expect(await store.read.sessions.get(expired.tokenHash)).toBeUndefined();
        expect(await store.read.sessions.get(good.tokenHash)).toEqual(good);
        await write((tx) => tx.sessions.removeOf(ada.id));
        expect(await store.read.sessions.get(good.tokenHash)).toBeUndefined();
        expect(await store.read.sessions.get(disabled.tokenHash)).toEqual(disabled);
      });

      test('links are removed one by one, or all that are open for one agent', async () => {
        const link = (tokenHash: string, of: string | null) => ({
          tokenHash,
          agent: of,
          expiresAt: 9,
        });
        await write(async (tx) => {
          for (const one of [link('a', 'ada'), link('b', 'ada'), link('c', null), link('d', 'bo')])
            await tx.links.insert(one);
        });
        const open = async () => {
          const found = await Promise.all(
            ['a', 'b', 'c', 'd'].map((it) => store.read.links.get(it)),
          );
          return found.map((it) => it?.tokenHash ?? '-').join('');
        };
        expect(await store.read.links.get('c')).toEqual(link('c', null));
        await write((tx) => tx.links.remove('a'));
        expect(await open()).toBe('-bcd');
        await write((tx) => tx.links.removeOpen(null));
        expect(await open()).toBe('-b-d');
        await write((tx) => tx.links.removeOpen('ada'));
        expect(await open()).toBe('---d');
      });
    });

    describe('timers, cursors and blueprints', () => {
      test('[P25] a timer is a row; setting its key again replaces it', async () => {
        const [first, second] = [timer('a', 100), timer('a', 300)];
        await write((tx) => tx.timers.set(first));
        await write((tx) => tx.timers.set(timer('b', 200)));
        expect(await store.read.timers.nextAt()).toBe(100);
        await write((tx) => tx.timers.set(second));
        await reopen();
        expect(await store.read.timers.nextAt()).toBe(200);
        const due = await store.read.timers.due(1000, 10);
        expect(due.map(({ key, at }) => [key, at])).toEqual([
          ['b', 200],
          ['a', 300],
        ]);
        expect(due[1]).toEqual(second);
      });

      test('[P25] due are those whose time has come, earliest first, as many as asked for', async () => {
        for (const at of [30, 10, 20]) await write((tx) => tx.timers.set(timer(`${at}`, at)));
        const due = async (now: number, limit: number) =>
          (await store.read.timers.due(now, limit)).map(({ at }) => at);
        expect(await due(9, 10)).toEqual([]);
        expect(await due(20, 10)).toEqual([10, 20]);
        expect(await due(99, 1)).toEqual([10]);
        await write((tx) => tx.timers.clear('10'));
        await write((tx) => tx.timers.clear('nobody'));
        expect(await due(99, 10)).toEqual([20, 30]);
      });

      test('a cursor is where its follower stopped; 0 at first', async () => {
        expect(await store.read.cursors.get('x')).toBe(0);
        await write((tx) => tx.cursors.set('x', 5));
        await write((tx) => tx.cursors.set('x', 7));
        await reopen();
        expect(await store.read.cursors.get('x')).toBe(7);
        expect(await store.read.cursors.get('y')).toBe(0);
      });

      test('the latest blueprint is the one with the highest version', async () => {
        expect(await store.read.blueprints.latest()).toBeUndefined();
        const row = (version: number) => ({
          version,
          document: `{"${version}":1}`,
          publishedAt: 1,
          by: 'cli',
        });
        for (const version of [1, 2]) await write((tx) => tx.blueprints.insert(row(version)));
        await expect(write((tx) => tx.blueprints.insert(row(2)))).rejects.toThrow();
        expect(await store.read.blueprints.latest()).toEqual(row(2));
        expect(await store.read.blueprints.get(1)).toEqual(row(1));
        expect(await store.read.blueprints.get(3)).toBeUndefined();
      });
    });

    describe('what it leaves behind', () => {
      test('[P11] the epoch stays as long as the log, and no other log has it', async () => {
        const { epoch } = store;
        expect(epoch).toMatch(/^[\w-]{8,}$/);
        await append(tracked());
        await reopen();
        expect(store.epoch).toBe(epoch);
        const other = await open();
        expect(other.store.epoch).not.toBe(epoch);
        await other.store.close();
        await other.remove();
      });

      test('[P1] numbers go on where they stopped', async () => {
        await append(tracked(), tracked());
        await reopen();
        await append(tracked());
        expect((await all(store)).map(({ offset }) => offset)).toEqual([1, 2, 3]);
      });
    });

    describeBusinessContract({ store: () => store, reopen });
  });
}

import { uuidv7 } from '@throughline/shared';
import { isTombstone, publicEvents, type Status } from '@throughline/shared/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askApproval } from '../../test/bots.ts';
import { codeOf, type Ground, ground } from '../../test/ground.ts';
import type { LogRecord } from '../store/store.ts';
import type { Name } from './decision.ts';
import { evolve, unborn } from './evolve.ts';
import type { Principal } from './policy.ts';

const types = (records: LogRecord[]) => records.map(({ type }) => type);

test('[P29] no card number enters the log, by whatever command; nothing else is changed, or told', async () => {
  const { start, give, people, records, store } = await ground();
  const conversation = await start();
  const text = 'card 4111 1111 1111 1111';
  const { id: message } = await give(people.visitor, 'message:send', { conversation, text });
  await give(people.visitor, 'message:edit', { conversation, message, text: `${text}!` });
  await give(people.ada, 'note:add', { conversation, text });
  const plain = await give(people.ada, 'message:send', { conversation, text: 'order 1234 5678' });
  expect(plain).not.toHaveProperty('text');
  const all = await records();
  expect(all.flatMap(({ data }) => ('text' in data ? [data.text] : []))).toEqual([
    'card •••• •••• •••• 1111',
    'card •••• •••• •••• 1111!',
    'card •••• •••• •••• 1111',
    'order 1234 5678',
  ]);
  expect(JSON.stringify([all, await store.read.conversations.get(conversation)])).not.toContain(
    '4111 1111',
  );
});

describe('[P6] the id of a command', () => {
  test('[EV-11] given fifty times at once it makes one event and fifty equal answers', async () => {
    const { start, run, people, records } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: 'hi' };
    const all = await Promise.all(
      Array.from({ length: 50 }, () => run(people.visitor, 'message:send', input)),
    );
    expect(new Set(all.map((it) => JSON.stringify(it))).size).toBe(1);
    expect(all[0]).toMatchObject({ ok: true, data: { id: input.id, seq: 2, pub: 2 } });
    expect(types(await records())).toEqual(['conversation.started', 'message.created']);
  });

  test('is repeated later, after restarts of time and other events, with the first answer', async () => {
    const { start, run, give, people, clock } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: 'hi' };
    const first = await run(people.visitor, 'message:send', input);
    clock.now += 1e9;
    await give(people.ada, 'conversation:resolve', { conversation });
    expect(await run(people.visitor, 'message:send', input)).toEqual(first);
  });

  test.each([
    ['another text', { text: 'no' }],
    ['another conversation', { conversation: uuidv7() }],
  ])('with %s is refused', async (_what, more) => {
    const { start, run, people, records } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: 'hi' };
    await run(people.visitor, 'message:send', input);
    expect(codeOf(await run(people.visitor, 'message:send', { ...input, ...more }))).toBe(
      'idempotency_conflict',
    );
    expect(await records()).toHaveLength(2);
  });

  test('[P29] with a card number is repeated as it was sent, and as it was kept', async () => {
    const { start, run, people, records } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: '4111 1111 1111 1111' };
    const text = '•••• •••• •••• 1111';
    const first = await run(people.visitor, 'message:send', input);
    expect(first).toMatchObject({ ok: true, data: { text } });
    expect(await run(people.visitor, 'message:send', input)).toEqual(first);
    const { ok } = await run(people.visitor, 'message:send', { ...input, text });
    expect(ok).toBe(true);
    const other = { ...input, text: '5555 5555 5555 4444' };
    expect(codeOf(await run(people.visitor, 'message:send', other))).toBe('idempotency_conflict');
    expect(await records()).toHaveLength(2);
  });

  test('[EV-12] [EV-13] of another sender, or another command, is refused', async () => {
    const { start, run, people, records } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: 'hi' };
    await run(people.ada, 'message:send', input);
    for (const outcome of [
      await run(people.visitor, 'message:send', input),
      await run(people.bo, 'message:send', input),
      await run(people.ada, 'note:add', input),
    ])
      expect(codeOf(outcome)).toBe('idempotency_conflict');
    expect(await records()).toHaveLength(2);
  });

  test('[EV-13] somebody else’s, used before its owner does, costs the owner nothing but a new id', async () => {
    const { start, run, people } = await ground();
    const [mine, theirs] = [await start(), await start(people.stranger)];
    const id = uuidv7();
    expect(
      codeOf(
        await run(people.stranger, 'message:send', { id, conversation: theirs, text: 'mine now' }),
      ),
    ).toBe('ok');
    expect(
      codeOf(await run(people.visitor, 'message:send', { id, conversation: mine, text: 'hi' })),
    ).toBe('idempotency_conflict');
    expect(
      codeOf(await run(people.visitor, 'message:send', { conversation: mine, text: 'hi' })),
    ).toBe('ok');
  });

  test('is repeated also where the event is named otherwise than the command', async () => {
    const { start, run, people, clock } = await ground();
    const conversation = await start();
    await run(people.ada, 'conversation:snooze', { conversation, until: clock.now + 1000 });
    const reopen = { id: uuidv7(), conversation };
    const first = await run(people.ada, 'conversation:reopen', reopen);
    expect(codeOf(first)).toBe('ok');
    expect(await run(people.ada, 'conversation:reopen', reopen)).toEqual(first);
  });

  test('tells commands apart that leave the same type of event', async () => {
    const { start, run, people, clock } = await ground();
    const conversation = await start();
    const until = clock.now + 1000;
    const snooze = { id: uuidv7(), conversation, until };
    const assign = { id: uuidv7(), conversation, assignee: people.bo.id, expectedEpoch: 0 };
    expect(codeOf(await run(people.ada, 'conversation:snooze', snooze))).toBe('ok');
    expect(codeOf(await run(people.ada, 'conversation:assign', assign))).toBe('ok');
    for (const outcome of [
      await run(people.ada, 'conversation:reopen', { id: snooze.id, conversation }),
      await run(people.ada, 'conversation:snooze', { ...snooze, until: until + 1 }),
      await run(people.ada, 'conversation:unassign', {
        id: assign.id,
        conversation,
        expectedEpoch: 1,
      }),
      await run(people.ada, 'conversation:assign', { ...assign, assignee: people.ada.id }),
    ])
      expect(codeOf(outcome)).toBe('idempotency_conflict');
    expect(
      codeOf(await run(people.ada, 'conversation:assign', { ...assign, expectedEpoch: 7 })),
    ).toBe('ok');
  });

  test('is repeated where its event says more of a promise than was asked for, and told apart', async () => {
    const { start, run, give, people, clock } = await ground();
    const conversation = await start();
    const system = { kind: 'system', id: 'relay', name: 'Relay' } as const;
    const dueAt = clock.now + 1000;
    const event = { name: 'invoice.paid', time: clock.now };
    const owes = { conversation, what: 'payment', keptWhen: 'invoice.paid', dueAt } as const;
    const make = async () => {
      const input = { id: uuidv7(), expectedEpoch: 0, ...owes };
      const made = await run(system, 'promise:make', input);
      expect(await run(system, 'promise:make', input)).toEqual(made);
      return { id: uuidv7(), conversation, promise: input.id };
    };
    const repeats = async (name: Name, input: { id: string; conversation: string }) => {
      const first = await give(name === 'promise:withdraw' ? people.ada : system, name, input);
      const who = name === 'promise:withdraw' ? people.ada : system;
      expect(await run(who, name, input as never)).toEqual({ ok: true, data: first });
    };
    await repeats('promise:withdraw', await make());
    const late = await make();
    const kept = { ...(await make()), event };
    await repeats('promise:keep', kept);
    const other = { ...kept, promise: late.promise };
    expect(codeOf(await run(system, 'promise:keep', other))).toBe('idempotency_conflict');
    const { event: _, ...broken } = kept;
    expect(codeOf(await run(system, 'promise:break', broken))).toBe('idempotency_conflict');
    clock.now = dueAt;
    await repeats('promise:break', late);
  });

  test('of a deleted message still counts as given: it does not come back', async () => {
    const { start, run, give, people, records } = await ground();
    const conversation = await start();
    const input = { id: uuidv7(), conversation, text: 'secret' };
    const first = await run(people.visitor, 'message:send', input);
    const remove = { id: uuidv7(), conversation, message: input.id };
    const gone = await run(people.visitor, 'message:delete', remove);
    expect(await run(people.visitor, 'message:send', input)).toEqual(first);
    expect(await run(people.visitor, 'message:delete', remove)).toEqual(gone);
    expect(JSON.stringify(await records())).not.toContain('secret');
    await expect(give(people.stranger, 'message:send', input)).rejects.toThrow(
      'idempotency_conflict',
    );
  });

  test('of a start: the same again, or refused', async () => {
    const { conversations, people, records } = await ground();
    const input = { id: uuidv7(), conversation: uuidv7() };
    const first = await conversations.start(people.visitor, input);
    expect(await conversations.start(people.visitor, input)).toEqual(first);
    const refused = await Promise.all([
      conversations.start(people.visitor, { ...input, conversation: uuidv7() }),
      conversations.start(people.visitor, { ...input, id: uuidv7() }),
      conversations.start(people.visitor, { ...input, context: { language: 'de' } }),
      conversations.start(people.stranger, input),
      conversations.start(people.stranger, { ...input, id: uuidv7() }),
    ]);
    expect(refused.map(codeOf)).toEqual(Array(5).fill('idempotency_conflict'));
    expect(await records()).toHaveLength(1);
  });
});

describe('[P7] a refused command', () => {
  test('leaves nothing behind and fails no neighbour', async () => {
    const { start, run, people, records, row } = await ground();
    const conversation = await start();
    const outcomes = await Promise.all([
      run(people.visitor, 'message:send', { conversation, text: '1' }),
      run(people.stranger, 'message:send', { conversation, text: 'not mine' }),
      run(people.visitor, 'message:read', { conversation, upTo: 99 }),
      run(people.ada, 'conversation:assign', {
        conversation,
        assignee: people.bo.id,
        expectedEpoch: 9,
      }),
      run(people.visitor, 'message:send', { conversation: uuidv7(), text: 'nowhere' }),
      run(people.visitor, 'message:send', { conversation, text: '2' }),
    ]);
    expect(outcomes.map(codeOf)).toEqual([
      'ok',
      'not_found',
      'bad_value',
      'epoch_conflict',
      'not_found',
      'ok',
    ]);
    expect((await records()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await row(conversation)).toMatchObject({ seq: 3, pub: 3, epoch: 0 });
  });

  test('that would have been the visitor’s first leaves no contact', async () => {
    const { store, conversations, people, start } = await ground();
    const taken = await start();
    const who = people.stranger;
    const contact = {
      id: who.id,
      site: 'shop',
      externalId: null,
      name: null,
      email: null,
      verified: false,
      blocked: false,
      mergedInto: null,
      erasure: null,
      context: {},
      createdAt: 1,
    };
    const input = { id: uuidv7(), conversation: taken };
    const outcome = await conversations.start(who, input, { contact, tokenHash: 'token' });
    expect(codeOf(outcome)).toBe('idempotency_conflict');
    expect(await store.read.contacts.get(who.id)).toBeUndefined();
    expect(await store.read.contacts.ofDevice('token', 'shop')).toBeUndefined();
  });
});

describe('[P9] deleting', () => {
  test('takes every version of the text out of the log and leaves the numbers', async () => {
    const { start, give, people, records, row } = await ground();
    const conversation = await start();
    const { id } = await give(people.visitor, 'message:send', { conversation, text: 'canary one' });
    await give(people.visitor, 'message:edit', { conversation, message: id, text: 'canary two' });
    const { id: other } = await give(people.visitor, 'message:send', {
      conversation,
      text: 'stays',
    });
    await give(people.visitor, 'message:edit', { conversation, message: other, text: 'stays too' });
    await give(people.visitor, 'message:delete', { conversation, message: id });
    const log = await records();
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(log.map(({ data }) => isTombstone(data))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(JSON.stringify([log, await row(conversation)])).not.toContain('canary');
  });

  test('[EV-28] a message in another conversation cannot be reached', async () => {
    const { start, run, give, people, records } = await ground();
    const [here, there] = [await start(), await start()];
    const { id } = await give(people.visitor, 'message:send', { conversation: here, text: 'hi' });
    for (const name of ['message:edit', 'message:delete'] as const)
      expect(
        codeOf(
          await run(people.visitor, name, { conversation: there, message: id, text: 'x' } as never),
        ),
      ).toBe('not_found');
    expect((await records()).every(({ data }) => !isTombstone(data))).toBe(true);
  });
});

describe('[P18] the owner', () => {
  test('[EV-32] of two who take it at once, one gets it', async () => {
    const { start, run, people, row } = await ground();
    const conversation = await start();
    const take = (who: typeof people.ada) =>
      run(who, 'conversation:assign', { conversation, assignee: who.id, expectedEpoch: 0 });
    const outcomes = await Promise.all([take(people.ada), take(people.bo)]);
    expect(outcomes.map(codeOf)).toEqual(['ok', 'epoch_conflict']);
    expect(await row(conversation)).toMatchObject({ assignee: people.ada.id, epoch: 1 });
  });

  test('changes with a rising epoch, whoever it goes to', async () => {
    const { start, give, people, records } = await ground();
    const conversation = await start();
    const change = { conversation };
    await give(people.ada, 'conversation:assign', {
      ...change,
      assignee: people.ada.id,
      expectedEpoch: 0,
    });
    await give(people.bo, 'conversation:assign', {
      ...change,
      assignee: people.bo.id,
      expectedEpoch: 1,
    });
    await give(people.bo, 'conversation:unassign', { ...change, expectedEpoch: 2 });
    await give(people.bo, 'conversation:assign', {
      ...change,
      assignee: people.bo.id,
      expectedEpoch: 3,
    });
    const epochs = (await records()).flatMap(({ data }) => ('epoch' in data ? data.epoch : []));
    expect(epochs).toEqual([1, 2, 3, 4]);
  });
});

describe('[P24] the status', () => {
  const into: Record<Status, (at: Ground, conversation: string) => Promise<unknown>> = {
    open: async () => {},
    waiting: (at, conversation) =>
      at.give(at.people.ada, 'message:send', { conversation, text: 'yes?' }),
    snoozed: (at, conversation) =>
      at.give(at.people.ada, 'conversation:snooze', { conversation, until: at.clock.now + 1000 }),
    resolved: (at, conversation) =>
      at.give(at.people.ada, 'conversation:resolve', { conversation }),
  };

  test.each(Object.keys(into) as Status[])('a visitor’s message makes %s open', async (status) => {
    const at = await ground();
    const conversation = await at.start();
    await into[status](at, conversation);
    expect((await at.row(conversation)).status).toBe(status);
    await at.give(at.people.visitor, 'message:send', { conversation, text: 'hello?' });
    expect(await at.row(conversation)).toMatchObject({ status: 'open', snoozedUntil: null });
    expect(await at.store.read.timers.nextAt()).toBeUndefined();
  });

  test('[AI-16] an approval has a timer for as long as it is open, however that ends', async () => {
    const at = await ground();
    const { people, clock, store } = at;
    const ask = async () => {
      const conversation = await at.start();
      const expiresAt = clock.now + 1000;
      const approval = await askApproval(at, conversation, { expiresAt });
      const due = await store.read.timers.due(expiresAt, 10);
      expect(due).toMatchObject([{ name: 'approval:expire', input: { approval } }]);
      return { conversation, approval, expire: due[0]?.input as never };
    };
    const none = async () => expect(await store.read.timers.nextAt()).toBeUndefined();
    const agreed = { ...(await ask()), outcome: 'approved' as const };
    await at.give(people.ada, 'approval:decide', agreed);
    await none();
    // Whoever has the conversation now does what was to be allowed.
    const { conversation } = await ask();
    const assign = { conversation, assignee: people.ada.id, expectedEpoch: 0 };
    await at.give(people.ada, 'conversation:assign', assign);
    await none();
    const { expire } = await ask();
    const timer = { kind: 'system', id: 'timer' } as const;
    expect(codeOf(await at.run(timer, 'approval:expire', expire))).toBe('wrong_status');
    clock.now += 1000;
    expect(codeOf(await at.run(timer, 'approval:expire', expire))).toBe('ok');
    await none();
  });

  test('a snooze and its end leave no trace a visitor could count', async () => {
    const at = await ground();
    const conversation = await at.start();
    await into.snoozed(at, conversation);
    await at.give(at.people.visitor, 'message:send', { conversation, text: 'hello?' });
    const log = await at.records(conversation);
    expect(log.map(({ type, pub }) => [type, pub])).toEqual([
      ['conversation.started', 1],
      ['conversation.snoozed', null],
      ['message.created', 2],
      ['conversation.snoozed', null],
    ]);
  });
});

describe('[P30] [EV-20] a visitor who is blocked', () => {
  async function withBlocked() {
    const at = await ground();
    const conversation = await at.start();
    const { visitor } = at.people;
    const message = { id: uuidv7(), conversation, text: 'before' };
    const first = await at.give(visitor, 'message:send', message);
    const { contacts } = at.store.read;
    const known = await contacts.get(visitor.id);
    if (!known) throw new Error('nobody is there');
    const set = (blocked: boolean) =>
      at.store.write('it', (tx) => tx.contacts.save({ ...known, blocked }));
    await set(true);
    return { ...at, conversation, message, first, set };
  }

  test('is refused, where they wrote and where they begin anew; what was taken is answered again', async () => {
    const { conversations, conversation, people, run, records, message, first } =
      await withBlocked();
    const before = (await records()).length;
    const again = { conversation, text: 'again' };
    expect(codeOf(await run(people.visitor, 'message:send', again))).toBe('blocked');
    const start = { id: uuidv7(), conversation: uuidv7() };
    expect(codeOf(await conversations.start(people.visitor, start))).toBe('blocked');
    expect(await run(people.visitor, 'message:send', message)).toEqual({ ok: true, data: first });
    expect(await records()).toHaveLength(before);
  });

  test('says nothing of themselves either', async () => {
    const { contacts, people } = await withBlocked();
    const who = { ...people.visitor, tokenHash: people.visitor.id };
    const said = await contacts.run(who, 'contact:identify', { id: uuidv7(), name: 'Grace' });
    expect(codeOf(said)).toBe('blocked');
  });

  test('is refused nothing once they are not', async () => {
    const { conversation, people, run, set } = await withBlocked();
    await set(false);
    const said = await run(people.visitor, 'message:send', { conversation, text: 'after' });
    expect(codeOf(said)).toBe('ok');
  });

  test('[P17] learns nothing about others’ conversations', async () => {
    const { people, run, start } = await withBlocked();
    const other = await start(people.stranger);
    const said = await run(people.visitor, 'message:send', { conversation: other, text: 'x' });
    expect(codeOf(said)).toBe('not_found');
  });
});

describe('what a command leads to', () => {
  test('is the relay’s doing, and names its cause', async () => {
    const { start, give, people, records } = await ground();
    const conversation = await start();
    await give(people.ada, 'conversation:resolve', { conversation });
    const { id } = await give(people.visitor, 'message:send', { conversation, text: 'wait' });
    const last = (await records()).at(-1);
    expect(last).toMatchObject({
      type: 'conversation.reopened',
      actor: { kind: 'system', id: 'relay' },
      cause: { id, depth: 1 },
    });
  });

  test('a command that changes nothing leaves nothing, and has no place in the log', async () => {
    const { start, run, people, records } = await ground();
    const conversation = await start();
    const id = uuidv7();
    expect(await run(people.ada, 'conversation:reopen', { id, conversation })).toMatchObject({
      ok: true,
      data: { id, conversation, seq: null, pub: null },
    });
    expect(await records()).toHaveLength(1);
  });

  test('what a visitor says of its page stays with the contact', async () => {
    const { conversations, people, store, visit, clock } = await ground();
    const who = visit();
    const contact = {
      id: who.id,
      site: 'shop',
      externalId: null,
      name: null,
      email: null,
      verified: false,
      blocked: false,
      mergedInto: null,
      erasure: null,
      context: { language: 'fr', userAgent: 'x' },
      createdAt: clock.now,
    };
    await conversations.start(
      who,
      { id: uuidv7(), conversation: uuidv7(), context: { language: 'de' } },
      { contact, tokenHash: 't' },
    );
    expect((await store.read.contacts.get(who.id))?.context).toEqual({
      language: 'de',
      userAgent: 'x',
    });
    expect(await store.read.contacts.get(people.visitor.id)).toBeUndefined();
  });
});

describe('whatever people do', () => {
  interface Act {
    who: 'visitor' | 'ada' | 'bo';
    name: Name | 'repeat' | 'clock';
    n: number;
  }

  const act = fc.record<Act>({
    who: fc.constantFrom('visitor', 'ada', 'bo'),
    name: fc.constantFrom<Act['name']>(
      'message:send',
      'message:send',
      'message:send',
      'message:edit',
      'message:delete',
      'message:read',
      'note:add',
      'conversation:assign',
      'conversation:unassign',
      'conversation:resolve',
      'conversation:reopen',
      'conversation:snooze',
      'conversation:wake',
      'conversation:tag',
      'repeat',
      'clock',
    ),
    n: fc.nat({ max: 12 }),
  });

  type Given = [Principal, Name, { id: string; conversation: string }];

  /** A command out of an act, right now: numbers point at what is there. */
  async function commandOf(
    at: Ground,
    { who, name, n }: Act,
    conversation: string,
  ): Promise<Given> {
    const row = await at.row(conversation);
    const log = await at.records(conversation);
    const messages = log.filter(({ type }) => type === 'message.created');
    const more: Partial<Record<Name, object>> = {
      'message:send': { text: `text ${n}` },
      'message:edit': {
        message: messages[n % (messages.length || 1)]?.id ?? uuidv7(),
        text: `edit ${n}`,
      },
      'message:delete': { message: messages[n % (messages.length || 1)]?.id ?? uuidv7() },
      'message:read': { upTo: n },
      'note:add': { text: `note ${n}` },
      'conversation:assign': {
        assignee: n % 2 ? at.people.ada.id : at.people.bo.id,
        expectedEpoch: row.epoch - (n === 0 ? 1 : 0),
      },
      'conversation:unassign': { expectedEpoch: row.epoch },
      'conversation:snooze': { until: at.clock.now + n * 1000 },
      'conversation:wake': { until: row.snoozedUntil ?? n },
      'conversation:tag': { tags: Array.from({ length: n % 3 }, (_, i) => `tag ${i}`) },
    };
    const given = name as Name;
    return [at.people[who], given, { id: uuidv7(), conversation, ...more[given] }];
  }

  test('[P2] the row is the fold of the log, [P1] numbers are dense, [P6] repeats do nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 12 }),
        async (batches) => {
          const at = await ground();
          const conversation = await at.start();
          const given: { command: Given; answer: string }[] = [];
          for (const batch of batches) {
            const before = given.length;
            const works = await Promise.all(
              batch.map(async (it) => {
                if (it.name === 'clock') at.clock.now += it.n - 3_600_000 * (it.n % 2);
                if (it.name === 'clock') return undefined;
                if (it.name === 'repeat') return given[it.n % (before || 1)]?.command;
                return commandOf(at, it, conversation);
              }),
            );
            const commands = works.filter((it) => it !== undefined);
            // All at once, so that they share a commit.
            const answers = await Promise.all(
              commands.map(([who, name, input]) => at.conversations.run(who, name, input as never)),
            );
            commands.forEach((command, i) => {
              const answer = JSON.stringify(answers[i]);
              const known = given.find((it) => it.command[2].id === command[2].id);
              // One that did something is answered as the first time, whatever happened since.
              if (known && JSON.parse(known.answer).data?.seq) expect(answer).toBe(known.answer);
              if (!known) given.push({ command, answer });
            });
          }

          const log = await at.records(conversation);
          const [first] = log;
          const born = { id: conversation, site: 'shop', contact: at.people.visitor.id };
          const folded = log.reduce(evolve, unborn(born, first?.time ?? 0));
          expect(await at.row(conversation)).toEqual(folded);
          expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
          const pubs = log.flatMap(({ pub }) => pub ?? []);
          expect(pubs).toEqual(pubs.map((_, i) => i + 1));
          for (const { type, pub } of log) expect(pub !== null).toBe(publicEvents.has(type));
          expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
          const snoozed = folded.status === 'snoozed' ? folded.snoozedUntil : null;
          expect((await at.store.read.timers.nextAt()) ?? null).toBe(snoozed);
          expect(folded.visitorRead).toBeLessThanOrEqual(folded.pub);
        },
      ),
      { seed: 41, numRuns: 40 },
    );
  });
});

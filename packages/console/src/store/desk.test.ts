import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  event,
  id,
  inboxChange,
  JONAS,
  list,
  ME,
  NOW,
  page,
  refusal,
  row,
  testDesk,
} from '../../test/desk.ts';
import { readThread } from './items.ts';
import { begunElsewhere } from './select.ts';
import { draftKey, modeOf } from './state.ts';

afterEach(() => vi.useRealTimers());

const receipt = (seq: number) => (input: { id: string; conversation: string }) => ({
  ok: true,
  data: { id: input.id, conversation: input.conversation, seq, pub: seq, time: NOW },
});

/** The relay's answer: everything to who has nothing, nothing to who has a cursor. */
const resume =
  (...events: Parameters<typeof page>[0]) =>
  ({ cursor }: { cursor: string | null }) => ({
    ok: true,
    data:
      cursor === null
        ? page(events)
        : { ...page([]), state: 'recovered', reason: undefined, head: events.at(-1)?.seq ?? 0 },
  });

const opened = async (more: Parameters<typeof testDesk>[0] = {}) => {
  const test = testDesk({
    rows: [row(1), row(2)],
    route: { conversation: id(1) },
    answers: { 'conversation:resume': resume(event(1, 'message.created', { text: 'hi' })) },
    ...more,
  });
  await test.online();
  return test;
};

const texts = ({ desk }: Awaited<ReturnType<typeof opened>>): string[] => {
  const { threads, outbox } = desk.store.getState();
  const me = { kind: 'agent' as const, id: ME.id };
  const { items } = readThread(threads[id(1)]?.events ?? [], outbox, { conversation: id(1), me });
  return items.flatMap((item) => ('text' in item ? item.text : []));
};

describe('the open conversation', () => {
  it('[P10] asks for the newest page first and from its cursor after an interruption', async () => {
    const test = await opened();
    expect(test.sent.filter(({ name }) => name === 'conversation:resume')[0]?.input).toEqual({
      conversation: id(1),
      cursor: null,
    });
    test.answers['conversation:resume'] = () => ({
      ok: true,
      data: page([event(2, 'message.created', { text: 'missed' })], {
        state: 'recovered',
        head: 2,
      }),
    });
    await test.online();
    expect(test.sent.findLast(({ name }) => name === 'conversation:resume')?.input.cursor).toBe(
      'e1.1',
    );
    expect(texts(test)).toEqual(['hi', 'missed']);
  });

  it('[P15] shows each event once and asks for a hole', async () => {
    const test = await opened();
    const second = event(2, 'message.created', { text: 'two' });
    test.say('event', second);
    test.say('event', second);
    expect(texts(test)).toEqual(['hi', 'two']);
    const asked = test.sent.length;
    test.answers['conversation:resume'] = () => ({
      ok: true,
      data: page([event(3, 'message.created', { text: 'three' })], { state: 'recovered', head: 3 }),
    });
    test.say('event', event(4, 'message.created', { text: 'four' }));
    await test.settle();
    expect(test.sent.slice(asked).map(({ name }) => name)).toEqual(['conversation:resume']);
    expect(texts(test)).toEqual(['hi', 'two', 'three', 'four']);
  });

  it('asks again what is said of it when somebody says more', async () => {
    const test = await opened();
    const fact = {
      name: 'order',
      value: 'A-17',
      source: { kind: 'bot' as const, id: 'crm', name: 'CRM' },
      signed: false,
      observedAt: NOW,
      expiresAt: null,
      confidence: null,
      visibility: 'agents' as const,
    };
    const before = await test.api.detail(id(1));
    if (!before?.ok) throw new Error('there is no such conversation');
    vi.mocked(test.api.detail).mockResolvedValue({
      ok: true,
      data: { ...before.data, facts: [fact] },
    });
    const said = { facts: [{ name: 'order', value: 'A-17' }] };
    test.say('event', event(2, 'conversation.facts_recorded', said));
    await test.settle();
    expect(test.desk.store.getState().facts[id(1)]).toEqual([fact]);
  });

  it('[P14] notices by a heartbeat that something was lost', async () => {
    const test = await opened();
    test.answers['conversation:resume'] = () => ({
      ok: true,
      data: page([event(2, 'message.created', { text: 'lost' })], { state: 'recovered', head: 2 }),
    });
    test.say('heartbeat', { heads: { [id(1)]: 1 }, now: NOW });
    await test.settle();
    expect(texts(test)).toEqual(['hi']);
    test.say('heartbeat', { heads: { [id(1)]: 2 }, now: NOW });
    await test.settle();
    expect(texts(test)).toEqual(['hi', 'lost']);
  });

  it('[P11] drops what it holds when the relay cannot continue', async () => {
    const test = await opened();
    test.answers['conversation:resume'] = () => ({
      ok: true,
      data: page([event(7, 'message.created', { text: 'restored' })], {
        reason: 'epoch_changed',
        epoch: 'e2',
      }),
    });
    await test.online();
    expect(texts(test)).toEqual(['restored']);
  });

  it('is left when another is opened, and continues when one comes back', async () => {
    const test = await opened();
    test.desk.go.open(id(2));
    await test.settle();
    expect(test.sent.some(({ name }) => name === 'conversation:leave')).toBe(true);
    test.say('event', event(2, 'message.created', { text: 'unseen' }));
    expect(texts(test)).toEqual(['hi']);
    test.desk.go.open(id(1));
    expect(texts(test)).toEqual(['hi']);
  });

  it('shows a reader where history begins, and puts it in front', async () => {
    const test = await opened({
      answers: { 'conversation:resume': resume(event(3, 'message.created', { text: 'new' })) },
    });
    const older = [
      event(1, 'message.created', { text: 'a' }),
      event(2, 'message.created', { text: 'b' }),
    ];
    vi.mocked(test.api.history).mockResolvedValue({
      ok: true,
      data: { events: older, more: false },
    });
    test.desk.threads.older();
    test.desk.threads.older();
    await test.settle();
    expect(test.api.history).toHaveBeenCalledTimes(1);
    expect(texts(test)).toEqual(['a', 'b', 'new']);
    test.desk.threads.older();
    expect(test.api.history).toHaveBeenCalledTimes(1);
  });

  it('makes the row follow its events at once', async () => {
    const test = await opened({ rows: [row(1, { seq: 1 })] });
    test.say('event', event({ seq: 2, by: 'jonas' }, 'conversation.resolved', {}));
    expect(test.desk.store.getState().inbox.rows[id(1)]?.status).toBe('resolved');
  });
});

describe('sending', () => {
  it('[P16] shows a message at once, and it stays when the relay has it', async () => {
    const test = await opened();
    test.answers['message:send'] = receipt(2);
    test.desk.outgoing.send('hello');
    expect(texts(test)).toEqual(['hi', 'hello']);
    await test.settle();
    expect(test.desk.store.getState().outbox).toEqual([]);
    expect(texts(test)).toEqual(['hi', 'hello']);
    const sent = test.sent.findLast(({ name }) => name === 'message:send')?.input;
    test.say('event', {
      ...event({ seq: 2, by: 'me' }, 'message.created', { text: 'hello' }),
      id: sent?.id,
    });
    expect(texts(test)).toEqual(['hi', 'hello']);
  });

  it.each(['send', 'note'] as const)('[P29] after a %s shows what the relay kept', async (how) => {
    const test = await opened();
    const kept = (input: never) => {
      const { data } = receipt(2)(input);
      return { ok: true, data: { ...data, text: '•••• 1111' } };
    };
    test.answers['message:send'] = kept;
    test.answers['note:add'] = kept;
    test.desk.outgoing[how]('4111 1111 1111 1111');
    await test.settle();
    expect(texts(test)).toEqual(['hi', '•••• 1111']);
  });

  it('[P4] sends the next only after the answer, and everything again after a lost one', async () => {
    const test = await opened();
    let lose = () => {};
    test.answers['message:send'] = () =>
      new Promise((done) => {
        lose = () => done(undefined);
      });
    test.desk.outgoing.send('one');
    test.desk.outgoing.send('two');
    await test.settle();
    const ids = () =>
      test.sent.filter(({ name }) => name === 'message:send').map(({ input }) => input.id);
    expect(ids()).toHaveLength(1);
    test.answers['message:send'] = () => undefined;
    lose();
    test.status('reconnecting');
    await test.settle();
    expect(test.desk.store.getState().outbox.map(({ state }) => state)).toEqual([
      'queued',
      'queued',
    ]);
    let seq = 1;
    test.answers['message:send'] = (input: never) => receipt(++seq)(input);
    test.status('online');
    await test.settle();
    expect(new Set(ids()).size).toBe(2);
    expect(ids()[1]).toBe(ids()[0]);
    expect(texts(test)).toEqual(['hi', 'one', 'two']);
    expect(test.desk.store.getState().outbox).toEqual([]);
  });

  it('[P16] keeps what was refused, until it is tried again or discarded', async () => {
    const test = await opened();
    test.answers['message:send'] = () => refusal('bad_text');
    test.desk.outgoing.send('broken');
    await test.settle();
    const [entry] = test.desk.store.getState().outbox;
    expect(entry).toMatchObject({ state: 'failed', code: 'bad_text' });
    test.answers['message:send'] = receipt(2);
    test.desk.outgoing.retry(entry?.input.id ?? '');
    await test.settle();
    expect(test.desk.store.getState().outbox).toEqual([]);
  });

  it('[P16] outlives a reload', async () => {
    const test = await opened();
    test.status('reconnecting');
    test.desk.outgoing.send('kept');
    test.desk.outgoing.note('kept, too');
    expect([...test.kept.keys()].filter((key) => key.startsWith('outbox.'))).toHaveLength(2);
    const again = await opened({ kept: test.kept });
    expect(texts(again)).toEqual(['hi', 'kept', 'kept, too']);
    again.answers['message:send'] = receipt(2);
    again.answers['note:add'] = receipt(3);
    again.desk.outgoing.drain();
    await again.settle();
    expect([...test.kept.keys()].filter((key) => key.startsWith('outbox.'))).toEqual([]);
  });

  it('does not do later what was asked for without a connection', async () => {
    const test = await opened();
    test.status('reconnecting');
    test.desk.outgoing.resolve();
    expect(test.desk.store.getState().outbox).toEqual([]);
    expect(test.desk.store.getState().toast?.text).toContain('no connection');
  });

  it('says what happened, and how to take it back', async () => {
    const test = await opened();
    test.answers['conversation:resolve'] = receipt(2);
    test.desk.outgoing.resolve();
    await test.settle();
    const { toast } = test.desk.store.getState();
    expect(toast).toMatchObject({ text: 'Resolved.', action: { label: 'Reopen' } });
    test.answers['conversation:reopen'] = receipt(3);
    test.desk.go.open(id(2));
    toast?.action?.run();
    await test.settle();
    expect(
      test.sent.findLast(({ name }) => name === 'conversation:reopen')?.input.conversation,
    ).toBe(id(1));
  });

  it('[P18] explains that somebody else was quicker, and offers to decide again', async () => {
    const test = await opened();
    test.answers['conversation:assign'] = () => refusal('epoch_conflict');
    const now = row(1, { assignee: JONAS.id, epoch: 5, seq: 9 });
    vi.mocked(test.api.detail).mockResolvedValue({
      ok: true,
      data: {
        conversation: now,
        facts: [],
        effective: [],
        contact: {
          ...now.contact,
          site: 'shop',
          externalId: null,
          verified: false,
          blocked: false,
          facts: [],
          context: {},
          createdAt: NOW,
        },
      },
    });
    test.desk.outgoing.assign(ME.id);
    await test.settle();
    const { toast, outbox } = test.desk.store.getState();
    expect(toast?.text).toContain('Jonas Weber has it now');
    expect(outbox).toEqual([]);
    test.answers['conversation:assign'] = receipt(10);
    toast?.action?.run();
    await test.settle();
    expect(
      test.sent.findLast(({ name }) => name === 'conversation:assign')?.input.expectedEpoch,
    ).toBe(5);
    expect(test.desk.store.getState().toast?.text).toBe('Assigned to you.');
  });
});

describe('reading', () => {
  const unread = () => row(1, { unread: true, agentRead: 0 });

  it('is said once, and only while the window has the focus', async () => {
    const test = await opened({ rows: [unread()], isFocused: false });
    test.answers['message:read'] = receipt(2);
    test.desk.reading.seen();
    expect(test.sent.some(({ name }) => name === 'message:read')).toBe(false);
    test.desk.store.setState({ isFocused: true });
    test.desk.reading.seen();
    test.desk.reading.seen();
    const said = test.sent.filter(({ name }) => name === 'message:read');
    expect(said).toHaveLength(1);
    expect(said[0]?.input).toMatchObject({ conversation: id(1), upTo: 1 });
  });

  it('remembers where the unread part began', async () => {
    const test = await opened({ rows: [unread()] });
    expect(test.desk.store.getState().threads[id(1)]?.readBefore).toBe(0);
  });
});

describe('drafts', () => {
  it('are kept by conversation, and apart for reply and note', async () => {
    const test = await opened();
    test.desk.drafts.write('a reply');
    test.desk.drafts.setMode('note');
    test.desk.drafts.write('a note');
    expect(test.desk.store.getState().drafts).toEqual({
      [draftKey(id(1), 'reply')]: 'a reply',
      [draftKey(id(1), 'note')]: 'a note',
    });
    const again = await opened({ kept: test.kept });
    expect(again.desk.store.getState().drafts[draftKey(id(1), 'note')]).toBe('a note');
  });

  it('bring one back to a note that was begun, and never turn it into a reply under the fingers', async () => {
    const test = await opened();
    test.desk.drafts.setMode('note');
    test.desk.drafts.write('internal');
    const again = await opened({ kept: test.kept });
    expect(modeOf(again.desk.store.getState())).toBe('note');
    again.desk.drafts.write('');
    expect(modeOf(again.desk.store.getState())).toBe('note');
  });

  it('are replies again behind a note: the next thing written is for the visitor', async () => {
    const test = await opened();
    test.desk.drafts.setMode('note');
    test.desk.drafts.write('internal');
    test.desk.drafts.take();
    expect(modeOf(test.desk.store.getState())).toBe('reply');
    expect(test.desk.store.getState().drafts).toEqual({});
  });

  it('are shown in the list by their words, except those of the open conversation', async () => {
    const test = await opened();
    test.desk.drafts.write('begun');
    const before = begunElsewhere(test.desk.store.getState());
    expect(before.size).toBe(0);
    test.desk.drafts.write('begun and');
    expect(begunElsewhere(test.desk.store.getState())).toBe(before);
    test.desk.go.open(id(2));
    expect(begunElsewhere(test.desk.store.getState())).toEqual(new Map([[id(1), 'begun and']]));
  });

  it('tell the visitor that a reply is written: every two seconds at most, never for a note', async () => {
    const test = await opened();
    const signals = () =>
      test.sent.filter(({ name }) => name === 'typing:set').map(({ input }) => input.on);
    test.desk.drafts.write('a');
    test.desk.drafts.write('ab');
    expect(signals()).toEqual([true]);
    test.desk.drafts.take();
    expect(signals()).toEqual([true, false]);
    test.desk.drafts.setMode('note');
    test.desk.drafts.write('internal');
    expect(signals()).toEqual([true, false]);
  });

  it('stop telling five seconds after the last key', async () => {
    const test = await opened();
    vi.useFakeTimers();
    test.desk.drafts.write('a');
    vi.advanceTimersByTime(5000);
    expect(test.sent.at(-1)).toMatchObject({ name: 'typing:set', input: { on: false } });
  });
});

describe('the list', () => {
  it('[P27] is loaded again when a change shows that one was missed', async () => {
    const test = await opened();
    const loads = vi.mocked(test.api.list).mock.calls.length;
    vi.mocked(test.api.list).mockResolvedValue({ ok: true, data: list([row(2)], { offset: 60 }) });
    test.say('inbox', inboxChange(50, 60, [row(2)]));
    await test.settle();
    expect(vi.mocked(test.api.list).mock.calls.length).toBe(loads + 1);
  });

  it("rings for what is mine or nobody's, and not for what is before my eyes", async () => {
    const test = await opened();
    const written = (n: number, assignee: string | null) =>
      row(n, {
        seq: 9,
        assignee,
        unread: true,
        activeAt: NOW + n,
        lastMessage: { id: id(n + 0x4000), text: 'new', by: 'visitor' },
      });
    test.say(
      'inbox',
      inboxChange(10, 11, [written(1, null), written(2, ME.id), written(3, JONAS.id)]),
    );
    expect(test.rung.map(({ title }) => title)).toEqual(['Visitor 2']);
    test.desk.store.setState({ isFocused: false });
    test.say(
      'inbox',
      inboxChange(11, 12, [
        { ...written(1, null), lastMessage: { id: id(8), text: 'y', by: 'visitor' } },
      ]),
    );
    expect(test.rung.map(({ title }) => title)).toEqual(['Visitor 2', 'Visitor 1']);
  });

  it('puts on one line what a notification says', async () => {
    const test = await opened({ route: { conversation: null } });
    const written = row(1, {
      seq: 9,
      unread: true,
      contact: { id: id(9), name: 'Ada\n\u202Eadmin', email: null },
      lastMessage: { id: id(8), text: 'Pay\n\n\u2066now', by: 'visitor' },
    });
    test.say('inbox', inboxChange(10, 11, [written]));
    expect(test.rung).toMatchObject([{ title: 'Ada admin', body: 'Pay now' }]);
  });

  it('rings once for what came together', async () => {
    const test = await opened({ route: { conversation: null } });
    const changed = [1, 2].map((n) =>
      row(n, {
        seq: 9,
        unread: true,
        lastMessage: { id: id(n + 0x4000), text: 'new', by: 'visitor' },
      }),
    );
    test.say('inbox', inboxChange(10, 11, changed));
    expect(test.rung.map(({ sound }) => sound)).toEqual([true, false]);
  });

  it('loads another view when it is shown, and its next page when asked', async () => {
    const test = await opened();
    vi.mocked(test.api.list).mockResolvedValue({
      ok: true,
      data: list([row(4, { status: 'resolved' })], { nextCursor: 'c' }),
    });
    test.desk.go.view('resolved');
    await test.settle();
    expect(vi.mocked(test.api.list).mock.lastCall?.[0]).toEqual({ view: 'resolved', limit: 50 });
    test.desk.lists.more();
    test.desk.lists.more();
    await test.settle();
    expect(vi.mocked(test.api.list).mock.lastCall?.[0]).toMatchObject({ cursor: 'c' });
  });

  it('is loaded again as far down as it was shown', async () => {
    const test = await opened({ route: { conversation: null } });
    const pages: Record<string, ReturnType<typeof list>> = {
      first: list([row(1)], { nextCursor: 'c', offset: 20 }),
      c: list([row(2)], { nextCursor: 'd', offset: 21 }),
    };
    vi.mocked(test.api.list).mockImplementation(async ({ cursor = 'first' }) => ({
      ok: true,
      data: structuredClone(pages[cursor] ?? list([])),
    }));
    await test.desk.lists.reload();
    for (const page of Object.values(pages)) page.offset += 10;
    const before = vi.mocked(test.api.list).mock.calls.length;
    await test.desk.lists.reload();
    expect(
      vi
        .mocked(test.api.list)
        .mock.calls.slice(before)
        .map(([{ cursor }]) => cursor),
    ).toEqual([undefined, 'c']);
    expect(test.desk.store.getState().inbox.views.all?.cursor).toBe('d');
  });

  it('forgets an answer to words that are no longer looked for', async () => {
    const test = await opened();
    let answer: (value: never) => void = () => {};
    vi.mocked(test.api.list).mockReturnValueOnce(
      new Promise((done) => {
        answer = done as typeof answer;
      }),
    );
    test.desk.go.search('old');
    test.desk.go.search('new');
    await test.settle();
    answer({ ok: true, data: list([row(9)]) } as never);
    await test.settle();
    expect(test.desk.store.getState().search?.query).toBe('new');
  });
});

describe('arriving', () => {
  const counted = (mine: number) =>
    list([], {
      counts: { unassigned: 3, all: 3, snoozed: 0, resolved: 0, mine: { [ME.id]: mine } },
    });
  const arrived = async (more: Parameters<typeof testDesk>[0]) => {
    const test = testDesk({ route: { view: 'mine' }, ...more });
    await test.online();
    return { ...test, route: test.desk.store.getState().route };
  };
  const answering = (mine: number) => ({
    api: { list: async () => ({ ok: true as const, data: counted(mine) }) },
  });

  it('shows what waits for somebody to who has nothing to do and asked for nothing', async () => {
    const { route, shown } = await arrived({ ...answering(0), isHome: true });
    expect(route.view).toBe('unassigned');
    expect(shown.at(-1)).toEqual(route);
  });

  it('stays with the own conversations when there are some, or when they were asked for', async () => {
    expect((await arrived({ ...answering(2), isHome: true })).route.view).toBe('mine');
    expect((await arrived({ ...answering(0), isHome: false })).route.view).toBe('mine');
  });

  it('says in the address what is shown, whatever it said before', async () => {
    const { shown } = await arrived({ route: { view: 'all' } });
    expect(shown).toEqual([{ place: null, view: 'all', conversation: null, query: '' }]);
  });
});

describe('the session', () => {
  it('[P26] leads back to the sign-in with a sentence when it was ended elsewhere', async () => {
    const test = await opened();
    vi.mocked(test.api.session).mockResolvedValue(refusal('unauthorized'));
    test.status('refused', 'unauthorized');
    await test.settle();
    const { session, inbox } = test.desk.store.getState();
    expect(session).toMatchObject({ phase: 'signed-out' });
    expect(session.phase === 'signed-out' && session.notice).toContain('ended');
    expect(inbox.rows).toEqual({});
  });

  it('goes on when another tab signed the same person in again', async () => {
    const test = await opened();
    vi.mocked(test.api.session).mockResolvedValue({ ok: true, data: { agent: ME, csrf: 'new' } });
    test.status('refused', 'csrf_failed');
    await test.settle();
    expect(test.desk.store.getState().session).toMatchObject({ phase: 'signed-in', csrf: 'new' });
  });

  it('keeps what was unsent when it is ended, and forgets it when one signs out on purpose', async () => {
    const test = await opened();
    test.status('reconnecting');
    test.desk.outgoing.send('kept');
    test.desk.drafts.write('draft');
    vi.mocked(test.api.session).mockResolvedValue(refusal('unauthorized'));
    test.status('refused', 'unauthorized');
    await test.settle();
    expect(test.kept.size).toBe(2);

    const again = await opened({ kept: test.kept });
    await again.desk.account.signOut();
    expect(again.desk.store.getState().toast?.text).toContain('not sent yet');
    again.desk.store.getState().toast?.action?.run();
    await again.settle();
    expect(again.desk.store.getState().session).toMatchObject({ phase: 'signed-out' });
    expect(test.kept.size).toBe(0);
  });

  it('signs out everywhere where that is wanted', async () => {
    const test = await opened();
    await test.desk.account.signOut('everywhere');
    expect(test.api.signOut).toHaveBeenCalledWith('c', 'everywhere');
    expect(test.desk.store.getState().session).toMatchObject({
      ...{ phase: 'signed-out', notice: 'You are signed out everywhere.' },
    });
  });

  it('does not claim to have signed out when the relay did not hear it', async () => {
    const test = await opened();
    vi.mocked(test.api.signOut).mockResolvedValue(undefined);
    await test.desk.account.signOut();
    expect(test.desk.store.getState().session.phase).toBe('signed-in');
    expect(test.desk.store.getState().toast?.text).toContain('Not signed out');
  });
});

describe('what came through', () => {
  const unread = (n: number, pub: number) =>
    row(n, { unread: true, pub, seq: pub, agentRead: 0, activeAt: NOW + pub });
  const said = ({ sent }: { sent: { name: string; input: { heads?: unknown } }[] }) =>
    sent.filter(({ name }) => name === 'delivered:set').map(({ input }) => input.heads);
  const head = (n: number, pub: number) => ({ conversation: id(n), pub });

  it('[P22] is told of what nobody has read: as it comes, once, and all of it after every connect', async () => {
    const test = testDesk({ rows: [unread(1, 3), row(2), unread(3, 1)] });
    await test.online();
    expect(said(test)).toEqual([[head(1, 3), head(3, 1)]]);
    test.say('inbox', inboxChange(10, 11, [unread(2, 3), unread(1, 4)]));
    test.say('inbox', inboxChange(10, 11, [unread(2, 3), unread(1, 4)]));
    test.say('inbox', inboxChange(11, 12, [row(2, { pub: 4, seq: 4, agentRead: 4 })]));
    expect(said(test).slice(1)).toEqual([[head(1, 4), head(2, 3)]]);
    test.status('reconnecting');
    test.status('online');
    expect(said(test).slice(2)).toEqual([[head(1, 4), head(3, 1)]]);
  });

  it('[P22] is told a hundred conversations at a time', async () => {
    const test = testDesk({ rows: Array.from({ length: 150 }, (_, n) => unread(n + 1, 1)) });
    await test.online();
    expect(said(test).map((heads) => (heads as unknown[]).length)).toEqual([100, 50]);
  });
});

describe('presence', () => {
  it('[P22] forgets that a visitor was typing when nothing more is said', async () => {
    const test = await opened();
    vi.useFakeTimers();
    test.say('ephemeral', {
      kind: 'typing',
      conversation: id(1),
      actor: { kind: 'visitor', id: id(9) },
      on: true,
    });
    expect(id(1) in test.desk.store.getState().presence.typing).toBe(true);
    vi.advanceTimersByTime(8000);
    expect(id(1) in test.desk.store.getState().presence.typing).toBe(false);
  });

  it('[P22] forgets one visitor after the other', async () => {
    const test = await opened();
    vi.useFakeTimers();
    const types = (n: number) =>
      test.say('ephemeral', {
        kind: 'typing',
        conversation: id(n),
        actor: { kind: 'visitor', id: id(9) },
        on: true,
      });
    const typing = () => Object.keys(test.desk.store.getState().presence.typing);
    types(1);
    vi.advanceTimersByTime(5000);
    types(2);
    vi.advanceTimersByTime(3000);
    expect(typing()).toEqual([id(2)]);
    types(2);
    vi.advanceTimersByTime(7999);
    expect(typing()).toEqual([id(2)]);
    vi.advanceTimersByTime(1);
    expect(typing()).toEqual([]);
  });

  it('[P22] claims nothing about anybody without a connection', async () => {
    const test = await opened();
    const actor = { kind: 'visitor', id: id(9) };
    const context = { language: 'nb' };
    test.say('ephemeral', { kind: 'typing', conversation: id(1), actor, on: true });
    test.say('ephemeral', { kind: 'agents', online: [JONAS] });
    test.say('ephemeral', { kind: 'visitor', contact: id(9), online: true, context });
    test.status('reconnecting');
    expect(test.desk.store.getState().presence).toEqual({
      online: [],
      viewers: {},
      typing: {},
      visits: { [id(9)]: { online: false, context } },
      sites: {},
    });
  });

  it('ends the typing when the message is there', async () => {
    const test = await opened();
    test.say('ephemeral', {
      kind: 'typing',
      conversation: id(1),
      actor: { kind: 'visitor', id: id(9) },
      on: true,
    });
    test.say('event', event(2, 'message.created', { text: 'there' }));
    expect(id(1) in test.desk.store.getState().presence.typing).toBe(false);
  });

  it('knows who looks and who writes', async () => {
    const test = await opened();
    const viewers = [{ id: JONAS.id, name: JONAS.name, writing: true }];
    test.say('ephemeral', { kind: 'viewers', conversation: id(1), viewers });
    expect(test.desk.store.getState().presence.viewers[id(1)]).toEqual(viewers);
  });
});

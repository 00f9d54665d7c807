import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeNetwork, event, page } from '../test/fake-link.ts';
import { type Client, type ClientOptions, createClient } from './client.ts';
import { threadOf } from './store/selectors.ts';

const options: ClientOptions = { relay: 'https://relay.example', site: 'shop' };

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;

const begin = (more: Partial<ClientOptions> = {}) => {
  client = createClient({ ...options, ...more }, network.open);
  return client;
};
const connect = async (list: unknown[] = []) => {
  client.start();
  await network.welcome();
  await network.answer('conversation:list', list);
};
const receipt = (pub: number, id = 'x') => ({ id, conversation: 'c1', seq: pub, pub, time: 5 });
const texts = (id: string) =>
  threadOf(client.getState(), id).map((item) =>
    item.kind === 'message' ? `${item.state}: ${item.text}` : item.what,
  );

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  network = createFakeNetwork();
});
afterEach(() => {
  client?.stop();
  vi.useRealTimers();
});

describe('connecting', () => {
  test('does nothing before start, and stays connected after it', async () => {
    begin();
    expect(network.opened).toHaveLength(0);
    await connect();
    expect(client.getState()).toMatchObject({ status: 'online', site: { name: 'Shop' } });
    await network.lose();
    expect(client.getState().status).toBe('reconnecting');
    vi.advanceTimersByTime(20_000);
    expect(network.opened).toHaveLength(2);
    expect(network.opened[1]?.token).toBe('t1');
  });

  test('[HS-22] a refusal for good is told and not repeated', async () => {
    begin();
    client.start();
    await network.send('closing', { error: { code: 'replaced', message: '', retryable: false } });
    vi.advanceTimersByTime(120_000);
    expect(client.getState()).toMatchObject({ status: 'refused', refusedWith: 'replaced' });
    expect(network.opened).toHaveLength(1);
  });

  test('[P20] a relay that goes away says when to come back', async () => {
    begin();
    await connect();
    await network.send('closing', {
      error: { code: 'going_away', message: '', retryable: true, retryAfterMs: 7000 },
    });
    vi.advanceTimersByTime(6900);
    expect(network.opened).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(network.opened).toHaveLength(2);
  });

  test('a wrong option is named', () => {
    expect(() => createClient({ ...options, relay: 'relay.example' })).toThrow(
      /"relay" takes https/,
    );
    expect(() => createClient({ ...options, site: '' })).toThrow(/"site"/);
  });
});

describe('what the page tells', () => {
  test('waits for the visitor’s first word, and only as much of it as a relay takes at once', async () => {
    begin();
    await connect();
    for (let n = 1; n <= 50; n++) client.track(`step ${n}`);
    client.sendMessage('Hello');
    const told = client
      .getState()
      .outbox.flatMap(({ input }) => ('name' in input ? input.name : []));
    expect(told).toEqual(Array.from({ length: 20 }, (_, i) => `step ${i + 31}`));
  });

  test('and the relay refuses is told once, and waits for nobody to send it again', async () => {
    begin();
    await connect();
    client.sendMessage('Hello');
    await network.answer('conversation:start', receipt(1));
    await network.answer('message:send', receipt(2));
    client.track('purchase', {});
    await network.answer('event:track', {
      ok: false,
      error: { code: 'bad_value', retryable: false },
    });
    expect(client.getState().outbox).toEqual([]);
    expect(Object.keys(localStorage).filter((key) => key.includes(':out:'))).toEqual([]);
  });
});

describe('[P16] sending', () => {
  test('[P4] the conversation is begun first, and each command waits for the answer before it', async () => {
    begin();
    await connect();
    const { conversationId } = client.sendMessage('one');
    client.sendMessage('two', { conversationId });
    await network.flush();
    expect(texts(conversationId)).toEqual(['queued: one', 'queued: two']);
    expect(network.requests.map((r) => r.name)).toEqual(['conversation:start']);
    await network.answer('conversation:start', receipt(1));
    expect(texts(conversationId)).toEqual(['sending: one', 'queued: two']);
  });

  test('what is typed offline is kept, survives a reload, and is sent once', async () => {
    begin();
    const { conversationId } = client.sendMessage('typed offline');
    client.stop();
    begin();
    expect(texts(conversationId)).toEqual(['queued: typed offline']);
    expect(client.getState().conversations).toHaveProperty(conversationId);
    await connect();
    await network.answer('conversation:resume', { ok: false, error: { code: 'not_found' } });
    const sent = await network.answer('conversation:start', receipt(1));
    expect(sent.conversation).toBe(conversationId);
    await network.answer('message:send', receipt(2));
    client.stop();
    begin();
    expect(client.getState().outbox).toEqual([]);
  });

  test('[P6] no answer means: again, under the same id', async () => {
    begin();
    await connect();
    const { messageId } = client.sendMessage('hello');
    await network.answer('conversation:start', receipt(1));
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome();
    await network.answer('conversation:list', []);
    await network.answer('conversation:resume', { ok: false, error: { code: 'not_found' } });
    const again = network.requests.filter((r) => r.name === 'message:send').at(-1);
    expect(again?.payload.id).toBe(messageId);
  });

  test('a definite refusal stays visible, with retry and discard', async () => {
    begin();
    await connect();
    const errors: unknown[] = [];
    client.on('widget.error', ({ data }) => errors.push(data.code));
    const { conversationId, messageId } = client.sendMessage('hello');
    await network.answer('conversation:start', receipt(1));
    await network.answer('message:send', {
      ok: false,
      error: { code: 'too_long', retryable: false },
    });
    expect(texts(conversationId)).toEqual(['failed: hello']);
    expect(errors).toEqual(['too_long']);
    client.retryMessage(messageId);
    await network.answer('message:send', {
      ok: false,
      error: { code: 'too_long', retryable: false },
    });
    client.discardMessage(messageId);
    expect(texts(conversationId)).toEqual([]);
    expect(createClient(options, network.open).getState().outbox).toEqual([]);
  });

  test('[P19] a relay at its limit is asked again later; nothing is lost', async () => {
    begin();
    await connect();
    const { conversationId } = client.sendMessage('hello');
    const busy = { ok: false, error: { code: 'overloaded', retryable: true, retryAfterMs: 500 } };
    await network.answer('conversation:start', busy);
    expect(texts(conversationId)).toEqual(['queued: hello']);
    vi.advanceTimersByTime(600);
    await network.flush();
    expect(network.requests.map((r) => r.name)).toEqual(['conversation:start']);
  });

  test('[P15] the answer draws the message at once, and its event does not draw it twice', async () => {
    begin();
    await connect();
    const { conversationId: id, messageId } = client.sendMessage('hello');
    await network.answer('conversation:start', receipt(1));
    await network.answer(
      'conversation:resume',
      page([event(1, { id: 's', type: 'conversation.started', conversation: id, data: {} })], {
        conversation: id,
        state: 'reset',
        reason: 'no_cursor',
      }),
    );
    await network.answer('message:send', receipt(2, messageId));
    expect(texts(id)).toEqual(['sent: hello']);
    const own = event(2, {
      id: messageId,
      conversation: id,
      actor: { kind: 'visitor', id: 'me' },
      data: { text: 'hello' },
    });
    await network.send('event', own);
    expect(texts(id)).toEqual(['sent: hello']);
  });

  test('[P29] the answer draws what the relay kept, not what was typed', async () => {
    begin();
    await connect();
    const { conversationId: id, messageId } = client.sendMessage('4111 1111 1111 1111');
    await network.answer('conversation:start', receipt(1));
    const started = event(1, { id: 's', type: 'conversation.started', conversation: id, data: {} });
    const reset = { conversation: id, state: 'reset' as const, reason: 'no_cursor' as const };
    await network.answer('conversation:resume', page([started], reset));
    const text = '•••• •••• •••• 1111';
    await network.answer('message:send', { ...receipt(2, messageId), text });
    expect(texts(id)).toEqual([`sent: ${text}`]);
    expect(JSON.stringify({ ...localStorage })).not.toContain('4111 1111');
  });
});

describe('recovery', () => {
  const summary = {
    id: 'c1',
    status: 'open',
    pub: 2,
    activeAt: 1,
    agent: null,
    lastMessage: null,
    unread: 0,
    visitorRead: 0,
    agentRead: 0,
    delivered: 0,
  };
  const load = async () => {
    begin();
    await connect([summary]);
    client.follow('c1');
    await network.flush();
    await network.answer(
      'conversation:resume',
      page([event(1), event(2)], { state: 'reset', reason: 'no_cursor' }),
    );
  };

  test('[P10] after a drop it asks from its cursor and applies what came meanwhile behind it', async () => {
    await load();
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome();
    await network.answer('conversation:list', [{ ...summary, pub: 4 }]);
    await network.send('event', event(5));
    expect(texts('c1')).toEqual(['sent: text 1', 'sent: text 2', 'sent: text 5']);
    const asked = await network.answer('conversation:resume', page([event(3), event(4)]));
    expect(asked.cursor).toBe('e1.2');
    expect(texts('c1')).toEqual([1, 2, 3, 4, 5].map((n) => `sent: text ${n}`));
    expect(client.getState().status).toBe('online');
  });

  test('[P12] pages are asked for until the end marker', async () => {
    await load();
    await network.send('event', event(9));
    await network.answer(
      'conversation:resume',
      page([event(3), event(4)], { end: false, head: 9 }),
    );
    const next = await network.answer(
      'conversation:resume',
      page(
        [5, 6, 7, 8].map((n) => event(n)),
        { head: 9 },
      ),
    );
    expect(next.cursor).toBe('e1.4');
    expect(texts('c1')).toHaveLength(9);
  });

  test('[P14] a heartbeat that knows more leads to a question', async () => {
    await load();
    await network.send('heartbeat', { heads: { c1: 2 }, now: 0 });
    expect(network.requests).toHaveLength(0);
    await network.send('heartbeat', { heads: { c1: 3 }, now: 0 });
    expect(network.requests.map((r) => r.name)).toEqual(['conversation:resume']);
  });

  test('[P11] a reset drops what was held and starts from the page', async () => {
    await load();
    await network.send('event', event(70));
    await network.answer(
      'conversation:resume',
      page([event(69), event(70)], { state: 'reset', reason: 'expired' }),
    );
    expect(texts('c1')).toEqual(['sent: text 69', 'sent: text 70']);
    expect(client.getState().conversations.c1?.low).toBe(69);
  });

  test('another log epoch: everything held is loaded anew', async () => {
    await load();
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome({ epoch: 'e2' });
    await network.answer('conversation:list', [summary]);
    const asked = await network.answer(
      'conversation:resume',
      page([event(1)], { state: 'reset', reason: 'no_cursor', epoch: 'e2' }),
    );
    expect(asked.cursor).toBeNull();
    expect(texts('c1')).toEqual(['sent: text 1']);
  });

  test('history is loaded above, one page at a time', async () => {
    begin();
    await connect([{ ...summary, pub: 90 }]);
    client.follow('c1');
    await network.flush();
    await network.answer(
      'conversation:resume',
      page([event(89), event(90)], { state: 'reset', reason: 'no_cursor' }),
    );
    void client.loadOlder('c1');
    void client.loadOlder('c1');
    await network.flush();
    expect(network.requests).toHaveLength(1);
    const asked = await network.answer('conversation:history', {
      events: [event(87), event(88)],
      more: true,
    });
    expect(asked.before).toBe(89);
    expect(texts('c1')).toEqual([87, 88, 89, 90].map((n) => `sent: text ${n}`));
  });
});

describe('what the page says about its visitor', () => {
  test('[P23] waits until the visitor writes', async () => {
    begin();
    client.identify({ id: 'C-1', name: 'Robin' });
    client.setAttributes({ plan: 'pro' });
    await connect();
    expect(network.requests).toEqual([]);
    expect(localStorage).toHaveLength(0);
    client.sendMessage('hello');
    await network.flush();
    const said = await network.answer('contact:identify', receipt(1));
    expect(said).toMatchObject({ externalId: 'C-1', name: 'Robin' });
    expect(await network.answer('contact:update', receipt(1))).toMatchObject({
      attributes: { plan: 'pro' },
    });
  });

  test('saying the same again is free, also on the next page', async () => {
    begin();
    client.sendMessage('hello');
    client.identify({ name: 'Robin' });
    client.setAttributes({ plan: 'pro' });
    const before = client.getState().outbox.length;
    begin();
    client.identify({ name: 'Robin' });
    client.setAttributes({ plan: 'pro' });
    expect(client.getState().outbox).toHaveLength(before);
    client.setAttributes({ plan: 'free', seats: 3 });
    expect(client.getState().outbox.at(-1)?.input).toMatchObject({
      attributes: { plan: 'free', seats: 3 },
    });
  });

  test('[ID-08] logging out leaves nothing behind and begins as somebody new', async () => {
    begin();
    await connect();
    client.sendMessage('hello');
    client.logout();
    expect(localStorage).toHaveLength(0);
    expect(client.getState()).toMatchObject({ conversations: {}, outbox: [], contact: null });
    expect(network.opened.at(-1)?.token).toBeUndefined();
  });
});

describe('[ID-08] another person at the same browser', () => {
  const tokenOf = (sub: string) => `x.${btoa(JSON.stringify({ sub }))}.x`;
  const asked = async () => {
    await network.opened.at(-1)?.identity?.();
  };

  test('sends nothing of what the one before wrote and never got out', async () => {
    begin();
    client.identify({ token: tokenOf('ann') });
    client.start();
    await asked();
    client.sendMessage('a word of Ann');
    client.stop();
    vi.advanceTimersByTime(1000);
    begin();
    client.identify({ token: tokenOf('bob') });
    client.start();
    await asked().catch(() => {});
    await asked();
    await network.welcome({ contact: 'bob' });
    await network.answer('conversation:list', []);
    client.sendMessage('a word of Bob');
    await network.flush();
    expect(client.getState().outbox.map(({ input }) => 'text' in input && input.text)).toEqual([
      false,
      'a word of Bob',
    ]);
    expect(JSON.stringify({ ...localStorage })).not.toContain('Ann');
  });

  test('whose tokens come from the same function: neither', async () => {
    begin();
    let who = 'ann';
    const token = () => tokenOf(who);
    client.identify({ token });
    client.start();
    await asked();
    await network.welcome();
    await network.answer('conversation:list', []);
    client.sendMessage('a word of Ann');
    await network.lose();
    who = 'bob';
    vi.advanceTimersByTime(20_000);
    await expect(asked()).rejects.toThrow();
    await asked();
    expect(network.opened.at(-1)).toMatchObject({ token: undefined, forget: 't1' });
    expect(client.getState()).toMatchObject({ conversations: {}, outbox: [] });
  });

  test('who has another id by the page’s word alone has nothing of the one before', async () => {
    begin();
    client.identify({ id: 'ann', name: 'Ann' });
    await connect();
    client.sendMessage('a word of Ann');
    client.identify({ id: 'ann', email: 'ann@example.com' });
    expect(client.getState().outbox).not.toEqual([]);
    client.identify({ id: 'bob' });
    expect(network.opened.at(-1)).toMatchObject({ token: undefined, forget: 't1' });
    expect(client.getState().conversations).toEqual({});
    expect(client.getState().outbox).toMatchObject([{ input: { externalId: 'bob' } }]);
    expect(JSON.stringify({ ...localStorage })).not.toContain('Ann');
  });

  test('who has another id is another one, whatever fetches the tokens', async () => {
    begin();
    const token = () => tokenOf('ann');
    client.identify({ id: 'ann', token });
    client.start();
    const before = network.opened.length;
    client.identify({ id: 'ann', token });
    expect(network.opened).toHaveLength(before);
    client.identify({ id: 'bob', token });
    expect(network.opened).toHaveLength(before + 1);
  });

  test('the same person again keeps what is unsent', async () => {
    begin();
    client.identify({ token: tokenOf('ann') });
    client.start();
    await asked();
    client.sendMessage('a word of Ann');
    client.stop();
    begin();
    client.identify({ token: tokenOf('ann') });
    client.start();
    await asked();
    expect(client.getState().outbox).toHaveLength(2);
  });
});

describe('one browser is one visitor', () => {
  const heard = (newValue: string | null) =>
    window.dispatchEvent(new StorageEvent('storage', { key: 'throughline:shop', newValue }));

  test('a tab whose visitor wrote elsewhere first sends as that visitor', async () => {
    begin();
    await connect();
    localStorage.setItem('throughline:shop', JSON.stringify({ v: 1, token: 'first' }));
    client.sendMessage('me too');
    expect(network.opened.at(-1)?.token).toBe('first');
    await network.welcome({ token: undefined, contact: 'somebody' });
    await network.answer('conversation:list', []);
    await network.answer('conversation:resume', { ok: false, error: { code: 'not_found' } });
    const { conversation } = await network.answer('conversation:start', receipt(1));
    expect(texts(String(conversation))).toEqual(['sending: me too']);
    expect(JSON.parse(localStorage.getItem('throughline:shop') ?? '').token).toBe('first');
  });

  test('a token that comes after another tab got one is not kept', async () => {
    begin();
    client.start();
    client.sendMessage('quick');
    localStorage.setItem('throughline:shop', JSON.stringify({ v: 1, token: 'first' }));
    await network.welcome({ token: 'late' });
    expect(network.opened.map(({ token }) => token)).toEqual([undefined, 'first']);
    expect(localStorage.getItem('throughline:shop')).toContain('first');
  });

  test('logged out in another tab, this one forgets as well', async () => {
    begin();
    await connect();
    client.sendMessage('hello');
    localStorage.clear();
    heard(null);
    expect(client.getState()).toMatchObject({ conversations: {}, outbox: [], contact: null });
    expect(network.opened.at(-1)?.token).toBeUndefined();
    client.stop();
    heard(null);
    expect(network.opened).toHaveLength(2);
  });
});

describe('a tab that slept while somebody else came to this browser', () => {
  test('sends and shows nothing of whom it knew', async () => {
    localStorage.setItem('throughline:shop', JSON.stringify({ v: 1, token: 'ann' }));
    begin();
    client.start();
    await network.welcome({ token: undefined });
    await network.answer('conversation:list', []);
    client.setDraft('new', 'a draft of Ann');
    client.sendMessage('a word of Ann');
    // All it hears when it wakes is how the storage is now.
    const newValue = JSON.stringify({ v: 1, token: 'bob' });
    localStorage.clear();
    localStorage.setItem('throughline:shop', newValue);
    window.dispatchEvent(new StorageEvent('storage', { key: 'throughline:shop', newValue }));
    expect(network.opened.at(-1)?.token).toBe('bob');
    expect(client.getState()).toMatchObject({ conversations: {}, outbox: [], contact: null });
    expect(client.draft('new')).toBe('');
    await network.welcome({ token: undefined, contact: 'bob' });
    await network.answer('conversation:list', []);
    expect(network.requests).toEqual([]);
  });
});

describe('what cannot be', () => {
  test.each([[''], ['  '], ['x'.repeat(10_001)], [undefined]])(
    'a message that is none (%#) is a mistake of the page, and begins nothing',
    (text) => {
      begin();
      expect(() => client.sendMessage(text as string)).toThrow(TypeError);
      expect(client.getState()).toMatchObject({ conversations: {}, outbox: [] });
      expect(localStorage).toHaveLength(0);
    },
  );

  test('a conversation that is not there is told, and goes away again', async () => {
    begin();
    const errors: string[] = [];
    client.on('widget.error', ({ data }) => errors.push(data.code));
    await connect();
    client.follow('c9');
    await network.flush();
    await network.answer('conversation:resume', { ok: false, error: { code: 'not_found' } });
    expect(client.getState().conversations).toEqual({});
    expect(errors).toEqual(['not_found']);
  });

  test('a page that is not allowed hears why, once', async () => {
    begin();
    const errors: string[] = [];
    client.on('widget.error', ({ data }) => errors.push(`${data.code} ${data.message}`));
    client.start();
    const error = { code: 'origin_not_allowed', message: '', retryable: false };
    await network.send('closing', { error });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^origin_not_allowed .*"shop"/);
  });
});

describe('each event is told once', () => {
  const row = (pub: number, id = 'c1') => ({
    id,
    status: 'open',
    pub,
    activeAt: 1,
    agent: null,
    unread: 0,
  });
  const first = { state: 'reset', reason: 'no_cursor' } as const;
  const listen = () => {
    const told: string[] = [];
    client.on('*', ({ id }) => told.push(id));
    return told;
  };
  const reconnect = async (list: unknown[]) => {
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome();
    await network.answer('conversation:list', list);
  };
  const reload = async (list: unknown[]) => {
    client.stop();
    network = createFakeNetwork();
    begin();
    const told = listen();
    client.start();
    await network.welcome({ token: undefined } as object);
    await network.answer('conversation:list', list);
    return told;
  };
  /** A visitor who has written here: what a page was told outlives it. */
  const write = async () => {
    const sent = client.sendMessage('hello', { conversationId: 'c1' });
    await network.answer('message:send', receipt(2));
    return sent.messageId;
  };

  test('with the id and name of the log, whatever the type, and without our own numbers', async () => {
    begin();
    const events: unknown[] = [];
    client.on('*', (event) => events.push(event));
    await connect();
    const read = event(1, { type: 'message.read', data: { upTo: 1 } });
    await network.send('event', read);
    const { pub: _, ...told } = read;
    expect(events).toEqual([told]);
  });

  test('our own when the relay has it, under the id it was sent with, and not again as it comes back', async () => {
    begin();
    const told = listen();
    await connect([row(1)]);
    const id = await write();
    await network.send('event', event(2, { id }));
    expect(told).toEqual([id]);
  });

  test('what came while the line was dead, also where nobody looks; what was scrolled to is not told', async () => {
    begin();
    const told = listen();
    await connect([row(2)]);
    await network.send('event', event(3));
    await reconnect([row(5)]);
    const events = [event(2), event(3), event(4), event(5)];
    await network.answer('conversation:resume', page(events, first));
    await network.send('event', event(5));
    const older = client.loadOlder('c1');
    await network.flush();
    await network.answer('conversation:history', { events: [event(1)], more: false });
    await older;
    expect(told).toEqual(['event-3', 'event-4', 'event-5']);
  });

  test('a conversation that began while the line was dead is told from its beginning', async () => {
    begin();
    const told = listen();
    await connect([]);
    await reconnect([row(2)]);
    await network.answer('conversation:resume', page([event(1), event(2)], first));
    expect(told).toEqual(['event-1', 'event-2']);
  });

  test('a reload tells nothing again, and what no page was told', async () => {
    begin();
    await connect([row(1)]);
    await write();
    await network.send('event', event(3));
    const told = await reload([row(4)]);
    const events = [event(1), event(2), event(3), event(4)];
    await network.answer('conversation:resume', page(events, first));
    expect(told).toEqual(['event-4']);
    expect(await reload([row(4)])).toEqual([]);
    expect(network.requests).toEqual([]);
  });

  test('a message confirmed before the reload that hid its answer is not told twice', async () => {
    begin();
    await connect([row(1)]);
    const { messageId: id } = client.sendMessage('hello', { conversationId: 'c1' });
    await network.send('event', event(2, { id }));
    const told = await reload([row(2)]);
    await network.answer('message:send', receipt(2));
    expect(told).toEqual([]);
  });

  test('each of two tabs is told', async () => {
    begin();
    const mine = listen();
    await connect([row(1)]);
    const other = createFakeNetwork();
    const tab = createClient(options, other.open);
    const theirs: string[] = [];
    tab.on('*', ({ id }) => theirs.push(id));
    tab.start();
    await other.welcome();
    await other.answer('conversation:list', [row(1)]);
    for (const to of [network, other]) await to.send('event', event(2));
    tab.stop();
    expect([mine, theirs]).toEqual([['event-2'], ['event-2']]);
  });

  test('another log, or another visitor, begins with what is there', async () => {
    begin();
    const told = listen();
    await connect([row(1)]);
    await write();
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome({ epoch: 'e2' });
    await network.answer('conversation:list', [row(7)]);
    await network.send('event', event(8));
    expect(told.slice(1)).toEqual(['event-8']);
    client.logout();
    await network.welcome({ contact: 'other', token: 't2' });
    await network.answer('conversation:list', [row(4, 'c2')]);
    expect(told).toHaveLength(2);
  });

  test('who the page says its visitor is, once the relay has it, under the id of its event', async () => {
    begin();
    const events: { id: string; data: object }[] = [];
    client.on('contact.identified', (event) => events.push(event));
    await connect([row(1)]);
    client.identify({ id: 'C-1', name: 'Grace' });
    await write().catch(() => {});
    const sent = await network.answer('contact:identify', receipt(0));
    expect(events).toMatchObject([
      { id: sent.id, data: { externalId: 'C-1', name: 'Grace', method: 'unverified' } },
    ]);
  });
});

describe('events', () => {
  test('what came while the line was dead is told when it is back; a first look tells nothing', async () => {
    begin();
    const told: string[] = [];
    client.on('message.created', ({ actor, data }) => told.push(`${actor.name}: ${data.text}`));
    await connect([{ id: 'c1', status: 'open', pub: 1, activeAt: 1, agent: null, unread: 0 }]);
    client.follow('c1');
    await network.flush();
    const first = { state: 'reset', reason: 'no_cursor' } as const;
    await network.answer('conversation:resume', page([event(1)], first));
    await network.lose();
    vi.advanceTimersByTime(20_000);
    await network.welcome();
    await network.answer('conversation:list', []);
    await network.answer('conversation:resume', page([event(2), event(3)]));
    expect(told).toEqual(['Ada: text 2', 'Ada: text 3']);
  });

  test('a conversation begun here is told once', async () => {
    begin();
    const told: string[] = [];
    client.on('conversation.started', ({ conversation }) => told.push(conversation));
    client.on('message.created', ({ data }) => told.push(data.text));
    await connect();
    const { conversationId } = client.sendMessage('hello');
    await network.answer('conversation:start', receipt(1));
    const started = { ...event(1, { type: 'conversation.started', data: {} }) };
    const first = { state: 'reset', reason: 'no_cursor' } as const;
    await network.answer(
      'conversation:resume',
      page([{ ...started, conversation: conversationId }], {
        ...first,
        conversation: conversationId,
      }),
    );
    await network.answer('message:send', receipt(2));
    expect(told).toEqual([conversationId, 'hello']);
  });

  test('a conversation somebody looks at while the list is on its way is loaded', async () => {
    begin();
    client.follow('c1');
    client.start();
    await network.welcome();
    await network.answer('conversation:list', []);
    client.follow('c2');
    await network.answer('conversation:resume', page([event(1)]));
    await network.answer('conversation:resume', page([event(1, { conversation: 'c2' })]));
    expect(client.getState().conversations.c2?.items).toHaveLength(1);
  });

  test('a message nobody looked at that is deleted has the list asked for: whether it was read is not known', async () => {
    begin();
    const row = { id: 'c1', status: 'open', pub: 1, activeAt: 1, agent: null, unread: 1 };
    await connect([row]);
    await network.send('event', event(2, { type: 'message.deleted', data: { message: 'm' } }));
    await network.answer('conversation:list', [{ ...row, pub: 2, unread: 0 }]);
    expect(client.getState().conversations.c1?.unread).toBe(0);
  });

  test('a live message, an unread count, and whoever throws disturbs nobody else', async () => {
    begin();
    const heard: unknown[] = [];
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    client.on('message.created', () => {
      throw new Error('a page’s mistake');
    });
    const stop = client.on('message.created', ({ data }) => heard.push(data.text));
    client.once('unread.changed', ({ count }) => heard.push(count));
    await connect();
    await network.send('event', event(1));
    await network.send('event', event(2));
    stop();
    await network.send('event', event(3));
    expect(heard).toEqual([1, 'text 1', 'text 2']);
    expect(report).toHaveBeenCalledTimes(3);
  });

  test('[P22] typing ends by itself', async () => {
    begin();
    await connect();
    await network.send('ephemeral', {
      kind: 'typing',
      conversation: 'c1',
      on: true,
      actor: { kind: 'agent', id: 'a', name: 'Ada' },
    });
    expect(client.getState().typing.c1?.name).toBe('Ada');
    vi.advanceTimersByTime(7000);
    expect(client.getState().typing).toEqual({});
  });

  test('nobody’s typing is waited for once the client has stopped', async () => {
    begin();
    await connect();
    const actor = { kind: 'agent', id: 'a1', name: 'Ada' };
    await network.send('ephemeral', { kind: 'typing', conversation: 'c1', actor, on: true });
    client.stop();
    expect(client.getState().typing).toEqual({});
    expect(vi.getTimerCount()).toBe(0);
  });

  test('our own typing is told once in a while, and its end once', async () => {
    begin();
    await connect();
    for (let i = 0; i < 5; i++) client.setTyping('c1', true);
    client.setTyping('c1', false);
    client.setTyping('c1', false);
    expect(network.signals.map((s) => s.payload)).toEqual([
      { conversation: 'c1', on: true },
      { conversation: 'c1', on: false },
    ]);
  });

  test('reading is told up to the head, once', async () => {
    begin();
    await connect();
    await network.send('event', event(1));
    client.markRead('c1');
    client.markRead('c1');
    await network.flush();
    expect(network.requests.map((r) => [r.name, r.payload.upTo])).toEqual([['message:read', 1]]);
    expect(client.getState().conversations.c1?.unread).toBe(0);
  });
});

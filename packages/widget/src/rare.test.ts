import { uuidv7 } from '@throughline/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFakeNetwork } from '../test/fake-link.ts';
import { createClient } from './client.ts';
import { runRare } from './rare.ts';
import type { State } from './store/state.ts';

type Around = Parameters<typeof runRare>[0];

type Shown = Partial<State['conversations'][string]>;

function setUp(view: object, ...known: Shown[]) {
  const state = { conversations: {}, outbox: [] } as unknown as State;
  const listeners = new Set<(state: State) => void>();
  const client = {
    submit: vi.fn(),
    getState: () => state,
    draft: () => '',
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const around = {
    client,
    view: { getState: () => ({ open: true, ...view }) },
    guess: null,
    options: {},
    undo: [],
  } as unknown as Around;
  const become = (...some: Shown[]) => {
    state.conversations = Object.fromEntries(some.map((one) => [one.id, one])) as never;
    for (const listener of listeners) listener(state);
  };
  become(...known);
  const say = (attributes: object) => runRare(around, 'setConversation', { attributes });
  const said = () =>
    client.submit.mock.calls.map(([name, { conversation, attributes }]) => [
      name,
      conversation,
      attributes,
    ]);
  return { say, said, become, around };
}

const [old, known] = [uuidv7(), uuidv7()];
const gone: Shown = { id: old, status: 'resolved', head: 3, activeAt: 3 };
const going: Shown = { id: known, status: 'open', head: 2, activeAt: 2 };
const order = { order: 'A-17' };
const about = (id: string) => [['conversation:describe', id, order]];

describe('setConversation', () => {
  test('is about the conversation that is shown', () => {
    const { say, said } = setUp({ place: { at: 'thread', conversation: old } }, going, gone);
    say(order);
    expect(said()).toEqual(about(old));
  });

  test.each([
    ['the list is', { place: { at: 'list' } }],
    ['nothing is', { open: false, place: { at: 'thread', conversation: null } }],
  ])('is about the one that goes on where %s shown', (_, view) => {
    const { say, said } = setUp(view, gone, going);
    say(order);
    expect(said()).toEqual(about(known));
  });

  test('waits for the next one where none goes on, and says it once', () => {
    const { say, said, become } = setUp({ place: { at: 'list' } }, gone);
    say(order);
    become(gone);
    expect(said()).toEqual([]);
    become(going, gone);
    become(going, gone);
    expect(said()).toEqual(about(known));
  });

  test('waits for the next one where a new one is shown, whatever else goes on', () => {
    const { say, said, become } = setUp({ place: { at: 'thread', conversation: null } });
    say(order);
    become(going, gone);
    expect(said()).toEqual([]);
    const next = uuidv7();
    become({ ...going, id: next, activeAt: 4 }, going, gone);
    expect(said()).toEqual(about(next));
  });

  test('is about the one that goes on where a new one is only a guess', () => {
    const place = { at: 'thread', conversation: null };
    const { say, said, become, around } = setUp({ place });
    around.guess = place;
    say(order);
    become(going);
    expect(said()).toEqual(about(known));
  });

  test('waits no longer than the widget is there', () => {
    const { say, said, become, around } = setUp({ place: { at: 'list' } });
    say(order);
    for (const step of around.undo) step();
    become(going);
    expect(said()).toEqual([]);
  });

  describe('is forgotten with whom it was said of', () => {
    const begin = () => {
      localStorage.clear();
      const network = createFakeNetwork();
      const client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
      const { around } = setUp({ open: false, place: { at: 'list' } });
      const call = (...said: [string, object?]) => runRare({ ...around, client }, ...said);
      const unsent = () => {
        client.sendMessage('hello');
        const { outbox } = client.getState();
        client.stop();
        return outbox.map(({ name }) => name);
      };
      return { network, client, call, unsent };
    };

    test('who logs out, connected or not', async () => {
      const { client, call, unsent } = begin();
      call('setConversation', { attributes: order });
      client.logout();
      await call('endNotices');
      expect(unsent()).toEqual(['conversation:start', 'message:send']);
    });

    test('who logs out in another tab', async () => {
      const { network, client, call, unsent } = begin();
      client.persist.allow();
      client.start();
      await network.welcome();
      call('setConversation', { attributes: order });
      localStorage.clear();
      window.dispatchEvent(new StorageEvent('storage', { key: null }));
      expect(unsent()).toEqual(['conversation:start', 'message:send']);
    });

    test('and not while they have only come', async () => {
      const { network, client, call, unsent } = begin();
      client.start();
      call('setConversation', { attributes: order });
      await network.welcome();
      expect(unsent()).toEqual(['conversation:start', 'conversation:describe', 'message:send']);
    });
  });

  test('says its topic and the flow it would like as attributes, and tags by themselves', () => {
    const { around } = setUp({ place: { at: 'thread', conversation: known } }, going);
    const submit = vi.mocked(around.client.submit);
    const said = () =>
      submit.mock.calls.splice(0).map(([name, { id: _, ...input }]) => [name, input]);
    runRare(around, 'setConversation', { attributes: order, topic: 'returns', flow: 'refund' });
    const attributes = { ...order, topic: 'returns', flow: 'refund' };
    expect(said()).toEqual([['conversation:describe', { conversation: known, attributes }]]);
    runRare(around, 'setConversation', { addTags: ['vip'] });
    expect(said()).toEqual([
      ['conversation:label', { conversation: known, add: ['vip'], remove: [] }],
    ]);
    runRare(around, 'setConversation', {});
    expect(said()).toEqual([]);
  });

  test('goes right behind what begins the conversation', () => {
    const network = createFakeNetwork();
    const options = { relay: 'https://relay.example', site: 'shop', storage: 'none' } as const;
    const client = createClient(options, network.open);
    const { around } = setUp({ place: { at: 'thread', conversation: null } });
    runRare({ ...around, client }, 'setConversation', { attributes: order });
    client.sendMessage('Where is it?');
    expect(client.getState().outbox.map(({ name }) => name)).toEqual([
      'conversation:start',
      'conversation:describe',
      'message:send',
    ]);
  });
});

describe('sendMessage into the one that goes on', () => {
  const ongoing = {
    ...{ id: known, status: 'open', agent: null, createdAt: 1, activeAt: 2, last: null, pub: 2 },
    ...{ unread: 0, visitorRead: 2, agentRead: 2, delivered: 2 },
  };

  /** Somebody who was here before, on a page that has just begun. */
  async function comeBack() {
    localStorage.clear();
    localStorage.setItem('throughline:shop', JSON.stringify({ token: 't1' }));
    const network = createFakeNetwork();
    const options = { relay: 'https://relay.example', site: 'shop' };
    const client = createClient(options, network.open);
    const send = async (text: string, conversationId: string | null) =>
      client.sendMessage(text, { conversationId: conversationId ?? undefined }).conversationId;
    const { around } = setUp({ place: { at: 'list' } });
    const parts = { ...around, client, send } as Around;
    void runRare(parts, 'sendMessage', 'One', { ongoing: true });
    void runRare(parts, 'sendMessage', 'Two', { ongoing: true });
    await network.flush();
    const sent = () =>
      client
        .getState()
        .outbox.flatMap(({ name, input }) =>
          name === 'message:send' ? [[input.text, input.conversation]] : [name],
        );
    expect(sent()).toEqual([]);
    return { client, network, sent };
  }
  afterEach(() => localStorage.clear());

  test('waits until the relay has told which there are', async () => {
    const { network, sent, client } = await comeBack();
    await network.welcome();
    await network.answer('conversation:list', [ongoing]);
    expect(sent()).toEqual([
      ['One', known],
      ['Two', known],
    ]);
    client.stop();
  });

  test('begins one where none goes on, and both go into it', async () => {
    const { network, sent, client } = await comeBack();
    await network.welcome();
    await network.answer('conversation:list', [{ ...ongoing, status: 'resolved' }]);
    const [[, begun]] = sent().slice(1) as [string, string][] as [[string, string]];
    expect(sent()).toEqual(['conversation:start', ['One', begun], ['Two', begun]]);
    client.stop();
  });

  test.each<[string, (it: Awaited<ReturnType<typeof comeBack>>) => unknown]>([
    ['the relay is away', ({ network }) => network.lose()],
    ['the page leaves', ({ client }) => client.stop()],
  ])('waits no longer where %s: what was said is kept', async (_, happen) => {
    const it = await comeBack();
    await happen(it);
    await it.network.flush();
    expect(it.sent()).toHaveLength(3);
    expect(JSON.stringify(localStorage)).toContain('Two');
    it.client.stop();
  });

  test('is not sent for whoever comes after a logout', async () => {
    const { client, network, sent } = await comeBack();
    client.logout();
    await network.flush();
    await network.welcome();
    await network.answer('conversation:list', []);
    expect(sent()).toEqual([]);
    client.stop();
  });
});

describe('open', () => {
  const from = { at: 'thread', conversation: null } as const;
  const at = (target: unknown, more: object = {}) => {
    const { around } = setUp({});
    let state: object = { open: true, place: from, ...more };
    const heard = new Set<(state: object) => void>();
    const view = {
      getState: () => state,
      setState(change: object) {
        state = { ...state, ...change };
        for (const listener of heard) listener(state);
      },
      subscribe(listener: (state: object) => void) {
        heard.add(listener);
        return () => heard.delete(listener);
      },
    };
    const [follow, fail] = [vi.fn(), vi.fn()];
    const parts = { ...around, view, exits: { fail }, client: { follow } } as unknown as Around;
    runRare(parts, 'openAt', target, from);
    const again = (other: unknown) => runRare(parts, 'openAt', other, from);
    return { view, follow, fail, again, place: () => Reflect.get(state, 'place') };
  };
  const asks = (what: object) => ({ at: 'thread', conversation: null, asks: what });

  test.each<[unknown, object]>([
    ['list', { at: 'list' }],
    [{ conversation: known }, { at: 'thread', conversation: known }],
    [`conversation:${known}`, { at: 'thread', conversation: known }],
    [{ article: 'shipping' }, { at: 'article', article: 'shipping' }],
    ['article:shipping', { at: 'article', article: 'shipping' }],
    [{ form: 'callback' }, asks({ form: 'callback' })],
    ['survey:checkout', asks({ survey: 'checkout' })],
    ['home', from],
    ['tour:welcome', from],
    [{}, from],
    [{ conversation: '' }, from],
  ])('%j leads to %j', (target, place) => {
    const { follow, fail, ...there } = at(target);
    expect(there.place()).toEqual(place);
    expect(fail).not.toHaveBeenCalled();
    const isKnown = 'conversation' in place && place.conversation !== null;
    expect(follow.mock.calls.flat()).toEqual(isKnown ? [known] : []);
  });

  test('of two calls one right behind the other the last one counts', () => {
    const there = at('survey:checkout');
    there.again('list');
    expect(there.place()).toEqual({ at: 'list' });
  });

  test('leads nowhere where the panel was closed meanwhile, or went somewhere else', () => {
    const place = { at: 'list' };
    expect(at('article:shipping', { open: false }).place()).toEqual(from);
    expect(at('article:shipping', { place }).place()).toEqual(place);
  });

  test('says so where the site has nothing by that name, as soon as that is known', () => {
    const site = { forms: [{ name: 'callback' }], prechat: { fields: [] } };
    for (const target of ['form:callback', 'form:prechat'])
      expect(at(target, { site }).fail).not.toHaveBeenCalled();
    for (const target of [
      'form:demo',
      'form:offline',
      'survey:callback',
      { form: 'constructor' },
    ]) {
      const { view, fail } = at(target);
      expect(fail).not.toHaveBeenCalled();
      for (const nth of [1, 2]) view.setState({ site, nth });
      const error = expect.objectContaining({
        message: expect.stringMatching(/^Throughline: the site has no (form|survey) "\w+"\.$/),
      });
      expect(fail.mock.calls).toEqual([['call_failed', 'The call open', error]]);
    }
  });
});

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import type { FormField, VisitorEvent } from '@throughline/shared/schema';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeNetwork, event, page } from '../../test/fake-link.ts';
import { type Client, createClient } from '../client.ts';
import { chainHooks, type Hooks, sendThrough } from '../hooks.ts';
import { texts as ar } from '../i18n/ar.ts';
import { english } from '../i18n/languages.ts';
import { createViewStore } from '../store/view.ts';
import { App } from './App.tsx';
import type { ViewStore } from './context.ts';

const summary = {
  id: 'c1',
  status: 'open',
  pub: 2,
  activeAt: Date.now(),
  agent: { id: 'a1', name: 'Ada' },
  lastMessage: { id: 'event-2', text: 'text 2', by: 'agent' },
  unread: 0,
  visitorRead: 2,
  agentRead: 0,
  delivered: 0,
};

const rating = { kind: 'rating', scale: 'csat' } as const;
const fields: FormField[] = [{ type: 'text', name: 'street', label: 'Street' }];

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;
let view: ViewStore;
const close = vi.fn();

beforeEach(async () => {
  localStorage.clear();
  Element.prototype.scrollTo ??= () => {};
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  view = createViewStore(english);
  view.setState({ open: true, greeting: 'Hi there' });
});
afterEach(() => {
  client.stop();
  cleanup();
  close.mockReset();
  vi.unstubAllGlobals();
});

const tell = vi.fn();
const begin = vi.fn();
const show = (hooks: Hooks = {}) => {
  const chain = chainHooks(
    () => [hooks],
    () => {},
  );
  const send = sendThrough(chain, client);
  const shown = chain.beforeDisplay;
  return render(<App chat={{ client, view, close, send, shown, tell, begin }} />);
};
const connect = async (list: unknown[] = []) => {
  client.start();
  await act(async () => {
    await network.welcome();
    await network.answer('conversation:list', list);
  });
};
const openThread = async () => {
  view.setState({ place: { at: 'thread', conversation: 'c1' } });
  show();
  await connect([summary]);
  await act(async () => {
    await network.answer(
      'conversation:resume',
      page([event(1), event(2)], { state: 'reset', reason: 'no_cursor' }),
    );
  });
};
const field = () => screen.getByPlaceholderText<HTMLTextAreaElement>('Write a message …');
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });

describe('what the page has a say in', () => {
  const enter = (text: string) => {
    type(text);
    fireEvent.keyDown(field(), { key: 'Enter' });
  };

  test('a message it stops is not sent, and its words stay in the field', () => {
    show({ beforeSend: () => null });
    enter('My card is 4000 0000 0000 0002');
    expect(field().value).toBe('My card is 4000 0000 0000 0002');
    expect(client.getState().outbox).toEqual([]);
  });

  test('what it makes of a message is sent', async () => {
    show({ beforeSend: (message) => ({ ...message, text: `${message.text} [shop]` }) });
    enter('Hello');
    expect(await screen.findByText('Hello [shop]')).toBeTruthy();
    expect(field().value).toBe('');
  });

  test('while it takes its time the words stay and nothing is sent twice', async () => {
    let decide = (_: null) => {};
    const beforeSend = vi.fn(() => new Promise<null>((resolve) => (decide = resolve)));
    show({ beforeSend });
    enter('Hello');
    await screen.findByDisplayValue('Hello');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(field().readOnly).toBe(true);
    expect(beforeSend).toHaveBeenCalledTimes(1);
    decide(null);
    await vi.waitFor(() => expect(field().readOnly).toBe(false));
    expect(field().value).toBe('Hello');
  });

  test('it changes what is shown everywhere, and nothing of what is kept', async () => {
    const hooks: Hooks = {
      beforeDisplay: (message) =>
        message.id === 'event-1' ? null : { ...message, text: message.text.replace('2', '**') },
    };
    view.setState({ place: { at: 'thread', conversation: 'c1' } });
    show(hooks);
    await connect([summary]);
    const first = page([event(1), event(2)], { state: 'reset', reason: 'no_cursor' });
    await act(async () => void (await network.answer('conversation:resume', first)));
    expect(screen.queryByText('text 1')).toBeNull();
    expect(screen.getByText('text **')).toBeTruthy();
    await act(() => network.send('event', event(3, { data: { text: 'also 2' } })));
    expect(screen.getByText('Ada says: also **')).toBeTruthy();
    void act(() => view.setState({ place: { at: 'list' } }));
    expect(await screen.findByText('also **')).toBeTruthy();
    expect(client.getState().conversations.c1?.items).toHaveLength(3);
  });
});

describe('writing', () => {
  test('the field has the focus, Enter sends, and the message is there at once', async () => {
    show();
    expect(document.activeElement).toBe(field());
    type('Hello');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(await screen.findByText('Hello')).toBeTruthy();
    expect(screen.getByText('Waiting for the connection')).toBeTruthy();
    expect(field().value).toBe('');
  });

  test('whoever goes on typing after the first message keeps every key and the keyboard', async () => {
    show();
    const before = field();
    type('Hello');
    fireEvent.keyDown(before, { key: 'Enter' });
    type('and one more thing');
    await screen.findByText('Hello');
    expect(field()).toBe(before);
    expect(field().value).toBe('and one more thing');
    expect(document.activeElement).toBe(before);
  });

  test('words to start from come also to a new conversation that is open already', async () => {
    show();
    field().blur();
    client.setDraft('new', 'About the tent: ');
    void act(() => view.setState({ place: { at: 'thread', conversation: null } }));
    expect(field().value).toBe('About the tent: ');
    expect(document.activeElement).toBe(field());
  });

  test('Shift+Enter, and Enter while composing, do not send', () => {
    show();
    type('Hel');
    fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
    expect(client.getState().outbox).toEqual([]);
  });

  describe('what is too long for one message', () => {
    const sent = () =>
      client.getState().outbox.flatMap(({ input }) => ('text' in input ? [input.text] : []));

    test('goes as several in order, parted between words, in one conversation', async () => {
      show();
      const words = Array.from({ length: 4000 }, (_, i) => `word${i}`).join(' ');
      type(words);
      fireEvent.keyDown(field(), { key: 'Enter' });
      await waitFor(() => expect(sent()).toHaveLength(4));
      expect(sent().join(' ')).toBe(words);
      const into = client
        .getState()
        .outbox.map(({ input }) => 'conversation' in input && input.conversation);
      expect(new Set(into).size).toBe(1);
      await waitFor(() => expect([field().value, client.draft('new')]).toEqual(['', '']));
    });

    test('is parted within a word where there is no other way, and never within a character', async () => {
      show();
      const words = `a${'😀'.repeat(12_000)}`;
      type(words);
      fireEvent.keyDown(field(), { key: 'Enter' });
      await waitFor(() => expect(sent()).toHaveLength(3));
      expect(sent().join('')).toBe(words);
      expect(sent().every((text) => String(text).isWellFormed())).toBe(true);
    });

    test('loses nothing where the page takes only the first of it: the rest stays in the field', async () => {
      let asked = 0;
      show({ beforeSend: (message) => (asked++ === 0 ? message : null) });
      const rest = 'b'.repeat(5000);
      type(`${'a'.repeat(8000)} ${rest}`);
      fireEvent.keyDown(field(), { key: 'Enter' });
      await waitFor(() => expect(field().value.length).toBe(rest.length));
      expect(sent()).toEqual(['a'.repeat(8000)]);
      expect(view.getState().place).toMatchObject({ conversation: expect.any(String) });
    });
  });

  test('nothing but blanks cannot be sent', () => {
    show();
    type('   ');
    expect(screen.getByRole('button', { name: 'Send' }).hasAttribute('disabled')).toBe(true);
  });

  test('[P16] what is typed and not sent is there again', () => {
    show();
    type('half a thought');
    cleanup();
    show();
    expect(field().value).toBe('half a thought');
  });

  test('[P16] a refused message says so and offers both ways out', async () => {
    show();
    await connect();
    type('Hello');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await act(async () => {
      await network.answer('conversation:start', {
        id: 's',
        conversation: 'x',
        seq: 1,
        pub: 1,
        time: 1,
      });
      await network.answer('message:send', {
        ok: false,
        error: { code: 'forbidden', retryable: false },
      });
    });
    expect((await screen.findByRole('alert')).textContent).toContain('Not sent.');
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.queryByText('Hello')).toBeNull();
  });
});

describe('reading', () => {
  test('messages, their author, and what became of one’s own', async () => {
    await openThread();
    expect(screen.getByText('text 2')).toBeTruthy();
    expect(screen.getAllByText('Ada').length).toBeGreaterThan(0);
    const mine = event(3, { actor: { kind: 'visitor', id: 'me' }, data: { text: 'thanks' } });
    await act(() => network.send('event', mine));
    expect(screen.getByText('Sent')).toBeTruthy();
    const delivered = (pub: number) =>
      act(() => network.send('ephemeral', { kind: 'delivered', conversation: 'c1', pub }));
    await delivered(2);
    expect(screen.getByText('Sent')).toBeTruthy();
    await delivered(3);
    expect(screen.getByText('Delivered')).toBeTruthy();
    await act(() => network.send('event', event(4, { type: 'message.read', data: { upTo: 3 } })));
    expect(screen.getByText('Seen')).toBeTruthy();
  });

  test('edited and deleted messages say so', async () => {
    await openThread();
    await act(async () => {
      await network.send(
        'event',
        event(3, { type: 'message.updated', data: { message: 'event-1', text: 'better' } }),
      );
      await network.send(
        'event',
        event(4, { type: 'message.deleted', data: { message: 'event-2' } }),
      );
    });
    expect(screen.getByText('better').textContent).toBe('better');
    expect(screen.getByText('Edited')).toBeTruthy();
    expect(screen.getByText('Message deleted')).toBeTruthy();
    expect(screen.queryByText('text 2')).toBeNull();
  });

  test('markup is text, whoever wrote it', async () => {
    await openThread();
    const text = '<img src=x onerror=alert(1)> {{7*7}}';
    await act(() =>
      network.send(
        'event',
        event(3, { data: { text }, actor: { kind: 'agent', id: 'a', name: '<b>Ada</b>' } }),
      ),
    );
    expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByText('<b>Ada</b>')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });

  test('addresses can be opened, and say where they lead', async () => {
    await openThread();
    const text = 'See https://shop.example/tents, or javascript:alert(1)';
    await act(() => network.send('event', event(3, { data: { text } })));
    const [link, ...more] = screen.getAllByRole('link');
    expect(more).toEqual([]);
    expect(link?.getAttribute('href')).toBe('https://shop.example/tents');
    expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  });

  test('a data object shaped like a virtual node is not drawn as one', async () => {
    await openThread();
    const text = { type: 'img', props: { src: 'x' }, constructor: undefined } as unknown as string;
    await act(() => network.send('event', event(3, { data: { text } })));
    expect(document.querySelector('img')).toBeNull();
  });

  test('a new message of others is announced once', async () => {
    await openThread();
    await act(() => network.send('event', event(3)));
    const live = document.querySelector('[aria-live="polite"]');
    expect(live?.textContent).toBe('Ada says: text 3');
    const bo = { kind: 'agent', id: 'b1', name: 'Bo' } as const;
    await act(() => network.send('event', event(4, { actor: bo })));
    expect(live?.lastChild?.textContent).toBe('Bo says: text 4');
  });

  test('what was announced to whoever has logged out is not there for who comes next', async () => {
    await openThread();
    await act(() => network.send('event', event(3)));
    await act(() => client.logout());
    expect(document.querySelector('[aria-live="polite"]')?.textContent).toBe('');
  });

  test('equal messages are announced each, and so is every one of several that come together', async () => {
    await openThread();
    const ok = { data: { text: 'Ok' } };
    await act(async () => {
      await network.send('event', event(3, ok));
      await network.send('event', event(4));
      await network.send('event', event(5, ok));
    });
    const lines = () =>
      [...(document.querySelector('[aria-live="polite"]')?.children ?? [])].map(
        (line) => line.textContent,
      );
    expect(lines()).toEqual(['Ada says: Ok', 'Ada says: text 4', 'Ada says: Ok']);
    const first = document.querySelector('[aria-live="polite"]')?.firstChild;
    await act(() => network.send('event', event(6, ok)));
    // What was said stays as it was: a line that changes is read again.
    expect(document.querySelector('[aria-live="polite"]')?.firstChild).toBe(first);
    expect(lines()).toHaveLength(4);
  });

  test.each<[string, Partial<VisitorEvent>, string]>([
    ['the question of a rating', { data: { text: '', block: rating } }, 'Ada says: How did we do?'],
    [
      'what a form is called',
      {
        data: { text: '', block: { kind: 'form', form: { title: 'Where to?', fields } } },
      },
      'Ada says: Where to?',
    ],
    [
      'what files are called',
      { data: { text: '', attachments: [{ id: 'f', name: 'bill.pdf', bytes: 1, type: 'x/y' }] } },
      'Ada says: bill.pdf',
    ],
  ])('%s is announced', async (_, more, words) => {
    await openThread();
    await act(() => network.send('event', event(3, more)));
    const live = document.querySelector('[aria-live="polite"]');
    await waitFor(() => expect(live?.textContent).toBe(words));
  });

  test('the form a visitor has just filled in is not read out to them', async () => {
    await openThread();
    const by = { kind: 'system', id: 'relay', name: 'Shop' } as const;
    const block = { kind: 'form', form: { title: 'Who are you?', fields } } as const;
    await act(() => network.send('event', event(3, { actor: by, data: { text: '', block } })));
    await act(() =>
      network.send('event', event(4, { actor: by, data: { text: '', block: rating } })),
    );
    const live = document.querySelector('[aria-live="polite"]');
    await waitFor(() => expect(live?.textContent).toBe('Shop says: How did we do?'));
  });

  test('what was unread when the thread was opened stands under a line of its own', async () => {
    view.setState({ place: { at: 'list' } });
    show();
    await connect([{ ...summary, pub: 3, unread: 2, visitorRead: 1 }]);
    fireEvent.click(await screen.findByText('text 2'));
    const first = page([event(1), event(2), event(3)], { state: 'reset', reason: 'no_cursor' });
    await act(async () => void (await network.answer('conversation:resume', first)));
    const line = screen.getByText('New').nextElementSibling;
    expect(line?.textContent).toContain('text 2');
    await act(() => network.send('event', event(4)));
    expect(screen.getAllByText('New')).toHaveLength(1);
  });

  test('of a long thread its end is drawn', async () => {
    view.setState({ place: { at: 'thread', conversation: 'c1' } });
    show();
    await connect([{ ...summary, pub: 200 }]);
    const events = Array.from({ length: 200 }, (_, i) => event(i + 1));
    const whole = page(events, { state: 'reset', reason: 'no_cursor' });
    await act(async () => void (await network.answer('conversation:resume', whole)));
    expect(screen.getByText('text 200')).toBeTruthy();
    expect(document.querySelectorAll('.message')).toHaveLength(60);
  });

  test('whoever waits at the top gets what is above, also after a refusal or a page with nothing to draw', async () => {
    vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(300);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answerAfterAWhile = async (data: unknown) => {
      await act(async () => void vi.advanceTimersByTime(1000));
      await act(async () => void (await network.answer('conversation:history', data)));
      // What is on its way is not asked for twice, and nothing is asked again at once.
      expect(network.requests).toEqual([]);
    };
    view.setState({ place: { at: 'thread', conversation: 'c1' } });
    show();
    await connect([{ ...summary, pub: 4 }]);
    const end = page([event(4)], { state: 'reset', reason: 'no_cursor' });
    await act(async () => void (await network.answer('conversation:resume', end)));
    const error = { code: 'overloaded', message: 'Later.' };
    await answerAfterAWhile({ ok: false, error });
    await answerAfterAWhile({ ok: false, error });
    const undrawn = event(3, { type: 'message.read', data: { upTo: 2 } });
    await answerAfterAWhile({ events: [undrawn], more: true });
    await answerAfterAWhile({ events: [event(1), event(2)], more: false });
    expect(screen.getByText('text 1')).toBeTruthy();
    await act(async () => void vi.advanceTimersByTime(5000));
    expect(network.requests).toEqual([]);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('who is there and who is typing', async () => {
    await openThread();
    expect(screen.getByText('We answer as soon as we are back')).toBeTruthy();
    await act(async () => {
      await network.send('ephemeral', { kind: 'availability', online: ['a1'] });
      await network.send('ephemeral', {
        kind: 'typing',
        conversation: 'c1',
        on: true,
        actor: { kind: 'agent', id: 'a1', name: 'Ada' },
      });
    });
    expect(screen.getByText('Online')).toBeTruthy();
    expect(screen.getByText('Ada is typing')).toBeTruthy();
    await act(() => network.lose());
    expect(screen.queryByText('Online')).toBeNull();
    expect(screen.queryByText('Ada is typing')).toBeNull();
  });

  test('a colleague who answers for an absent agent is there', async () => {
    await openThread();
    await act(() => network.send('ephemeral', { kind: 'availability', online: ['b1'] }));
    expect(screen.getByRole('heading').textContent).toBe('Shop');
    expect(screen.getByText('Online')).toBeTruthy();
  });

  test('before the first connection the shop has its name, and nobody is said to be away', () => {
    view.setState({ site: { name: 'Shop' } as never });
    show();
    void act(() => client.start());
    expect(screen.getByRole('heading').textContent).toBe('Shop');
    expect(screen.getByText('Connecting …')).toBeTruthy();
  });
});

describe('states', () => {
  test('a lost connection is told, unless it mends itself within two seconds', async () => {
    await openThread();
    expect(screen.getByRole('status').textContent).toBe('');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await act(() => network.lose());
    void act(() => void vi.advanceTimersByTime(1900));
    expect(screen.getByRole('status').textContent).toBe('');
    void act(() => void vi.advanceTimersByTime(200));
    expect(screen.getByRole('status').textContent).toContain('No connection');
    vi.useRealTimers();
  });

  test.each([
    ['origin_not_allowed', 'The chat is not available on this page.'],
    ['replaced', 'The chat goes on in another window.'],
    ['protocol_unsupported', 'The chat was updated. Please reload the page.'],
  ])('refused with %s', async (code, says) => {
    show();
    client.start();
    await act(() => network.send('closing', { error: { code, message: '', retryable: false } }));
    expect(screen.getByRole('status').textContent).toBe(says);
    expect(field().disabled).toBe(true);
  });
});

describe('getting about', () => {
  test('the list leads to threads and to a new conversation', async () => {
    view.setState({ place: { at: 'list' } });
    show();
    await connect([{ ...summary, unread: 2 }]);
    expect(await screen.findByText('2')).toBeTruthy();
    fireEvent.click(screen.getByText('text 2'));
    expect(view.getState().place).toEqual({ at: 'thread', conversation: 'c1' });
    fireEvent.click(await screen.findByRole('button', { name: 'All conversations' }));
    fireEvent.click(await screen.findByRole('button', { name: 'New conversation' }));
    expect(view.getState().place).toEqual({ at: 'thread', conversation: null });
    expect(await screen.findByText('Hi there')).toBeTruthy();
  });

  test('Escape closes the menu first, and the button says whether it is open', async () => {
    show();
    const button = screen.getByRole('button', { name: 'More' });
    fireEvent.click(button);
    const sound = await screen.findByRole('switch', { name: 'Sound for new messages' });
    expect(document.activeElement).toBe(sound);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    fireEvent.keyDown(sound, { key: 'Escape' });
    expect(screen.queryByRole('switch')).toBeNull();
    expect(document.activeElement).toBe(button);
    expect(close).not.toHaveBeenCalled();
  });

  test('what was chosen in the menu is kept', async () => {
    show();
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    fireEvent.click(await screen.findByRole('switch'));
    expect(client.choice('sound')).toBe('off');
    cleanup();
    show();
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    expect((await screen.findByRole('switch')).getAttribute('aria-checked')).toBe('false');
  });

  test('Escape closes', () => {
    show();
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(close).toHaveBeenCalled();
  });

  test('a language read from right to left turns the panel', async () => {
    view.setState({ language: { tag: 'ar', dir: 'rtl', texts: ar } });
    show();
    const dialog = screen.getByRole('dialog');
    expect(dialog.getAttribute('dir')).toBe('rtl');
    expect(dialog.getAttribute('lang')).toBe('ar');
    expect(screen.getByRole('button', { name: String(ar.send) })).toBeTruthy();
  });
});

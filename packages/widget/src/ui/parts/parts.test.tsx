import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { GreetingRule, SiteConfig } from '@throughline/shared/schema';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeNetwork, event, page } from '../../../test/fake-link.ts';
import { type Client, createClient } from '../../client.ts';
import type { PageEvent } from '../../events.ts';
import { texts as ar } from '../../i18n/ar.ts';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { type Chat, ChatContext, type ViewStore } from '../context.ts';
import { Availability, LeaveWord, Wait } from './away.tsx';
import { Greeting } from './greeting.tsx';

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;
let view: ViewStore;
let told: PageEvent[];
const begin = vi.fn();

const MONDAY = Date.parse('2026-11-23T20:00:00Z');

const site = (more: Partial<SiteConfig> = {}): SiteConfig => ({
  key: 'shop',
  name: 'Shop',
  accent: '#000000',
  greeting: 'Hi',
  language: null,
  position: 'right',
  protocol: 1,
  ...more,
});
const rule = (more: Partial<GreetingRule> = {}): GreetingRule => ({
  id: 'help',
  when: {},
  text: 'Can we help?',
  ...more,
});

beforeEach(() => {
  vi.useFakeTimers({ now: MONDAY });
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '/');
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  begin.mockReset();
  newPage();
});
afterEach(() => {
  client.stop();
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What a reload leaves: storage. */
function newPage(): void {
  cleanup();
  told = [];
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  view = createViewStore(english);
}

let consent: 'granted' | 'required' = 'granted';

function show(part: preact.VNode, config: Partial<SiteConfig> = {}) {
  view.setState({ site: { ...site(config), name: 'Shop' }, consent });
  const tell = (said: PageEvent) => void told.push(said);
  const chat = { client, view, tell, begin } as unknown as Chat;
  return render(<ChatContext.Provider value={chat}>{part}</ChatContext.Provider>);
}
const greet = (...greetings: GreetingRule[]) => show(<Greeting />, { greetings });
const wait = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const bubble = () => screen.queryByRole('region', { name: 'Greeting' });
const types = () => told.map(({ type }) => type);
const connect = async (online: string[] = []) => {
  client.start();
  await act(async () => {
    await network.welcome({ site: { name: 'Shop', online } });
    await network.answer('conversation:list', []);
  });
};
const leave = () =>
  void document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 }));
/** From here on the browser may keep something. */
const write = () => act(() => void client.sendMessage('Hello'));

describe('a greeting', () => {
  it('appears when its rule applies, is heard once, and takes no focus', async () => {
    const { container } = greet(rule({ when: { afterMs: 3000 }, agent: 'Ada' }));
    await wait(2000);
    expect(bubble()).toBeNull();
    await wait(1500);
    expect(bubble()?.textContent).toContain('Can we help?');
    expect(container.querySelectorAll('[aria-live]')).toHaveLength(1);
    expect(container.querySelector('[aria-live="polite"]')?.textContent).toBe(
      'Ada says: Can we help?',
    );
    expect(document.activeElement).toBe(document.body);
    expect(types()).toEqual(['proactive.shown']);
  });

  it('waits for what the page tells: an attribute, an event, a pointer that leaves', async () => {
    greet(
      rule({ when: { fact: { name: 'plan', is: 'trial' }, event: 'cart opened', exit: true } }),
    );
    await wait(1000);
    client.setAttributes({ plan: 'trial' });
    client.track('cart opened');
    await wait(1000);
    expect(bubble()).toBeNull();
    await act(leave);
    expect(bubble()).not.toBeNull();
  });

  it('has no pointer that leaves on a phone', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false }));
    greet(rule({ when: { exit: true } }));
    await act(leave);
    await wait(1000);
    expect(bubble()).toBeNull();
  });

  it('is one a page: the first that applies; another page may have another', async () => {
    greet(rule({ when: { url: '/b' }, text: 'On b' }), rule({ id: 'all', text: 'Everywhere' }));
    await wait(1000);
    expect(bubble()?.textContent).toContain('Everywhere');
    fireEvent.click(screen.getByRole('button', { name: 'Close greeting' }));
    await wait(5000);
    expect(bubble()).toBeNull();
    history.replaceState(null, '', '/b');
    await wait(1000);
    expect(bubble()?.textContent).toContain('On b');
  });

  it('is not shown beside an open panel, and goes when it opens', async () => {
    view.setState({ open: true });
    greet(rule());
    await wait(2000);
    expect(bubble()).toBeNull();
    await act(() => view.setState({ open: false }));
    await wait(1000);
    expect(bubble()).not.toBeNull();
    await act(() => view.setState({ open: true }));
    expect(bubble()).toBeNull();
  });

  it('opens the chat with its words first, and with the quick words as a draft', async () => {
    greet(rule({ quick: ['About sizes'] }));
    await wait(1000);
    fireEvent.click(screen.getByRole('button', { name: 'About sizes' }));
    expect(begin).toHaveBeenCalledWith('About sizes');
    expect(view.getState().greeted?.text).toBe('Can we help?');
    expect(types()).toEqual(['proactive.shown', 'proactive.clicked']);
    expect(told.at(-1)?.data).toMatchObject({ rule: 'help', delayMs: expect.any(Number) });
    expect(bubble()).toBeNull();
  });
});

describe('what is kept of greetings', () => {
  const stored = () => ({ ...localStorage, ...sessionStorage });

  it('[P23] is nothing of somebody who saw none', async () => {
    greet(rule({ when: { afterMs: 3000 } }));
    await wait(2000);
    expect(stored()).toEqual({});
  });

  const kept = () => JSON.parse(stored()['throughline:shop:greetings'] ?? '{}');

  it('is that they saw it, also if they never wrote: not again before the next visit', async () => {
    greet(rule());
    await wait(1000);
    expect(bubble()).not.toBeNull();
    // And nothing else: no key that says somebody wrote here.
    expect(Object.keys(stored())).toEqual(['throughline:shop:greetings']);
    expect(kept()).toMatchObject({ visits: 1, gone: [] });
    newPage();
    greet(rule());
    await wait(1000);
    expect(bubble()).toBeNull();
    vi.setSystemTime(Date.now() + 40 * 60_000);
    newPage();
    greet(rule({ often: 'once' }));
    await wait(1000);
    expect(bubble()).toBeNull();
    newPage();
    greet(rule({ when: { visits: 2 } }));
    await wait(1000);
    expect(bubble()).not.toBeNull();
  });

  it('is that they closed it: not again, also on a later visit', async () => {
    greet(rule({ often: { days: 1 } }));
    await wait(1000);
    fireEvent.keyDown(bubble() as Element, { key: 'Escape' });
    expect(types()).toEqual(['proactive.shown', 'proactive.dismissed']);
    expect(Object.keys(stored())).toEqual(['throughline:shop:greetings']);
    expect(kept()).toMatchObject({ gone: ['help'] });
    vi.setSystemTime(Date.now() + 400 * 86_400_000);
    newPage();
    greet(rule({ often: { days: 1 } }));
    await wait(1000);
    expect(bubble()).toBeNull();
  });

  it('is what another tab wrote meanwhile, too: closed there it goes here, and comes in neither again', async () => {
    greet(rule({ id: 'hi' }), rule({ id: 'help', when: { url: '/help' } }));
    await wait(1000);
    expect(bubble()).not.toBeNull();
    const theirs = { ...kept(), gone: ['hi', 'help'] };
    const [key = ''] = Object.keys(stored());
    localStorage.setItem(key, JSON.stringify(theirs));
    await act(async () => void dispatchEvent(new StorageEvent('storage', { key })));
    expect(bubble()).toBeNull();
    expect(types()).toEqual(['proactive.shown']);
    history.replaceState(null, '', '/help');
    await wait(1000);
    expect(bubble()).toBeNull();
  });

  it('is all that tabs wrote, also where one has heard nothing of the other', async () => {
    greet(rule({ id: 'hi' }));
    await wait(1000);
    const [key = ''] = Object.keys(stored());
    localStorage.setItem(key, JSON.stringify({ ...kept(), gone: ['help'] }));
    fireEvent.keyDown(bubble() as Element, { key: 'Escape' });
    expect(kept()).toMatchObject({ gone: ['help', 'hi'] });
  });

  it('is nothing before they agreed, where the page waits for that', async () => {
    consent = 'required';
    greet(rule());
    consent = 'granted';
    await wait(1000);
    expect(bubble()).not.toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Close greeting' }));
    expect(stored()).toEqual({});
  });

  it('is nothing at all where nothing may be kept', async () => {
    client = createClient(
      { relay: 'https://relay.example', site: 'shop', storage: 'none' },
      network.open,
    );
    greet(rule());
    await wait(1000);
    fireEvent.click(screen.getByRole('button', { name: 'Close greeting' }));
    expect(stored()).toEqual({});
  });

  it('goes on once they wrote: a visit later it comes again, once closed never', async () => {
    greet(rule());
    await wait(1000);
    await write();
    newPage();
    greet(rule());
    await wait(1000);
    expect(bubble()).toBeNull();
    vi.setSystemTime(Date.now() + 40 * 60_000);
    newPage();
    greet(rule({ when: { visits: 2 } }));
    await wait(1000);
    fireEvent.click(screen.getByRole('button', { name: 'Close greeting' }));
    sessionStorage.clear();
    vi.setSystemTime(Date.now() + 400 * 86_400_000);
    newPage();
    greet(rule());
    await wait(1000);
    expect(bubble()).toBeNull();
  });

  it('[P23] reaches the relay with the first message, under the ids the page was told', async () => {
    greet(rule());
    await wait(1000);
    await connect();
    expect(network.requests).toEqual([]);
    await write();
    await act(() => network.flush());
    const [first] = network.requests;
    expect(first).toMatchObject({
      name: 'proactive:note',
      payload: { id: told[0]?.id, act: 'shown', rule: 'help' },
    });
  });
});

describe('while nobody is there', () => {
  const hours = {
    timeZone: 'America/New_York',
    week: { tuesday: [{ from: '09:00', to: '17:00' }] },
  };
  const text = (part: preact.VNode, config: Partial<SiteConfig> = {}) =>
    show(part, config).container.textContent;

  it('the header says when they are back, by both clocks where they differ', () => {
    expect(text(<Wait />, { hours })).toMatch(
      /^We are back (tomorrow|on Tuesday) at \d+:00\s[AP]M( \(9:00\sAM .+\))?$/,
    );
  });

  it.each([
    [600_000, 'We usually answer within 10 minutes'],
    [61_000, 'We usually answer within 2 minutes'],
    [2 * 3_600_000, 'We usually answer within 2 hours'],
    [3 * 86_400_000, 'We usually answer within 3 days'],
  ])('else how long answers take: %i ms', (replyMs, expected) => {
    expect(text(<Wait />, { replyMs })).toBe(expected);
  });

  it('else only that they answer, never a time nobody knows', () => {
    expect(text(<Wait />)).toBe('We answer as soon as we are back');
  });

  it('says it in the visitor’s language, and as the business would rather say it', async () => {
    view.setState({ language: { tag: 'ar', dir: 'rtl', texts: ar } });
    expect(text(<Wait />, { replyMs: 600_000 })).toContain('نجيب عادةً خلال');
    cleanup();
    const texts = { ...ar, replyWithin: '{duration}!' };
    view.setState({ language: { tag: 'ar', dir: 'rtl', texts } });
    expect(text(<Wait />, { replyMs: 600_000 })).toMatch(/!$/);
  });

  it('a browser that does not know the time zone says what it can', () => {
    const unknown = { ...hours, timeZone: 'Mars/Olympus' };
    expect(text(<Wait />, { hours: unknown, replyMs: 600_000 })).toContain('10 minutes');
  });

  it('asks for an e-mail, which goes to the relay with the first message', async () => {
    show(<LeaveWord conversation={null} />, { hours: { ...hours, closed: 'We sleep.' } });
    await connect();
    expect(screen.getByText('We sleep.')).toBeTruthy();
    const field = screen.getByLabelText('Your e-mail') as HTMLInputElement;
    fireEvent.input(field, { target: { value: 'ada@x.example' } });
    fireEvent.submit(field.form as HTMLFormElement);
    expect(await screen.findByText('Thank you. We also answer to ada@x.example.')).toBeTruthy();
    expect(localStorage).toHaveLength(0);
    await write();
    await act(() => network.flush());
    expect(await network.answer('contact:identify', { id: 'x', time: 0 })).toMatchObject({
      email: 'ada@x.example',
    });
    newPage();
    show(<LeaveWord conversation={null} />);
    expect(screen.queryByLabelText('Your e-mail')).toBeNull();
  });

  it('thanks nobody for an address the relay would not take', async () => {
    show(<LeaveWord conversation={null} />);
    await connect();
    const field = screen.getByLabelText<HTMLInputElement>('Your e-mail');
    fireEvent.input(field, { target: { value: 'ada@gmail' } });
    fireEvent.submit(field.form as HTMLFormElement);
    await act(() => network.flush());
    expect(field.getAttribute('aria-describedby')).toBe(
      screen.getByText('Please write an address like name@example.com.').id,
    );
    expect(document.activeElement).toBe(field);
    expect(screen.queryByText(/Thank you/)).toBeNull();
    expect(client.getState().outbox).toEqual([]);
    expect(client.persist.read().email).toBeUndefined();
    fireEvent.input(field, { target: { value: 'ada@gmail.example' } });
    await act(() => network.flush());
    expect(screen.queryByText(/Please write/)).toBeNull();
    fireEvent.submit(field.form as HTMLFormElement);
    await act(() => network.flush());
    expect(screen.getByText(/Thank you/)).toBeTruthy();
  });

  it('asks nobody the page knows, and nobody who was answered or may be in a moment', async () => {
    client.identify({ id: 'u1' });
    show(<LeaveWord conversation={null} />);
    expect(screen.queryByLabelText('Your e-mail')).toBeNull();
    cleanup();
    show(<LeaveWord conversation="c1" />);
    await connect();
    client.follow('c1');
    await act(async () => {
      await network.answer(
        'conversation:resume',
        page([event(1)], { state: 'reset', reason: 'no_cursor' }),
      );
    });
    expect(screen.queryByText(/Nobody is here/)).toBeNull();
    cleanup();
    show(<LeaveWord conversation={null} />);
    await act(() => network.send('ephemeral', { kind: 'availability', online: ['a1'] }));
    expect(screen.queryByText(/Nobody is here/)).toBeNull();
  });

  it('says nothing of it where nobody is waited for: it is resolved, or was only rated', async () => {
    show(<LeaveWord conversation="c1" />);
    await connect();
    expect(screen.getByText(/Nobody is here/)).toBeTruthy();
    const told = (pub: number, type: 'conversation.resolved' | 'conversation.reopened') =>
      act(() => network.send('event', event(pub, { type, data: {} as never })));
    await told(1, 'conversation.resolved');
    expect(screen.queryByText(/Nobody is here/)).toBeNull();
    await told(2, 'conversation.reopened');
    expect(screen.getByText(/Nobody is here/)).toBeTruthy();
  });

  it('the page hears who comes and goes, with the next opening', async () => {
    show(<Availability />, { hours });
    await connect();
    await act(() => network.send('ephemeral', { kind: 'availability', online: ['a1'] }));
    expect(told.map(({ type, data }) => [type, data])).toEqual([
      [
        'availability.changed',
        { available: false, nextOpenAt: Date.parse('2026-11-24T09:00:00-05:00') },
      ],
      ['availability.changed', { available: true, nextOpenAt: null }],
    ]);
  });
});

describe('whoever waits', () => {
  const CONVERSATION = '01a20265-6592-7058-b145-8c6880871a10';
  const none = { place: null, minutes: null, promises: [], broken: null };
  const say = (waits: object[]) =>
    act(() => network.send('ephemeral', { kind: 'standing', waits }));
  const told = () => document.querySelector('.standing')?.textContent ?? '';
  const stand = async (...waits: object[]) => {
    await say(waits.map((it) => ({ conversation: CONVERSATION, ...none, ...it })));
    await act(async () => {
      for (let i = 0; i < 9; i++) await vi.dynamicImportSettled();
    });
  };
  const meet = async () => {
    show(<LeaveWord conversation={CONVERSATION} />);
    await connect(['ada']);
  };

  it('is told where they stand, and how long it may take, in one line that is heard', async () => {
    await meet();
    await stand({ place: 3, minutes: { from: 2, to: 4 } });
    expect(told()).toBe('You are number 3 in line. About 2–4 minutes.');
    expect(document.querySelector('.standing')?.getAttribute('role')).toBe('status');
    await stand({ place: 1, minutes: { from: 0, to: 1 } });
    expect(told()).toBe('You are next in line. About 1 minute.');
    await stand({ place: 1 });
    expect(told()).toBe('You are next in line.');
  });

  it('is told nothing once a person has it, or it is another conversation', async () => {
    await meet();
    await stand({ place: 3 });
    await say([]);
    expect(told()).toBe('');
    await stand({ conversation: 'another', place: 1 });
    expect(told()).toBe('');
  });

  it('sees what is promised first and by when, and an honest word where it was not kept', async () => {
    await meet();
    const promises = [
      { what: 'call_back', dueAt: MONDAY + 26 * 3_600_000 },
      { what: 'reply', dueAt: MONDAY + 3_600_000 },
    ];
    await stand({ promises });
    expect(told()).toMatch(/^We will reply by \d+:\d\d/);
    await stand({ promises: promises.slice(0, 1) });
    expect(told()).toMatch(/^We will call you back by Tuesday/);
    await stand({ broken: 'reply' });
    expect(told()).toBe('We did not reply as promised. We are sorry; you are not forgotten.');
  });

  it('reads it in their own language', async () => {
    await meet();
    await act(() => view.setState({ language: { tag: 'ar', dir: 'rtl', texts: ar } }));
    await stand({ place: 1, minutes: { from: 2, to: 4 } });
    expect(told()).toContain(String(ar.waitNext));
  });
});

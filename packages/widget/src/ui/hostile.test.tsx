import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { Block } from '@throughline/shared/schema';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeNetwork, event, page } from '../../test/fake-link.ts';
import { type Client, createClient } from '../client.ts';
import { chainHooks, sendThrough } from '../hooks.ts';
import { english } from '../i18n/languages.ts';
import { createViewStore } from '../store/view.ts';
import { App } from './App.tsx';

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;

beforeEach(() => {
  localStorage.clear();
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
});
afterEach(() => {
  client.stop();
  cleanup();
  vi.unstubAllGlobals();
});

const none = () => {};

/** A conversation with these events, open on the screen. */
async function show(events: ReturnType<typeof event>[]): Promise<Element> {
  const view = createViewStore(english);
  view.setState({ open: true, place: { at: 'thread', conversation: 'c1' } });
  const { beforeDisplay, beforeSend, ...chain } = chainHooks(
    () => [],
    () => {},
  );
  const send = sendThrough({ beforeDisplay, beforeSend, ...chain }, client);
  const { container } = render(
    <App
      chat={{ client, view, close: none, send, tell: none, begin: none, shown: beforeDisplay }}
    />,
  );
  client.start();
  await act(async () => {
    await network.welcome();
    await network.answer('conversation:list', []);
  });
  await act(async () => {
    await network.answer(
      'conversation:resume',
      page(events, { state: 'reset', reason: 'no_cursor' }),
    );
  });
  return container;
}

const EVIL = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<a id=config name=config onclick=alert(1)>x</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '{{constructor.constructor("alert(1)")()}}',
  '<%= 7 * 7 %>',
  '<iframe srcdoc="<script>alert(1)</script>">',
];
const DRAWN =
  /^(section|div|span|p|ul|ol|li|bdi|b|i|a|h2|time|button|textarea|form|svg|path|code|pre|blockquote|label|input|select|option|small|fieldset|legend|dl|dt|dd)$/;

function expectHarmless(container: Element, evil: string): void {
  for (const element of container.querySelectorAll('*')) {
    expect(element.localName).toMatch(DRAWN);
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^(on|style|srcdoc)/);
      if (name === 'href') expect(value).toMatch(/^(https?|mailto|tel):/);
      if (name === 'id') expect(value).toMatch(/^form:/);
    }
  }
  const values = [...container.querySelectorAll<HTMLElement>('[aria-label]')].map(
    (it) => it.ariaLabel ?? it.getAttribute('aria-label'),
  );
  expect([container.textContent, ...values].join('\n')).toContain(evil);
}

const said = (
  text: string,
  more: object = {},
  actor: object = { kind: 'bot', id: 'b', name: 'Bot' },
) => ({ ...event(1), actor, data: { text, ...more } }) as ReturnType<typeof event>;
const withBlock = (block: Block) => [said('Hello', { block })];
const form = (more: object, field: object = {}): Block =>
  ({
    kind: 'form',
    form: { fields: [{ type: 'text', name: 'a', label: 'A', ...field }], ...more },
  }) as Block;
const answer = (type: string, data: object) =>
  ({ ...event(2), type, data: { message: 'event-1', ...data } }) as ReturnType<typeof event>;

/** Every place a stranger's words can stand in. */
const places: Record<string, (evil: string) => ReturnType<typeof event>[]> = {
  'a visitor’s message': (evil) => [said(evil, {}, { kind: 'visitor', id: 'me' })],
  'a program’s message': (evil) => [said(evil)],
  'a program’s message with marks': (evil) => [said(`**bold** and\n\n> ${evil}`)],
  'a program’s name': (evil) => [said('Hello', {}, { kind: 'bot', id: 'b', name: evil })],
  'an edited message': (evil) => [said('Hello'), answer('message.updated', { text: evil })],
  'a reply': (evil) => withBlock({ kind: 'replies', options: [{ action: 'a', label: evil }] }),
  'a button': (evil) => withBlock({ kind: 'buttons', buttons: [{ action: 'a', label: evil }] }),
  'a link': (evil) =>
    withBlock({ kind: 'buttons', buttons: [{ url: 'https://x.example/', label: evil }] }),
  'a card’s title': (evil) => withBlock({ kind: 'cards', cards: [{ title: evil }] }),
  'a card’s text': (evil) => withBlock({ kind: 'cards', cards: [{ title: 'x', text: evil }] }),
  'a form’s title': (evil) => withBlock(form({ title: evil })),
  'a form’s button': (evil) => withBlock(form({ submit: evil })),
  'a field’s label': (evil) => withBlock(form({}, { label: evil })),
  'a field’s hint': (evil) => withBlock(form({}, { hint: evil })),
  'an option': (evil) =>
    withBlock(form({}, { type: 'select', options: [{ value: 'a', label: evil }] })),
  'a form’s answer': (evil) => [
    ...withBlock(form({})),
    answer('form.submitted', { values: { a: evil } }),
  ],
  'a payment’s title': (evil) =>
    withBlock({
      kind: 'payment',
      title: evil,
      amount: 100,
      currency: 'EUR',
      url: 'https://x.example/',
    }),
  'a rating’s comment': (evil) => [
    ...withBlock({ kind: 'rating', scale: 'csat', comment: true }),
    answer('survey.submitted', { scale: 'csat', score: 5, comment: evil, agent: null }),
  ],
};

describe.each(Object.entries(places))('[MD-01] [MD-07] [MD-08] [MD-09] [MD-19] %s', (_, make) => {
  test.each(EVIL)('%s', async (evil) => {
    const container = await show(make(evil));
    await vi.waitFor(() => expectHarmless(container, evil), { timeout: 5000 });
  });
});

/** Its marks turn what stands beside it, unless its element holds them. */
const TURNED = '\u202Eevil\u2066\u200B';

function expectHeld(container: Element): void {
  const texts = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  let found = 0;
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode as Text;
    if (!data.includes('evil')) continue;
    found++;
    expect(parentElement?.closest('bdi, [dir="auto"], option')?.outerHTML, data).toBeDefined();
  }
  expect(found).toBeGreaterThan(0);
  for (const element of container.querySelectorAll('[title], [placeholder]'))
    for (const name of ['title', 'placeholder'])
      expect(element.getAttribute(name) ?? '').not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
}

test.each(Object.entries(places))(
  '[EV-10] what turns text is held where it is drawn: %s',
  async (_, make) => {
    const container = await show(make(TURNED));
    await vi.waitFor(() => expectHeld(container), { timeout: 5000 });
  },
);

test('[MD-15] a block of a kind that is not known is its text', async () => {
  const container = await show([
    said('Your **film**', { block: { kind: 'film', url: 'javascript:alert(1)' } }),
  ]);
  await vi.waitFor(() => expect(container.querySelector('.block')).not.toBeNull());
  expect(container.querySelector('.block')?.childElementCount).toBe(0);
  expect(await screen.findByText('film')).toBeTruthy();
});

test('what was chosen while there is no connection waits, and the replies are gone', async () => {
  await show(withBlock({ kind: 'replies', options: [{ action: 'yes', label: 'Yes' }] }));
  await act(async () => network.lose());
  fireEvent.click(await screen.findByRole('button', { name: 'Yes' }));
  expect(client.getState().outbox.map(({ name }) => name)).toEqual(['message:act']);
  expect(screen.queryByRole('button', { name: 'Yes' })).toBeNull();
  expect(screen.getByText('Yes')).toBeTruthy();
});

test('a reply the relay refuses says so, and can be sent again', async () => {
  await show(withBlock({ kind: 'replies', options: [{ action: 'yes', label: 'Yes' }] }));
  fireEvent.click(await screen.findByRole('button', { name: 'Yes' }));
  const error = { code: 'forbidden', message: '', retryable: false };
  await act(async () => void (await network.answer('message:act', { ok: false, error })));
  expect(screen.getByRole('alert').textContent).toContain('Not sent.');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await vi.waitFor(() => expect(network.requests.at(-1)).toMatchObject({ name: 'message:act' }));
});

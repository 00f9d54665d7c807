import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeNetwork } from '../../../test/fake-link.ts';
import { type Client, createClient } from '../../client.ts';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { type Chat, ChatContext, type ViewStore } from '../context.ts';
import { Around } from './Around.tsx';

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;
let view: ViewStore;
const tell = vi.fn();

beforeEach(async () => {
  tell.mockClear();
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  view = createViewStore(english);
  const chat = { client, view, tell } as unknown as Chat;
  render(
    <ChatContext.Provider value={chat}>
      <Around place={{ at: 'article', article: 'returns' }} />
    </ChatContext.Provider>,
  );
  await screen.findByRole('article');
  client.start();
  await act(async () => {
    await network.welcome();
    await network.answer('conversation:list', []);
  });
});
afterEach(() => {
  client.stop();
  cleanup();
});

const answer = (said: object) => act(async () => void (await network.answer('article:read', said)));
const refuse = (code: string, retryable = false) =>
  answer({ ok: false, error: { code, message: '', retryable } });

it('is read with its headings and marks, and nothing in it is drawn as anything else', async () => {
  await answer({
    title: 'Returns',
    url: 'https://shop.example/help/returns',
    sections: [
      { heading: '', text: 'You have **30 days**.' },
      { heading: 'How?', text: '- Pack\n- <img src=x onerror=alert(1)>' },
    ],
  });
  expect((await screen.findByRole('heading', { level: 3 })).textContent).toBe('Returns');
  // Heard as what it is, and scrolled by keys at once.
  expect(document.activeElement).toBe(screen.getByRole('article', { name: 'Returns' }));
  expect(screen.getByRole('heading', { level: 4 }).textContent).toBe('How?');
  expect(screen.getByText('30 days').tagName).toBe('B');
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getByRole<HTMLAnchorElement>('link').href).toBe(
    'https://shop.example/help/returns',
  );
  fireEvent.click(screen.getByRole('button', { name: 'Ask us' }));
  expect(view.getState().place).toEqual({ at: 'thread', conversation: null });
});

it.each(['not_found', 'bad_value'])(
  'that is not there says so, and tells whoever builds the page: %s',
  async (code) => {
    await refuse(code);
    expect(screen.getByRole('status').textContent).toBe('This article is no longer here.');
    expect(tell).toHaveBeenCalledOnce();
    expect(tell.mock.calls[0]?.[0]).toMatchObject({
      type: 'widget.error',
      data: { code: 'not_found', fatal: false },
    });
  },
);

it('that could not be loaded is asked for again on a click', async () => {
  await refuse('rate_limited', true);
  expect(screen.getByText('The article could not be loaded.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await answer({ title: 'Returns', url: null, sections: [] });
  expect((await screen.findByRole('heading', { level: 3 })).textContent).toBe('Returns');
  expect(screen.queryByRole('link')).toBeNull();
  expect(tell).not.toHaveBeenCalled();
});

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { createFakeNetwork } from '../../../../test/fake-link.ts';
import { createClient } from '../../../client.ts';
import { english } from '../../../i18n/languages.ts';
import { createViewStore } from '../../../store/view.ts';
import { type Chat, ChatContext } from '../../context.ts';
import { Attachments } from './Attachments.tsx';

afterEach(cleanup);

const FILE = { id: 'f1', name: 'bill.pdf', type: 'application/pdf', bytes: 1000 };
const lost = { ok: false, error: { code: 'overloaded' } };

it('a link that was asked for and lost is asked for again on a click, and says how it stands', async () => {
  const network = createFakeNetwork();
  const client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  const chat = { client, view: createViewStore(english) } as unknown as Chat;
  render(
    <ChatContext.Provider value={chat}>
      <Attachments files={[FILE]} />
    </ChatContext.Provider>,
  );
  client.start();
  await act(async () => {
    await network.welcome();
    await network.answer('conversation:list', []);
  });
  await act(async () => void (await network.answer('file:links', lost)));
  const link = screen.getByRole<HTMLAnchorElement>('link');
  const opened = vi.fn((event: Event) => event.preventDefault());

  fireEvent.click(link);
  fireEvent.click(link);
  expect(screen.getByRole('status').textContent).toBe('Fetching the file …');
  await act(async () => void (await network.answer('file:links', lost)));
  expect(screen.getByRole('status').textContent).toMatch(/could not be fetched/);
  // Two clicks were one question.
  expect(network.requests.some(({ name }) => name === 'file:links')).toBe(false);

  fireEvent.click(link);
  document.addEventListener('click', opened);
  const there = { f1: { url: '/v1/files/f1?s=x', expiresAt: Date.now() + 60_000 } };
  await act(async () => void (await network.answer('file:links', there)));
  await vi.waitFor(() => expect(opened).toHaveBeenCalledOnce());
  document.removeEventListener('click', opened);
  expect(link.href).toBe('https://relay.example/v1/files/f1?s=x');
  expect(screen.getByRole('status').textContent).toBe('');
  client.stop();
});

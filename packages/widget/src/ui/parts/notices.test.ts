import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeNetwork, event } from '../../../test/fake-link.ts';
import { type Client, createClient } from '../../client.ts';
import type { PageEvent } from '../../events.ts';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { openNotices } from './notices.ts';

let network: ReturnType<typeof createFakeNetwork>;
let client: Client;
let end: () => void;
const tell = vi.fn<(event: PageEvent) => void>();

beforeEach(async () => {
  localStorage.clear();
  document.title = 'Shop';
  tell.mockClear();
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  client.start();
  await network.welcome();
  await network.answer('conversation:list', []);
  end = openNotices({ client, view: createViewStore(english), tell });
});
afterEach(() => {
  end();
  client.stop();
});

const answers = (pub: number) => network.send('event', event(pub));
const isTitled = (title: string) => vi.waitFor(() => expect(document.title).toBe(title));

test('the title counts what is unread, and is the page’s own again', async () => {
  await answers(1);
  expect(document.title).toBe('(1) Shop');
  await answers(2);
  expect(document.title).toBe('(2) Shop');
  client.markRead('c1');
  expect(document.title).toBe('Shop');
});

test('a page that changes its title keeps it, with the number before it', async () => {
  await answers(1);
  document.title = 'Checkout';
  await isTitled('(1) Checkout');
  document.title = `${document.title} – pay`;
  await isTitled('(1) Checkout – pay');
  end();
  expect(document.title).toBe('Checkout – pay');
});

test('two widgets on one page do not fight over the title', async () => {
  const second = openNotices({ client, view: createViewStore(english), tell });
  await answers(1);
  await new Promise((done) => setTimeout(done, 50));
  expect(document.title).toBe('(1) Shop');
  second();
  await isTitled('(1) Shop');
  end();
  expect(document.title).toBe('Shop');
});

test('the page’s own number is not ours to take away', async () => {
  document.title = '(1) Inbox';
  await answers(1);
  client.markRead('c1');
  expect(document.title).toBe('(1) Inbox');
});

test('the page is told once that somebody types, and once that they stopped', async () => {
  const types = (on: boolean) =>
    network.send('ephemeral', {
      kind: 'typing',
      conversation: 'c1',
      actor: { kind: 'agent', id: 'a1', name: 'Ada' },
      on,
    });
  for (const on of [true, true, false, false]) await types(on);
  expect(
    tell.mock.calls.map(([{ type, conversation, data }]) => [type, conversation, data]),
  ).toEqual(['typing.started', 'typing.stopped'].map((type) => [type, 'c1', { name: 'Ada' }]));
  end();
  await types(true);
  expect(tell).toHaveBeenCalledTimes(2);
});

import { waitFor } from '@testing-library/preact';
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeNetwork } from '../../../../test/fake-link.ts';
import { type Client, createClient } from '../../../client.ts';
import { english } from '../../../i18n/languages.ts';
import { createViewStore } from '../../../store/view.ts';
import { type Chat, ChatContext } from '../../context.ts';
import { TrayView } from './TrayView.tsx';
import { trayOf } from './trays.ts';

const bill = new File(['%PDF'], 'bill.pdf', { type: 'application/pdf' });
const host = document.createElement('div');
const settle = () => new Promise((done) => setTimeout(done));
let client: Client;
let network: ReturnType<typeof createFakeNetwork>;

beforeEach(() => {
  localStorage.clear();
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
});
afterEach(() => {
  render(null, host);
  client.stop();
  vi.unstubAllGlobals();
});

it('a file that comes after the tray was drawn, and before what follows a drawing, is in it once', async () => {
  const view = createViewStore(english);
  const chat = { client, view } as Chat;
  render(
    <ChatContext.Provider value={chat}>
      <TrayView draft="new" onChange={() => {}} />
    </ChatContext.Provider>,
    host,
  );
  view.setState({ picked: [bill] });
  await waitFor(() => expect(host.textContent).toContain('bill.pdf'));
  await waitFor(() => expect(view.getState().picked).toEqual([]));
  expect(trayOf(chat, 'new').items.map(({ name }) => name)).toEqual(['bill.pdf']);
});

it('what was picked before the tray was drawn can be sent from then on, without a moment between', async () => {
  const view = createViewStore(english);
  const told: boolean[] = [];
  view.setState({ picked: [bill] });
  render(
    <ChatContext.Provider value={{ client, view } as Chat}>
      <TrayView draft="new" onChange={(hasFiles) => told.push(hasFiles)} />
    </ChatContext.Provider>,
    host,
  );
  await waitFor(() => expect(host.textContent).toContain('bill.pdf'));
  expect(told.length).toBeGreaterThan(0);
  expect(told).not.toContain(false);
});

it('a widget that is destroyed sends no more bytes; a page that comes back goes on with them', async () => {
  const calls: { abort(): void }[] = [];
  class Request {
    upload = {};
    onloadend = () => {};
    open() {}
    setRequestHeader() {}
    send() {
      calls.push(this);
    }
    abort = vi.fn(() => this.onloadend());
  }
  vi.stubGlobal('XMLHttpRequest', Request);
  const chat = { client, view: createViewStore(english) } as unknown as Chat;
  const ticket = { id: 'f', url: '/v1/files/f', ticket: 't' };
  client.start();
  await network.welcome();
  await network.answer('conversation:list', []);
  trayOf(chat, 'c1').add([bill]);
  await settle();
  await network.answer('file:begin', ticket);
  await waitFor(() => expect(calls).toHaveLength(1));
  client.stop();
  expect(calls[0]?.abort).toHaveBeenCalledOnce();
  client.start();
  await network.welcome();
  await network.answer('conversation:list', []);
  await settle();
  await network.answer('file:begin', ticket);
  await waitFor(() => expect(calls).toHaveLength(2));
});

describe('whoever sits at the browser next', () => {
  const names = (chat: Chat) => trayOf(chat, 'new').items.map(({ name }) => name);
  const pick = () => {
    const chat = { client, view: createViewStore(english) } as unknown as Chat;
    trayOf(chat, 'new').add([bill, new File([], 'empty.pdf')]);
    return chat;
  };

  it('finds none of the files the one before them picked, nor one that was refused', async () => {
    client.start();
    await network.welcome();
    const chat = pick();
    client.logout();
    expect(names(chat)).toEqual([]);
    trayOf(chat, 'new').add([bill]);
    await network.welcome({ contact: 'bob', token: 't2' });
    expect(names(chat)).toEqual(['bill.pdf']);
  });

  it('finds none either where nobody was connected yet', () => {
    const chat = pick();
    client.logout();
    expect(names(chat)).toEqual([]);
  });

  it('finds none in another tab', async () => {
    client.persist.allow();
    client.start();
    await network.welcome();
    const chat = pick();
    localStorage.clear();
    dispatchEvent(new StorageEvent('storage', { key: null }));
    expect(names(chat)).toEqual([]);
  });

  it('is still the same one, where they only looked here and wrote in another tab', async () => {
    client.start();
    await network.welcome();
    const chat = pick();
    const newValue = JSON.stringify({ v: 1, token: 'first' });
    localStorage.setItem('throughline:shop', newValue);
    dispatchEvent(new StorageEvent('storage', { key: 'throughline:shop', newValue }));
    expect(client.getState().contact).toBeNull();
    expect(names(chat)).toEqual(['bill.pdf', 'empty.pdf']);
  });
});

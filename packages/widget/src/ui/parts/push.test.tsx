import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { SiteConfig } from '@throughline/shared/schema';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeNetwork } from '../../../test/fake-link.ts';
import { type Client, createClient } from '../../client.ts';
import { english } from '../../i18n/languages.ts';
import { createViewStore } from '../../store/view.ts';
import { type Chat, ChatContext } from '../context.ts';
import { PushSwitch } from './PushSwitch.tsx';
import { endPush } from './push.ts';

/** A browser with a push service behind it, in the test's hands. */
let subscription: object | null;
let lookUp: () => Promise<unknown>;
let network: ReturnType<typeof createFakeNetwork>;
let client: Client;

const made = {
  endpoint: 'https://push.example/1',
  toJSON: () => ({ endpoint: made.endpoint, keys: { p256dh: 'p', auth: 'a' } }),
  unsubscribe: async () => {
    subscription = null;
    return true;
  },
};
const registration = {
  active: {},
  pushManager: {
    getSubscription: async () => subscription,
    subscribe: async () => {
      subscription = made;
      return made;
    },
  },
};

beforeEach(() => {
  localStorage.clear();
  subscription = null;
  lookUp = async () => registration;
  const serviceWorker = { getRegistration: () => lookUp(), register: async () => registration };
  Object.defineProperty(navigator, 'serviceWorker', { value: serviceWorker, configurable: true });
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', {
    permission: 'granted',
    requestPermission: async () => 'granted',
  });
});
afterEach(() => {
  client.stop();
  cleanup();
  Reflect.deleteProperty(navigator, 'serviceWorker');
  vi.unstubAllGlobals();
});

async function show(): Promise<HTMLElement> {
  network = createFakeNetwork();
  client = createClient({ relay: 'https://relay.example', site: 'shop' }, network.open);
  const view = createViewStore(english);
  view.setState({
    push: '/push.js',
    site: { key: 'shop', name: 'Shop', pushKey: 'k' } as SiteConfig,
  });
  client.start();
  await network.welcome();
  await network.answer('conversation:list', []);
  client.startConversation();
  render(
    <ChatContext.Provider value={{ client, view } as unknown as Chat}>
      <PushSwitch />
    </ChatContext.Provider>,
  );
  return screen.findByRole('switch');
}
const isOn = (element: HTMLElement) =>
  vi.waitFor(() => {
    expect(element.getAttribute('aria-busy')).toBe('false');
    return element.getAttribute('aria-checked');
  });

it('where the browser will not say whether it is on, it is off, and can be switched on', async () => {
  lookUp = () => Promise.reject(new DOMException('not here', 'SecurityError'));
  const button = await show();
  expect(await isOn(button)).toBe('false');
  fireEvent.click(button);
  await vi.waitFor(() => network.answer('push:set', null));
  expect(await isOn(button)).toBe('true');
});

it('is on for whoever switched it on, and off for whoever sits there next', async () => {
  const button = await show();
  expect(await isOn(button)).toBe('false');
  fireEvent.click(button);
  await vi.waitFor(() => network.answer('push:set', null));
  expect(await isOn(button)).toBe('true');
  cleanup();
  client.stop();
  expect(await isOn(await show())).toBe('true');
  await act(async () => client.logout());
  cleanup();
  client.stop();
  expect(await isOn(await show())).toBe('false');
});

it('ends with the visit of whoever logs out, whether the relay hears of it or not', async () => {
  subscription = made;
  await show();
  await endPush('/push.js');
  expect(subscription).toBeNull();
});

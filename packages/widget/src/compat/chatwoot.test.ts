import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeChat, fakeChat, odd } from '../../test/fake-chat.ts';
import { chatwoot } from './chatwoot.ts';

type Methods = Record<string, (...args: unknown[]) => unknown>;
interface Page {
  $chatwoot?: Methods | undefined;
  chatwootSDK?: { run(said: object): void };
  chatwootSettings?: object;
}
const page = globalThis as Page;

let chat: FakeChat;
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  delete page.$chatwoot;
  delete page.chatwootSDK;
  delete page.chatwootSettings;
  warn = vi
    .spyOn(console, 'warn')
    .mockReset()
    .mockImplementation(() => {});
  chat = fakeChat();
});

/** Of the shim on the page, with what is asked from here on. */
function start(): Methods {
  chatwoot(chat);
  chat.calls.length = 0;
  return page.$chatwoot as Methods;
}

describe('one call of Chatwoot is one of ours:', () => {
  test.each<[string, unknown[], unknown[][]]>([
    ['toggle', [], [['toggle']]],
    ['toggle', ['open'], [['open']]],
    ['toggle', ['close'], [['close']]],
    ['toggleBubbleVisibility', ['show'], [['showLauncher']]],
    ['toggleBubbleVisibility', ['hide'], [['hideLauncher']]],
    ['popoutChatWindow', [], [['popout']]],
    ['reset', [], [['logout'], ['close']]],
    ['setLocale', ['pt_BR'], [['setLocale', 'pt-BR']]],
    ['setColorScheme', ['dark'], [['setTheme', 'dark']]],
    ['setColorScheme', [], [['setTheme', 'light']]],
    ['setCustomAttributes', [{ plan: 'pro' }], [['setAttributes', { plan: 'pro' }]]],
    ['deleteCustomAttribute', ['plan'], [['setAttributes', { plan: null }]]],
    [
      'setConversationCustomAttributes',
      [{ order: 7 }],
      [['setConversation', { attributes: { order: 7 } }]],
    ],
    [
      'deleteConversationCustomAttribute',
      ['order'],
      [['setConversation', { attributes: { order: null } }]],
    ],
    ['setLabel', ['vip'], [['setConversation', { addTags: ['vip'] }]]],
    ['removeLabel', ['vip'], [['setConversation', { removeTags: ['vip'] }]]],
    [
      'setUser',
      [7, { email: 'r@example.com', name: 'Robin', avatar_url: 'a.png', phone_number: '1' }],
      [
        ['identify', { id: '7', email: 'r@example.com', name: 'Robin' }],
        ['setAttributes', { avatar_url: 'a.png', phone_number: '1' }],
      ],
    ],
  ])('%s %j', async (name, args, ours) => {
    start()[name]?.(...args);
    await Promise.resolve();
    expect(chat.asked()).toEqual(ours);
    expect(warn).not.toHaveBeenCalled();
  });

  const created = (kind: string) => ({
    id: 'm1',
    time: 5000,
    conversation: 'c1',
    actor: { kind, id: 'x' },
    data: { text: 'Hi' },
  });
  const message = {
    id: 'm1',
    content: 'Hi',
    content_type: 'text',
    created_at: 5,
    conversation_id: 'c1',
  };
  test.each<[string, string, object, unknown]>([
    ['ready', 'ready', {}, null],
    ['opened', 'widget.opened', {}, null],
    ['closed', 'widget.closed', {}, null],
    ['on-message', 'message.created', created('visitor'), { ...message, message_type: 0 }],
    ['on-message', 'message.created', created('agent'), { ...message, message_type: 1 }],
    [
      'on-start-conversation',
      'conversation.started',
      { conversation: 'c1' },
      { conversation: 'c1' },
    ],
    ['on-unread-message-count-changed', 'unread.changed', { count: 2 }, { unreadMessageCount: 2 }],
    ['postback', 'message.action_clicked', { data: { action: 'a' } }, { action: 'a' }],
    ['error', 'widget.error', { data: { code: 'x' } }, { code: 'x' }],
  ])('chatwoot:%s tells of %s', (...[vendors, ours, event, detail]) => {
    start();
    const heard = vi.fn();
    const listen = (it: Event) => heard((it as CustomEvent).detail);
    window.addEventListener(`chatwoot:${vendors}`, listen, { once: true });
    chat.emit(ours, event);
    expect(heard.mock.calls).toEqual([[detail]]);
  });
});

test('its settings are options, and it runs for the site that the call names', () => {
  page.chatwootSettings = {
    position: 'left',
    locale: 'pt_BR',
    hideMessageBubble: true,
    darkMode: 'auto',
    welcomeDescription: 'Ask us',
    type: 'expanded_bubble',
    launcherTitle: 'Chat with us',
  };
  chat = fakeChat(false);
  chatwoot(chat);
  expect([page.$chatwoot, chat.calls]).toEqual([undefined, []]);
  page.chatwootSDK?.run({ websiteToken: 'shop', baseUrl: 'https://chat.example.com' });
  page.chatwootSDK?.run({ websiteToken: 'shop', baseUrl: 'https://chat.example.com' });
  expect(chat.calls).toEqual([
    [
      'apply',
      {
        position: 'left',
        language: 'pt-BR',
        hideLauncher: true,
        theme: 'auto',
        greeting: 'Ask us',
      },
      'shop',
    ],
  ]);
  expect(warn.mock.calls.flat()).toEqual([
    'Throughline: "Chatwoot chatwootSettings type" does nothing here.',
    'Throughline: "Chatwoot chatwootSettings launcherTitle" does nothing here.',
  ]);
});

test('the round button it asks for is the one there is, and what fits no fact is named', async () => {
  page.chatwootSettings = { type: 'standard' };
  start().setUser?.('7', { name: 'Robin', social_profiles: { github: 'robin' } });
  await Promise.resolve();
  expect(chat.asked()).toEqual([['identify', { id: '7', name: 'Robin' }]]);
  expect(warn.mock.calls.flat()).toEqual([
    'Throughline: "Chatwoot social_profiles, which is no plain value," does nothing here.',
  ]);
});

test('the browser’s language, if it is wanted, outdoes the named one, the site’s and the page’s', () => {
  vi.spyOn(navigator, 'language', 'get').mockReturnValueOnce('de-DE');
  page.chatwootSettings = { locale: 'fr', useBrowserLanguage: true };
  chatwoot(chat);
  expect(chat.calls).toEqual([['apply', { language: 'de-DE' }]]);
});

test('its state can be read as at the vendor', () => {
  const $chatwoot = start();
  expect($chatwoot).toMatchObject({ hasLoaded: false, isOpen: false, hideMessageBubble: false });
  chat.emit('ready');
  chat.answers.getState = { open: true };
  $chatwoot.toggleBubbleVisibility?.('hide');
  expect($chatwoot).toMatchObject({ hasLoaded: true, isOpen: true, hideMessageBubble: true });
  expect($chatwoot.launcherTitle).toBeUndefined();
});

test('a widget that was ready before the shim has loaded', async () => {
  chat.answers.ready = Promise.resolve();
  const heard = vi.fn();
  window.addEventListener('chatwoot:ready', heard, { once: true });
  const $chatwoot = start();
  await Promise.resolve();
  expect(heard).toHaveBeenCalledOnce();
  expect($chatwoot.hasLoaded).toBe(true);
});

test.each(['setSomethingNew', 'toggleStars'])(
  '%s is named once on the console and breaks nothing',
  (name) => {
    const $chatwoot = start();
    $chatwoot[name]?.('vip');
    $chatwoot[name]?.('vip');
    expect(warn.mock.calls).toEqual([[`Throughline: "Chatwoot ${name}" does nothing here.`]]);
    expect(chat.calls).toEqual([]);
  },
);

test('no call throws, whatever it is given', () => {
  vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  const $chatwoot = start();
  const names = ['toggle', 'toggleBubbleVisibility', 'setUser', 'setCustomAttributes', 'setLocale'];
  for (const name of [...names, 'deleteCustomAttribute', 'setColorScheme', 'setLabel', 'reset'])
    for (const one of odd)
      for (const other of odd) expect(() => $chatwoot[name]?.(one, other)).not.toThrow();
});

test('another user is a session of their own, with nothing of the one before', async () => {
  const $chatwoot = start();
  $chatwoot.setUser?.('7', { name: 'Robin', plan: 'pro' });
  await Promise.resolve();
  chat.calls.length = 0;
  $chatwoot.setUser?.('7', { email: 'r@example.com' });
  await Promise.resolve();
  $chatwoot.setUser?.('8', { email: 'k@example.com' });
  await Promise.resolve();
  expect(chat.asked()).toEqual([
    ['identify', { id: '7', name: 'Robin', email: 'r@example.com' }],
    ['setAttributes', { plan: 'pro' }],
    ['logout'],
    ['identify', { id: '8', email: 'k@example.com' }],
  ]);
});

test('a hash that proves nothing here is named, and the person told without it', async () => {
  start().setUser?.('7', { email: 'r@example.com', identifier_hash: 'ab12' });
  await Promise.resolve();
  expect(chat.asked()).toEqual([['identify', { id: '7', email: 'r@example.com' }]]);
  expect(warn.mock.calls.flat()[0]).toContain('identifier_hash');
});

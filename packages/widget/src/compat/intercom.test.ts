import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeChat, fakeChat, odd } from '../../test/fake-chat.ts';
import { intercom } from './intercom.ts';

type Intercom = ((...call: unknown[]) => unknown) & { q?: unknown[] };
const page = globalThis as typeof globalThis & {
  Intercom?: Intercom;
  intercomSettings?: object;
};

let chat: FakeChat;
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  delete page.Intercom;
  delete page.intercomSettings;
  warn = vi
    .spyOn(console, 'warn')
    .mockReset()
    .mockImplementation(() => {});
  chat = fakeChat();
});

const call = (...args: unknown[]) => page.Intercom?.(...args);

/** A token as a backend signs one; nobody here looks at its signature. */
const token = (claims: object) => `x.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.x`;

describe('one call of Intercom is one of ours:', () => {
  test.each<[unknown[], unknown[][]]>([
    [['show'], [['open']]],
    [['hide'], [['close']]],
    [['showMessages'], [['open', 'list']]],
    [['showSpace', 'messages'], [['open', 'list']]],
    [['showSpace', 'home'], [['open', '']]],
    [['showNewMessage'], [['newConversation', { draft: undefined }]]],
    [['showNewMessage', 'About my order'], [['newConversation', { draft: 'About my order' }]]],
    [['showConversation', '0192'], [['open', { conversation: '0192' }]]],
    [['showArticle', 123], [['open', { article: '123' }]]],
    [['trackEvent', 'ordered'], [['track', 'ordered', {}]]],
    [
      ['trackEvent', 'ordered', { total: 3, 'by card': true }],
      [['track', 'ordered', { total: 3, by_card: true }]],
    ],
    [['shutdown'], [['logout'], ['close'], ['hideLauncher']]],
    [['update'], [['page']]],
    [
      ['update', { hide_default_launcher: true }],
      [['apply', { hideLauncher: true }], ['page']],
    ],
    [['reattach_activator'], []],
  ])('%j', (vendors, ours) => {
    intercom(chat);
    call(...vendors);
    expect(chat.asked()).toEqual(ours);
    expect(warn).not.toHaveBeenCalled();
  });

  test('boot begins the widget with its look and tells who is there, once', async () => {
    intercom(chat);
    call('boot', {
      app_id: 'shop',
      user_id: 9876,
      email: 'robin@example.com',
      name: 'Robin',
      created_at: 1_234_567_890,
      hide_default_launcher: true,
      alignment: 'left',
      horizontal_padding: 10,
      vertical_padding: 30,
      action_color: '#2f6b4f',
      language_override: 'de',
      company: { id: '42', name: 'Acme' },
      'Favourite colour': 'green',
    });
    call('update', { name: 'Robin Doe' });
    expect(chat.calls[0]).toEqual([
      'apply',
      {
        hideLauncher: true,
        position: 'left',
        offsetX: 10,
        offsetY: 30,
        accent: '#2f6b4f',
        language: 'de',
      },
      'shop',
    ]);
    await Promise.resolve();
    expect(chat.asked().slice(-2)).toEqual([
      ['identify', { id: '9876', email: 'robin@example.com', name: 'Robin Doe' }],
      ['setAttributes', { created_at: 1_234_567_890, company: 'Acme', Favourite_colour: 'green' }],
    ]);
  });

  test('after shutdown, boot shows the button again and tells nothing of the person before', async () => {
    intercom(chat);
    call('boot', { email: 'robin@example.com', plan: 'pro' });
    await Promise.resolve();
    call('shutdown');
    chat.calls.length = 0;
    call('boot', { name: 'Kim' });
    await Promise.resolve();
    expect(chat.calls).toEqual([
      ['apply', { hideLauncher: false }],
      ['identify', { name: 'Kim' }],
    ]);
  });

  test('getVisitorId hands back what ours does', () => {
    intercom(chat);
    chat.answers.getVisitorId = 'v1';
    expect(call('getVisitorId')).toBe('v1');
  });

  test.each([
    ['onReady', 'ready', {}, []],
    ['onShow', 'widget.opened', {}, []],
    ['onHide', 'widget.closed', {}, []],
    ['onUnreadCountChange', 'unread.changed', { count: 2 }, [2]],
    ['onUserEmailSupplied', 'contact.identified', { data: { email: 'r@example.com' } }, []],
  ])('%s hears %s', (...[vendors, ours, event, args]) => {
    intercom(chat);
    const heard = vi.fn();
    call(vendors, heard);
    chat.emit(ours, event);
    expect(heard.mock.calls).toEqual([args]);
  });
});

test('a token that our relay can judge is passed on; the vendor’s own proof is named and left', async () => {
  intercom(chat);
  const ours = token({ sub: '1', aud: 'shop' });
  call('boot', { user_id: '1', intercom_user_jwt: ours });
  await Promise.resolve();
  expect(chat.asked().at(-1)).toEqual(['identify', { id: '1', token: ours }]);
  expect(warn).not.toHaveBeenCalled();
  call('boot', { user_id: '2', intercom_user_jwt: token({ user_id: '2' }), user_hash: 'ab12' });
  await Promise.resolve();
  expect(chat.asked().at(-1)).toEqual(['identify', { id: '2' }]);
  expect(warn.mock.calls.flat()).toEqual([
    expect.stringContaining('user_hash'),
    expect.stringContaining('intercom_user_jwt'),
  ]);
});

test('somebody else is told only once whoever was here is logged out, also without a shutdown', async () => {
  intercom(chat);
  call('boot', { user_id: '1', plan: 'pro' });
  await Promise.resolve();
  const { promise, resolve } = Promise.withResolvers();
  chat.answers.logout = promise;
  chat.calls.length = 0;
  call('update', { plan: 'free' });
  call('update', { user_id: '2' });
  await Promise.resolve();
  expect(chat.asked()).toEqual([['page'], ['logout'], ['page']]);
  resolve(undefined);
  await promise;
  await Promise.resolve();
  expect(chat.asked().slice(3)).toEqual([['identify', { id: '2' }]]);
});

test('between shutdown and boot no update tells who was here; boot takes the settings of the page', async () => {
  page.intercomSettings = { name: 'Robin' };
  intercom(chat);
  call('shutdown');
  chat.calls.length = 0;
  call('update');
  await Promise.resolve();
  expect(chat.asked()).toEqual([]);
  page.intercomSettings = { name: 'Kim' };
  call('boot');
  await Promise.resolve();
  expect(chat.asked()).toEqual([
    ['apply', { hideLauncher: false }],
    ['identify', { name: 'Kim' }],
  ]);
});

test('what of a person has no counterpart is named, and the rest of it counts', async () => {
  intercom(chat);
  const acme = { id: '42', name: 'Acme', plan: 'big' };
  call('boot', {
    name: 'Robin',
    companies: [acme, { id: '43' }],
    session_duration: 5,
    tags: ['a'],
  });
  call('trackEvent', 'ordered', { total: 3, price: { amount: 3 } });
  await Promise.resolve();
  expect(chat.asked().slice(1)).toEqual([
    ['track', 'ordered', { total: 3 }],
    ['identify', { name: 'Robin' }],
    ['setAttributes', { company: 'Acme' }],
  ]);
  expect(warn.mock.calls.flat()).toEqual(
    [
      'a second company',
      'plan of a company',
      'session_duration',
      'tags, which is no plain value,',
      'price, which is no plain value,',
    ].map((what) => `Throughline: "Intercom ${what}" does nothing here.`),
  );
});

test('calls made before are played in order, behind the settings of the page', async () => {
  const q: unknown[] = [];
  const stub: Intercom = Object.assign(
    function stub() {
      // biome-ignore lint/complexity/noArguments: this is what the vendor's snippet does.
      q.push(arguments);
    },
    { q },
  );
  page.Intercom = stub;
  page.intercomSettings = { app_id: 'shop', name: 'Robin' };
  stub('showNewMessage', 'Hello');
  stub('trackEvent', 'waited');
  intercom(chat);
  await Promise.resolve();
  expect(chat.calls).toEqual([
    ['apply', { hideLauncher: false }, 'shop'],
    ['newConversation', { draft: 'Hello' }],
    ['track', 'waited', {}],
    ['identify', { name: 'Robin' }],
  ]);
});

test('without settings nothing begins before boot', () => {
  intercom(chat);
  expect(chat.calls).toEqual([]);
});

/** Clicks inside the page's own button; whether somebody took the click. */
function clickHelp(): boolean {
  const click = new MouseEvent('click', { bubbles: true, cancelable: true });
  document.querySelector('#help b')?.dispatchEvent(click);
  return click.defaultPrevented;
}

test('a button of the page that the settings name opens the chat, until shutdown', () => {
  document.body.innerHTML = '<button type="button" id="help"><b>Help</b></button>';
  page.intercomSettings = { custom_launcher_selector: '#help' };
  intercom(chat);
  expect(clickHelp()).toBe(true);
  expect(chat.asked().at(-1)).toEqual(['open']);
  call('shutdown');
  expect(clickHelp()).toBe(false);
  call('boot', page.intercomSettings);
  expect(clickHelp()).toBe(true);
});

test('a selector that is none is named on the console, and no click hears of it', () => {
  document.body.innerHTML = '<button type="button" id="help"><b>Help</b></button>';
  const failed = vi.fn((event: ErrorEvent) => event.preventDefault());
  addEventListener('error', failed);
  intercom(chat);
  call('boot', { custom_launcher_selector: '#help[', name: 'Robin' });
  clickHelp();
  removeEventListener('error', failed);
  expect(failed).not.toHaveBeenCalled();
  expect(warn.mock.calls.flat()).toEqual([expect.stringContaining('custom_launcher_selector')]);
  expect(chat.asked()).toContainEqual(['apply', { hideLauncher: false }]);
});

test.each(['startTour', 'startSurvey', 'showNews', 'toString', 'somethingNew'])(
  '%s is named once on the console and breaks nothing',
  (name) => {
    intercom(chat);
    expect(call(name, 1)).toBeUndefined();
    call(name, 2);
    expect(warn.mock.calls).toEqual([[`Throughline: "Intercom ${name}" does nothing here.`]]);
    expect(chat.calls).toEqual([]);
  },
);

test('no call throws, whatever it is given', () => {
  vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  intercom(chat);
  const names = ['boot', 'update', 'showSpace', 'showConversation', 'trackEvent', 'onShow'];
  for (const name of [...names, ...odd, undefined])
    for (const one of odd)
      for (const other of odd) expect(() => call(name, one, other)).not.toThrow();
});

test('who asks late hears at once that it is ready', async () => {
  intercom(chat);
  const heard = vi.fn();
  chat.emit('ready');
  call('onReady', heard);
  await Promise.resolve();
  expect(heard).toHaveBeenCalledOnce();
});

test('a widget that was ready before the shim is told of as well', async () => {
  chat.answers.ready = Promise.resolve();
  intercom(chat);
  const heard = vi.fn();
  call('onReady', heard);
  await Promise.resolve();
  expect(heard).toHaveBeenCalledOnce();
});

test('an Intercom that is there already stays', () => {
  const theirs = () => {};
  page.Intercom = theirs;
  intercom(chat);
  expect(page.Intercom).toBe(theirs);
});

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeChat, fakeChat, odd } from '../../test/fake-chat.ts';
import { crisp } from './crisp.ts';

interface Crisp {
  push(...calls: unknown[][]): void;
  is(method: string): unknown;
  get(method: string, key?: unknown): unknown;
}
interface Page {
  $crisp?: Crisp;
  CRISP_WEBSITE_ID?: string;
  CRISP_RUNTIME_CONFIG?: object;
  CRISP_READY_TRIGGER?: () => void;
}
const page = globalThis as Page;

let chat: FakeChat;
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  page.$crisp = [] as unknown as Crisp;
  delete page.CRISP_WEBSITE_ID;
  delete page.CRISP_RUNTIME_CONFIG;
  delete page.CRISP_READY_TRIGGER;
  warn = vi
    .spyOn(console, 'warn')
    .mockReset()
    .mockImplementation(() => {});
  chat = fakeChat();
});

/** Of the shim on the page, with what is asked from here on. */
function start(): Crisp {
  crisp(chat);
  chat.calls.length = 0;
  return page.$crisp as Crisp;
}

describe('one call of Crisp is one of ours:', () => {
  test.each<[unknown[], unknown[][]]>([
    [['do', 'chat:open'], [['open']]],
    [['do', 'helpdesk:article:open', ['en', 'shipping']], [['open', { article: 'shipping' }]]],
    [['do', 'chat:close'], [['close']]],
    [['do', 'chat:toggle'], [['toggle']]],
    [['do', 'chat:show'], [['showLauncher']]],
    [['do', 'chat:hide'], [['hideLauncher']]],
    [['do', 'session:reset'], [['logout']]],
    [['do', 'session:reset', [false]], [['logout']]],
    [
      ['do', 'message:send', ['text', 'Hello there!']],
      [['sendMessage', 'Hello there!', { ongoing: true }]],
    ],
    [['set', 'user:email', ['robin@example.com']], [['identify', { email: 'robin@example.com' }]]],
    [['set', 'user:nickname', ['Robin']], [['identify', { name: 'Robin' }]]],
    [['set', 'user:phone', ['+4930123']], [['setAttributes', { phone: '+4930123' }]]],
    [
      ['set', 'user:avatar', ['https://x/y.png']],
      [['setAttributes', { avatar: 'https://x/y.png' }]],
    ],
    [
      ['set', 'user:company', ['Acme', { url: 'https://acme.example' }]],
      [['setAttributes', { company: 'Acme', company_url: 'https://acme.example' }]],
    ],
    [['set', 'session:data', ['plan', 'pro']], [['setAttributes', { plan: 'pro' }]]],
    [
      [
        'set',
        'session:data',
        [
          [
            ['plan', 'pro'],
            ['seats', 3],
          ],
        ],
      ],
      [['setAttributes', { plan: 'pro', seats: 3 }]],
    ],
    [['set', 'session:event', ['signup']], [['track', 'signup', {}]]],
    [
      ['set', 'session:event', [['signup', { plan: 'pro' }]]],
      [['track', 'signup', { plan: 'pro' }]],
    ],
    [
      ['set', 'session:event', [[['signup', { plan: 'pro' }], ['login']]]],
      [
        ['track', 'signup', { plan: 'pro' }],
        ['track', 'login', {}],
      ],
    ],
    [
      ['set', 'session:segments', [['vip', 'beta']]],
      [['setConversation', { addTags: ['vip', 'beta'] }]],
    ],
    [['config', 'position:reverse', [true]], [['apply', { position: 'left' }]]],
    [['config', 'position:reverse', [false]], [['apply', { position: 'right' }]]],
    [['safe', true], []],
  ])('%j', async (vendors, ours) => {
    start().push(vendors);
    await Promise.resolve();
    expect(chat.asked()).toEqual(ours);
    expect(warn).not.toHaveBeenCalled();
  });

  test('a person said in pieces is told whole, and once', async () => {
    start().push(['set', 'user:email', ['robin@example.com']], ['set', 'user:nickname', ['Robin']]);
    await Promise.resolve();
    expect(chat.asked()).toEqual([['identify', { email: 'robin@example.com', name: 'Robin' }]]);
  });

  test('after a reset nothing of the person before is told again', async () => {
    const $crisp = start();
    $crisp.push(['set', 'user:email', ['r@example.com']], ['do', 'session:reset']);
    expect($crisp.get('user:email')).toBeNull();
    $crisp.push(['set', 'user:nickname', ['Kim']]);
    await Promise.resolve();
    expect(chat.asked()).toEqual([['logout'], ['identify', { name: 'Kim' }]]);
  });

  test('words for the field wait until the chat is open, and open nothing', () => {
    const $crisp = start();
    $crisp.push(['set', 'message:text', ['I need help']]);
    expect(chat.asked()).toEqual([]);
    expect($crisp.get('message:text')).toBe('I need help');
    chat.emit('widget.opened');
    chat.emit('widget.opened');
    expect(chat.asked()).toEqual([['newConversation', { draft: 'I need help' }]]);
    chat.answers.getState = { open: true };
    $crisp.push(['set', 'message:text', ['More']]);
    expect(chat.asked().at(-1)).toEqual(['newConversation', { draft: 'More' }]);
  });

  const message = (kind: string) => ({
    id: 'm1',
    time: 5,
    actor: { kind, id: 'x' },
    data: { text: 'Hi' },
  });
  const told = { type: 'text', content: 'Hi', origin: 'chat', timestamp: 5, fingerprint: 'm1' };
  test.each<[string, string, object, unknown]>([
    ['session:loaded', 'ready', {}, 'v1'],
    ['chat:opened', 'widget.opened', {}, undefined],
    ['chat:closed', 'widget.closed', {}, undefined],
    ['chat:initiated', 'conversation.started', {}, undefined],
    ['message:sent', 'message.created', message('visitor'), { ...told, from: 'user' }],
    ['message:received', 'message.created', message('agent'), { ...told, from: 'operator' }],
    ['website:availability:changed', 'availability.changed', { data: { available: false } }, false],
  ])('on %s hears %s, until off', (...[vendors, ours, event, value]) => {
    const $crisp = start();
    chat.answers.getVisitorId = 'v1';
    const heard = vi.fn();
    $crisp.push(['on', vendors, heard]);
    chat.emit(ours, event);
    $crisp.push(['off', vendors]);
    chat.emit(ours, event);
    expect(heard.mock.calls).toEqual([[value]]);
    expect(warn).not.toHaveBeenCalled();
  });

  test.each([
    ['user:email', 'r@example.com'],
    ['user:nickname', 'Robin'],
    ['user:phone', '1'],
    ['user:avatar', 'a.png'],
  ])('on %s:changed hears of the page’s own change', (method, value) => {
    const heard = vi.fn();
    start().push(['on', `${method}:changed`, heard], ['set', method, [value]]);
    expect(heard.mock.calls).toEqual([[value]]);
  });
});

test('reads answer from what is known, before anything has loaded too', () => {
  const $crisp = start();
  expect(['chat:opened', 'chat:closed', 'chat:visible', 'chat:hidden'].map($crisp.is)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([$crisp.is('session:ongoing'), $crisp.is('website:available')]).toEqual([false, true]);
  expect([$crisp.get('chat:unread:count'), $crisp.get('session:identifier')]).toEqual([0, null]);
  expect([$crisp.is('chat:small'), $crisp.is('chat:large')]).toEqual([false, true]);
  $crisp.push(['do', 'chat:hide'], ['set', 'session:data', ['plan', 'pro']]);
  $crisp.push(['set', 'user:email', ['r@example.com']], ['set', 'user:nickname', ['Robin']]);
  $crisp.push(['set', 'user:company', ['Acme']], ['set', 'user:phone', ['1']]);
  chat.answers.getState = { open: true, unread: 3, conversations: [{}] };
  chat.answers.getVisitorId = 'v1';
  expect(['chat:opened', 'chat:hidden', 'session:ongoing'].map($crisp.is)).toEqual([
    true,
    true,
    true,
  ]);
  expect($crisp.get('chat:unread:count')).toBe(3);
  expect($crisp.get('session:identifier')).toBe('v1');
  expect(
    ['email', 'nickname', 'phone', 'avatar', 'company'].map((it) => $crisp.get(`user:${it}`)),
  ).toEqual(['r@example.com', 'Robin', '1', null, 'Acme']);
  expect($crisp.get('session:data', 'plan')).toBe('pro');
});

test('what of a call has no counterpart is named, and the rest of it counts', async () => {
  const settings = {
    CRISP_RUNTIME_CONFIG: { locale: 'fr', session_merge: true },
    CRISP_TOKEN_ID: 't',
  };
  Object.assign(page, settings);
  const $crisp = start();
  Reflect.deleteProperty(page, 'CRISP_TOKEN_ID');
  $crisp.push([
    'set',
    'user:company',
    ['Acme', { url: 'https://acme.example', employment: ['CEO'] }],
  ]);
  $crisp.push(['set', 'session:event', [[['signup', { by: { card: true } }, 'green']]]]);
  await Promise.resolve();
  expect(chat.asked()).toEqual([
    ['track', 'signup', {}],
    ['setAttributes', { company: 'Acme', company_url: 'https://acme.example' }],
  ]);
  expect(warn.mock.calls.flat()).toEqual(
    [
      'CRISP_RUNTIME_CONFIG session_merge',
      'CRISP_TOKEN_ID',
      'set user:company employment',
      'set session:event colour',
      'by, which is no plain value,',
    ].map((what) => `Throughline: "Crisp ${what}" does nothing here.`),
  );
});

test('what was pushed before is played in order, for the site that the page names', async () => {
  const early = [
    ['set', 'user:nickname', ['Robin']],
    ['do', 'chat:open'],
    ['do', 'message:send', ['text', 'Hello']],
  ];
  page.$crisp = early as unknown as Crisp;
  page.CRISP_WEBSITE_ID = 'shop';
  page.CRISP_RUNTIME_CONFIG = { locale: 'fr' };
  page.CRISP_READY_TRIGGER = vi.fn();
  crisp(chat);
  await Promise.resolve();
  expect(chat.asked()).toEqual([
    ['apply', { language: 'fr' }, 'shop'],
    ['open'],
    ['sendMessage', 'Hello', { ongoing: true }],
    ['identify', { name: 'Robin' }],
  ]);
  chat.emit('ready');
  expect(page.CRISP_READY_TRIGGER).toHaveBeenCalledOnce();
});

test.each([
  ['do overlay:open', ['do', 'overlay:open']],
  ['do helpdesk:search', ['do', 'helpdesk:search', ['how']]],
  ['do message:send file', ['do', 'message:send', ['file', {}]]],
  ['config color:theme', ['config', 'color:theme', ['blue']]],
  ['on helpdesk:queried', ['on', 'helpdesk:queried', () => {}]],
  ['dance', ['dance']],
])('%s is named once on the console and breaks nothing', (name, vendors) => {
  const $crisp = start();
  $crisp.push(vendors, vendors);
  expect(warn.mock.calls).toEqual([[`Throughline: "Crisp ${name}" does nothing here.`]]);
  expect(chat.asked()).toEqual([]);
});

test('no call throws, whatever it is given', () => {
  vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  const $crisp = start();
  const names = ['user:email', 'user:company', 'session:data', 'session:event', 'message:send'];
  for (const name of [...names, 'session:loaded', 'position:reverse', ...odd])
    for (const value of odd)
      for (const verb of ['do', 'set', 'on', 'off', 'config', ...odd])
        expect(() => $crisp.push([verb, name, value], value as unknown[])).not.toThrow();
  for (const value of odd) {
    expect(() => $crisp.is(value as string)).not.toThrow();
    expect(() => $crisp.get('session:data', value)).not.toThrow();
  }
});

test('a widget that was ready before the shim is told of as well, once', async () => {
  page.CRISP_READY_TRIGGER = vi.fn();
  chat.answers.ready = Promise.resolve();
  start();
  await Promise.resolve();
  expect(page.CRISP_READY_TRIGGER).toHaveBeenCalledOnce();
  chat.emit('ready');
  expect(page.CRISP_READY_TRIGGER).toHaveBeenCalledOnce();
});

test('who asks late hears at once that it is ready', async () => {
  const $crisp = start();
  const heard = vi.fn();
  chat.emit('ready');
  $crisp.push(['on', 'session:loaded', heard]);
  await Promise.resolve();
  expect(heard).toHaveBeenCalledOnce();
});

test('a read nobody knows is named and answers nothing', () => {
  const $crisp = start();
  expect([$crisp.is('overlay:opened'), $crisp.get('constructor')]).toEqual([undefined, undefined]);
  expect(warn).toHaveBeenCalledTimes(2);
});

import { describe, expect, test } from 'vitest';
import { createEgress, isPublic } from './egress.ts';

type Answer = { address: string; family: number }[];

/** A name service in a test's hands: each name answers with the next of its lists. */
const names = (known: Record<string, string[][]>) =>
  ((name: string, _options: object, done: (error: Error | null, all?: Answer) => void) => {
    const lists = known[name];
    const list = lists && (lists.length > 1 ? lists.shift() : lists[0]);
    if (!list) done(new Error('ENOTFOUND'));
    else
      done(
        null,
        list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  }) as never;

const egress = (allow: string[] = [], known: Record<string, string[][]> = {}) =>
  createEgress(allow, names({ 'hooks.example.com': [['93.184.216.34']], ...known }));

describe('[WO-01] [WO-02] addresses of this network, however they are written', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    '2606:4700::5efe:7f00:1',
    '2606:4700::200:5efe:7f00:1',
  ])('%s is not public', (address) => expect(isPublic(address)).toBe(false));

  test.each(['93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::5'])(
    '%s is',
    (address) => expect(isPublic(address)).toBe(true),
  );

  test.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00::1]/',
    'https://169.254.169.254/latest/meta-data/',
  ])('%s is refused at save and at connect', async (url) => {
    expect(await egress().check(url)).toBe('it leads into a private network');
    expect(egress().mayConnect(new URL(url))).toBe(false);
  });

  test.each([
    ['https://hooks.internal/', 'hooks.internal', [['10.0.0.5']]],
    ['https://printer.local/', 'printer.local', [['192.168.0.9']]],
    ['https://localhost/', 'localhost', [['127.0.0.1', '::1']]],
    ['https://mixed.example/', 'mixed.example', [['93.184.216.34', '10.0.0.1']]],
  ])('%s is refused by what its name leads to', async (url, name, lists) => {
    expect(await egress([], { [name]: lists }).check(url)).toBe('it leads into a private network');
  });
});

describe('[WO-03] a name that changes', () => {
  const ask = (it: ReturnType<typeof egress>, name: string, all = false) =>
    new Promise((done) =>
      it.lookup(name, { all }, (error, address) => done(error ? 'refused' : address)),
    );

  test('public when asked, private when called: refused', async () => {
    const it = egress([], { 'r.example': [['93.184.216.34'], ['127.0.0.1']] });
    expect(await it.check('https://r.example/')).toBeUndefined();
    expect(await ask(it, 'r.example')).toBe('refused');
  });

  test('one bad address among good ones spoils them all', async () => {
    const it = egress([], { 'm.example': [['93.184.216.34', '169.254.169.254']] });
    expect(await ask(it, 'm.example', true)).toBe('refused');
  });

  test('an error is an error, and good addresses are passed on as they were checked', async () => {
    expect(await ask(egress(), 'gone.example')).toBe('refused');
    expect(await ask(egress(), 'hooks.example.com')).toBe('93.184.216.34');
    expect(await ask(egress(), 'hooks.example.com', true)).toEqual([
      { address: '93.184.216.34', family: 4 },
    ]);
  });
});

describe('[WO-05] what is no https address of a web server', () => {
  test.each([
    ['http://hooks.example.com/', 'it is not https'],
    ['gopher://hooks.example.com/', 'it is no https address'],
    ['file:///etc/passwd', 'it is no https address'],
    ['nonsense', 'it is no https address'],
    ['', 'it is no https address'],
    ['https://a@hooks.example.com/', 'it carries a user name'],
    ['https://a:b@hooks.example.com/', 'it carries a user name'],
    ['https://hooks.example.com:22/', 'its port is not one of a web server'],
    ['https://hooks.example.com:25/', 'its port is not one of a web server'],
    ['https://hooks.example.com:6379/', 'its port is not one of a web server'],
    ['https://nowhere.example/', 'its name cannot be resolved'],
  ])('%s', async (url, says) => expect(await egress().check(url)).toBe(says));

  test.each(['https://hooks.example.com/x?y#z', 'https://hooks.example.com:8443/'])(
    '%s is fine',
    async (url) => expect(await egress().check(url)).toBeUndefined(),
  );
});

describe('what the operator allowed', () => {
  test('may be private, plain http, and on any port; its neighbours may not', async () => {
    const it = egress(['10.0.0.0/24', '::1']);
    expect(await it.check('http://10.0.0.9:8080/hook')).toBeUndefined();
    expect(it.mayConnect(new URL('http://[::1]:3000/'))).toBe(true);
    expect(await it.check('http://10.0.1.9/')).toBe('it leads into a private network');
  });
});

test('a name whose server is silent is asked for once, however many wait for it', async () => {
  const asked: { name: string; answer(): void }[] = [];
  const silent = ((name: string, _options: object, done: (error: null, all: Answer) => void) =>
    asked.push({
      name,
      answer: () => done(null, [{ address: '93.184.216.34', family: 4 }]),
    })) as never;
  const { lookup } = createEgress([], silent);
  const look = (name: string) =>
    new Promise((done) => lookup(name, { all: true }, (_error, found) => done(found)));
  const all = [...Array.from({ length: 16 }, () => look('silent.example')), look('other.example')];
  expect(asked.map(({ name }) => name)).toEqual(['silent.example', 'other.example']);
  for (const { answer } of asked) answer();
  for (const found of await Promise.all(all))
    expect(found).toEqual([{ address: '93.184.216.34', family: 4 }]);
  void look('silent.example');
  expect(asked).toHaveLength(3);
});

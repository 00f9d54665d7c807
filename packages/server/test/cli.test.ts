import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UUID_V7, uuidv7 } from '@throughline/shared';
import type { SessionInfo } from '@throughline/shared/schema';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { builtMounts } from '../src/built.ts';
import { addAgent } from '../src/cli/agent.ts';
import { doctor } from '../src/cli/doctor.ts';
import type { Invocation } from '../src/cli/invocation.ts';
import { addSite, applySite, showSite } from '../src/cli/site.ts';
import { StartupError } from '../src/lib/errors.ts';
import { connect, send, startRelay, tempDir, until } from './relay.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../widget/package.json'), 'utf8'),
) as { version: string };
const password = 'correct horse battery';

/** `pnpm test` builds first; without the console there is nothing to serve. */
beforeAll(() => void builtMounts());

/** A page of events. */
interface Log {
  data: { id: string; type: string; time: string; data: Record<string, unknown> }[];
}

interface Run {
  process: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<number | string | null>;
}

/** The program as people start it: with these settings and no others. */
function run(args: string[], env: Record<string, string> = {}, cwd?: string): Run {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', ...env },
    ...(cwd ? { cwd } : {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => {
    text.out += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    text.err += part.toString();
  });
  const ended = new Promise<number | string | null>((done) =>
    child.on('close', (code, signal) => done(code ?? signal)),
  );
  return { process: child, out: () => text.out, err: () => text.err, ended };
}

const folder = () => {
  const dir = tempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  return dir.path;
};

/** A busy machine takes its time for a new process; how fast a relay starts is the bench's to say. */
const START_MS = 25_000;

async function started(env: Record<string, string> = {}) {
  const DATA_DIR = env.DATA_DIR ?? folder();
  const relay = run(['start'], { PORT: '0', DATA_DIR, ...env });
  const url = await until(
    () => /running: (http\S+)\/console\//.exec(relay.out())?.[1],
    'the relay to run',
    START_MS,
  );
  return { ...relay, url, env: { DATA_DIR, PORT: new URL(url).port } };
}

const ranBadly = async (args: string[], env: Record<string, string>, code = 1) => {
  const it = run(args, env);
  expect(await it.ended).toBe(code);
  expect(it.err()).not.toMatch(/\n\s+at .*:\d+:\d+/);
  return it.err();
};

describe('start', () => {
  test('prints where it runs and the link for the first administrator, serves, and stops with 0', async () => {
    const relay = await started();
    const token = await until(() => /#setup=([\w-]{43})/.exec(relay.out())?.[1]);
    expect(relay.out()).toContain(
      `Make the first administrator, once: ${relay.url}/console/#setup=`,
    );
    expect((await send(`${relay.url}/livez`)).status).toBe(200);
    const page = await send(`${relay.url}/console/`);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await send(`${relay.url}/sdk/v1/loader.js`)).status).toBe(200);
    const body = { token, name: 'Root', email: 'root@example.com', password };
    const made = await send(`${relay.url}/v1/setup`, { method: 'POST', body });
    expect((made.json as SessionInfo).agent).toMatchObject({
      email: 'root@example.com',
      role: 'admin',
    });
    relay.process.kill('SIGTERM');
    expect(await relay.ended).toBe(0);
    expect(relay.out()).toContain('Stopping');
    // Once there is an administrator no start prints a link.
    const again = await started(relay.env);
    expect(again.out()).not.toContain('#setup=');
    again.process.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  test('[CF-12] serves a version’s scripts for good, each with the hash it is held to; v1 is asked for anew', async () => {
    const relay = await started();
    const folder = `${relay.url}/sdk/${version}`;
    const listed = await send(`${folder}/integrity.json`);
    expect(listed.headers['access-control-allow-origin']).toBe('*');
    const hashes = Object.entries(listed.json as Record<string, string>);
    const scripts = ['loader', 'elements', 'compat/intercom', 'compat/chatwoot', 'compat/crisp'];
    expect(hashes.map(([name]) => name)).toEqual(
      expect.arrayContaining(scripts.map((name) => `${name}.js`)),
    );
    for (const [name, hash] of hashes) {
      const file = await send(`${folder}/${name}`);
      expect(file.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      expect(`sha384-${createHash('sha384').update(file.text).digest('base64')}`).toBe(hash);
    }
    for (const name of scripts) {
      const newest = await send(`${relay.url}/sdk/v1/${name}.js`);
      expect(newest.headers['cache-control']).toBe('public, no-cache');
      expect(newest.text).toBe((await send(`${folder}/${name}.js`)).text);
    }
    // What was given is not answered a second time, which the log would tell.
    expect(relay.out()).not.toMatch(/"level":[45]0.*reqId/);
  });

  test('makes the administrator the settings name, and prints no link', async () => {
    const admin = {
      THROUGHLINE_ADMIN_EMAIL: 'root@example.com',
      THROUGHLINE_ADMIN_PASSWORD: password,
    };
    const relay = await started(admin);
    const body = { email: 'root@example.com', password };
    expect((await send(`${relay.url}/v1/session`, { method: 'POST', body })).status).toBe(201);
    expect(relay.out() + relay.err()).not.toMatch(new RegExp(`#setup=|${password}`));
  });

  test('prints links as people reach it', async () => {
    const relay = run(['start'], {
      PORT: '0',
      DATA_DIR: folder(),
      PUBLIC_URL: 'https://chat.example.com',
    });
    await until(() => relay.out().includes('https://chat.example.com/console/#setup='));
  });

  test('makes its default folder, beside where it was started', async () => {
    const cwd = folder();
    const relay = run(['start'], { PORT: '0' }, cwd);
    await until(() => relay.out().includes('Throughline is running'));
    expect(readdirSync(join(cwd, 'data'))).toContain('throughline.db');
  });

  test('on a port that is taken says so and ends', async () => {
    await using other = await startRelay();
    const says = await ranBadly(['start'], { PORT: new URL(other.url).port, DATA_DIR: folder() });
    expect(says).toMatch(/^throughline: Port \d+ on 127.0.0.1 is in use by another program/);
  });

  test('[CF-06] on a folder another relay runs on says so and ends', async () => {
    await using other = await startRelay();
    const says = await ranBadly(['start'], { PORT: '0', DATA_DIR: other.dataDir });
    expect(says).toMatch(/^throughline: Another relay is already running on/);
  });

  test('[CF-03] with settings that are wrong lists all of them and ends', async () => {
    const says = await ranBadly(['start'], { PORT: 'x', LOG_LEVEL: 'loud', TRUST_PROXY: 'true' });
    for (const name of ['PORT', 'LOG_LEVEL', 'TRUST_PROXY']) expect(says).toContain(name);
  });

  test('[CF-03] with a name of ours that is misspelled ends and says what was meant, with another one warns', async () => {
    const env = { PORT: '0', THROUGHLINE_ADMIN_EMIAL: 'ada@example.com' };
    const says = await ranBadly(['start'], env);
    expect(says).toContain(
      'THROUGHLINE_ADMIN_EMIAL is no setting; did you mean THROUGHLINE_ADMIN_EMAIL?',
    );
    const relay = await started({ PUBLIC_ULR: 'https://chat.example.com' });
    expect(relay.out()).toContain('PUBLIC_ULR is no setting; did you mean PUBLIC_URL?');
  });

  test.each([
    [['strat'], 'There is no command "strat"; did you mean start?'],
    [['site', 'ad'], 'There is no command "site ad"; did you mean site add?'],
    [['site', 'add', '--orgin', 'x'], "Unknown option '--orgin'; did you mean --origin?"],
    [['site', 'add', '--nothing'], "Unknown option '--nothing'; see throughline --help."],
  ])('[CF-03] %j is refused, with what was meant', async (args, expected) => {
    expect(await ranBadly(args, {}, 2)).toBe(`throughline: ${expected}\n`);
  });

  test('in a folder that is not there says so and makes none', async () => {
    const missing = join(folder(), 'volume');
    expect(await ranBadly(['start'], { PORT: '0', DATA_DIR: missing })).toContain('cannot be used');
    expect(existsSync(missing)).toBe(false);
  });
});

describe('where it runs', () => {
  test('[CF-15] what it writes is its own user’s alone; as root it warns', async () => {
    const relay = await started();
    const { DATA_DIR } = relay.env;
    const files = readdirSync(DATA_DIR, { recursive: true, encoding: 'utf8' });
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(statSync(join(DATA_DIR, file)).mode & 0o077, file).toBe(0);
    expect(relay.out().includes('running as root')).toBe(process.getuid?.() === 0);
  });

  test('[CF-11] with an inspector it warns, without one it does not', async () => {
    const open = await started({ NODE_OPTIONS: '--inspect=127.0.0.1:0' });
    expect(open.out()).toContain('the inspector is open');
    expect((await started()).out()).not.toContain('the inspector is open');
  });

  test.each([
    ['[CF-14] a promise nobody waited for', 'Promise.reject(Error(`forced`))'],
    ['[CF-14] an error nobody caught', 'setImmediate(()=>{throw(Error(`forced`))})'],
  ])('%s ends it with 1 and a word in its log, and it starts again', async (_what, fault) => {
    const preload = `--import=data:text/javascript,process.on(\`SIGUSR2\`,()=>{${fault}})`;
    const relay = await started({ NODE_OPTIONS: preload });
    relay.process.kill('SIGUSR2');
    expect(await relay.ended).toBe(1);
    expect(relay.out() + relay.err()).toContain('forced');
    await started({ DATA_DIR: relay.env.DATA_DIR });
  });

  const year = 365 * 86_400_000;

  test.each([
    ['as usual', { TZ: 'UTC', LC_ALL: 'C' }, 0],
    [
      'half an hour aside, under Turkish letters',
      { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' },
      0,
    ],
    [
      'under Arabic digits, ten years early',
      { TZ: 'Asia/Kathmandu', LC_ALL: 'ar_EG.UTF-8' },
      -10 * year,
    ],
    [
      'by the Thai calendar, thirty years late',
      { TZ: 'Antarctica/Troll', LC_ALL: 'th_TH.UTF-8' },
      30 * year,
    ],
    ['in a place and a language there are not', { TZ: 'Mars/Olympus', LC_ALL: 'xx_YY' }, 0],
  ])(
    '[CF-16] %s it is the same, and a clock that is set back changes nothing',
    async (_where, odd, offMs) => {
      const clock = `--import=${join(import.meta.dirname, 'clock-off.ts')}`;
      const env = { ...odd, LANG: odd.LC_ALL, NODE_OPTIONS: clock, CLOCK_OFF_MS: String(offMs) };
      const relay = await started({
        ...env,
        ...{ THROUGHLINE_ADMIN_EMAIL: 'INFO@EXAMPLE.COM', THROUGHLINE_ADMIN_PASSWORD: password },
      });
      const origin = ['--origin', 'HTTPS://TITAN.EXAMPLE'];
      const add = run(['site', 'add', '--key', 'titan', '--name', 'TITAN', ...origin], {
        ...relay.env,
        ...env,
      });
      expect(await add.ended, add.err()).toBe(0);
      const begin = Date.now();

      const body = { email: 'info@example.com', password };
      const signedIn = await send(`${relay.url}/v1/session`, { method: 'POST', body });
      expect(signedIn.status).toBe(201);
      const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
      const read = async <T>(path: string) => {
        const answer = await send(`${relay.url}${path}`, { headers: { cookie } });
        expect([path, answer.status]).toEqual([path, 200]);
        return answer.json as T;
      };

      const handshake = {
        namespace: '/visitor',
        headers: { origin: 'https://titan.example' },
      } as const;
      const auth = { protocol: 1, site: 'titan' };
      const visitor = await until(() =>
        connect(relay.url, { ...handshake, auth }).catch(() => undefined),
      );
      const conversation = uuidv7();
      await visitor.give('conversation:start', { conversation });
      await visitor.give('message:send', { conversation, text: 'TITANIC in İzmir' });
      const { data: before } = await read<Log>('/v1/events?types=conversation.*,message.*');
      relay.process.kill('SIGUSR2');
      await until(() => relay.err().includes('set back'));
      const again = { id: uuidv7(), conversation, text: 'and once more' };
      const receipt = await visitor.give('message:send', again);
      expect(await visitor.give('message:send', again)).toEqual(receipt);
      visitor.close();

      const { data: log } = await read<Log>('/v1/events?types=conversation.*,message.*');
      expect(log.slice(0, before.length)).toEqual(before);
      expect(log.map(({ data }) => data.text)).toEqual([
        undefined,
        'TITANIC in İzmir',
        'and once more',
      ]);
      // By its own clock, in digits and a zone that everybody reads.
      const times = log.map(({ time }) => time);
      for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(times[0] ?? '') - offMs - begin)).toBeLessThan(60_000);
      expect(
        Math.abs(Date.parse(times.at(-1) ?? '') - offMs + 396 * 86_400_000 - begin),
      ).toBeLessThan(60_000);
      for (const { id } of log) expect(id).toMatch(UUID_V7);
      const find = (query: string) =>
        read<{ data: { id: string }[] }>(`/v1/conversations?q=${query}`);
      for (const query of ['more', 'titanic', 'TITANIC'])
        expect((await until(async () => (await find(query)).data[0], query)).id).toBe(conversation);
      expect(relay.out()).not.toMatch(/"level":(50|60)/);
    },
  );
});

describe('beside a running relay', () => {
  test('agent add prints a link that works at once', async () => {
    const relay = await started();
    const add = run(
      ['agent', 'add', '--email', 'ada@example.com', '--name', 'Ada Lovelace'],
      relay.env,
    );
    expect(await add.ended).toBe(0);
    expect(add.out()).toContain(
      'Ada Lovelace (agent) chooses a password here, once, within 7 days:',
    );
    const [, link = '', token = ''] =
      /(http\S+)\/console\/#setup=([\w-]{43})/.exec(add.out()) ?? [];
    expect(link).toBe(relay.url);
    const body = { token, name: 'Ada', password };
    const made = await send(`${link}/v1/setup`, { method: 'POST', body });
    expect(made.json).toMatchObject({ agent: { email: 'ada@example.com', role: 'agent' } });
  });

  test('site add publishes without a restart, and prints what goes into the pages', async () => {
    const relay = await started();
    const origins = ['--origin', 'https://shop.example', '--origin', 'https://www.shop.example'];
    const put = async (name: string, ...more: string[]) => {
      const add = run(
        ['site', 'add', '--key', 'shop', '--name', name, ...origins, ...more],
        relay.env,
      );
      expect(await add.ended).toBe(0);
      return add.out();
    };
    const config = async (name: string) =>
      until(async () => {
        const headers = { origin: 'https://www.shop.example' };
        const answer = await send(`${relay.url}/v1/sites/shop`, { headers });
        const found = answer.json as { name?: string } | undefined;
        return found?.name === name ? found : undefined;
      });
    expect(await put('Shop', '--accent', '#112233', '--position', 'left')).toContain(
      `<script async src="${relay.url}/sdk/v1/loader.js" data-throughline-site="shop"`,
    );
    const look = { accent: '#112233', position: 'left' };
    expect(await config('Shop')).toMatchObject(look);
    // Said again with less, the rest stays.
    await put('The Shop');
    expect(await config('The Shop')).toMatchObject(look);
    await put('A Shop', '--mirror', 'dataLayer');
    const pageEvents = { dataLayer: true, analytics: false };
    expect(await config('A Shop')).toMatchObject({ ...look, pageEvents });
  });

  test('doctor finds all in order', async () => {
    const relay = await started();
    const it = run(['doctor', '--json'], relay.env);
    expect(await it.ended).toBe(0);
    const findings = JSON.parse(it.out()) as { check: string; state: string; says: string }[];
    const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
    expect(states).toMatchObject({
      'Node.js': 'ok',
      'data folder': 'ok',
      database: 'ok',
      port: 'ok',
      'SDK and console': 'ok',
      'public address': 'ok',
    });
    expect((await send(`${relay.url}/livez`)).status).toBe(200);
  });
});

/** A command inside this process; most of what one says needs no process of its own. */
async function call(
  command: (it: Invocation) => Promise<number>,
  env: Record<string, string>,
  values: Invocation['values'] = {},
): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const code = await command({ env, values, print: (line) => void lines.push(line) });
  return { code, out: lines.join('\n') };
}

describe('agent add and site add', () => {
  const agent = { email: 'ada@example.com', name: 'Ada' };
  const site = { key: 'shop', name: 'Shop', origin: ['https://shop.example'] };

  test('before the first start make nothing, and say what to do', async () => {
    for (const [command, values] of [
      [addAgent, agent],
      [addSite, site],
    ] as const) {
      const DATA_DIR = folder();
      await expect(call(command, { DATA_DIR }, values)).rejects.toThrow(
        'start the relay there first',
      );
      expect(readdirSync(DATA_DIR).filter((name) => name.endsWith('.db'))).toEqual([]);
      const missing = { DATA_DIR: join(DATA_DIR, 'missing') };
      await expect(call(command, missing, values)).rejects.toThrow('cannot be used');
    }
  });

  test.each([
    ['no address', addAgent, { name: 'Ada' }, '--email'],
    ['an address that is none', addAgent, { ...agent, email: 'ada' }, '--email'],
    ['no name', addAgent, { email: agent.email }, '--name'],
    ['a blank name', addAgent, { ...agent, name: ' ' }, '--name'],
    ['a role nobody knows', addAgent, { ...agent, role: 'owner' }, '--role takes admin or agent'],
    ['a site without an origin', addSite, { key: 'shop', name: 'Shop' }, '--origin'],
    [
      'an origin with a wildcard',
      addSite,
      { ...site, origin: ['https://*.shop.example'] },
      '--origin takes the address',
    ],
    ['a key nobody could paste', addSite, { ...site, key: 'My Shop' }, '--key takes 3 to 40'],
    ['an origin with a path', addSite, { ...site, origin: ['https://a.example/x'] }, '--origin'],
    ['a language nobody speaks', addSite, { ...site, language: 'klingon!' }, '--language takes'],
    [
      'a colour with more in it',
      addSite,
      { ...site, accent: '"><script>' },
      '--accent takes a colour',
    ],
  ] as const)('with %s say what is missing', async (...[, command, values, says]) => {
    await using relay = await startRelay({ sites: false });
    const env = { DATA_DIR: relay.dataDir };
    const outcome = call(command, env, values as Invocation['values']);
    await expect(outcome).rejects.toThrow(StartupError);
    await expect(outcome).rejects.toThrow(says);
    expect(await relay.store.read.events.head()).toBe(0);
  });

  test('an option nobody knows, or without its value, ends in a sentence', async () => {
    const DATA_DIR = folder();
    for (const option of ['--admin', '--email']) {
      const says = await ranBadly(['agent', 'add', option], { DATA_DIR }, 2);
      expect(says.trim().split('\n')).toHaveLength(1);
      expect(says).toContain(option);
    }
  });

  test('take an origin as people write it, and keep it as browsers send it', async () => {
    await using relay = await startRelay({ sites: false });
    const origin = ['HTTPS://Shop.Example:443/', 'http://localhost:8080'];
    const { out } = await call(addSite, { DATA_DIR: relay.dataDir }, { ...site, origin });
    expect(out).toContain('data-throughline-site="shop"');
    await until(() => relay.sites.get('shop'));
    expect(relay.sites.get('shop')?.origins).toEqual([
      'https://shop.example',
      'http://localhost:8080',
    ]);
  });
});

describe('doctor', () => {
  const findings = async (env: Record<string, string>, expected: number) => {
    const { code, out } = await call(doctor, { PORT: '0', ...env }, { json: true });
    expect(code).toBe(expected);
    const all = JSON.parse(out) as { check: string; state: string; says: string }[];
    return Object.fromEntries(all.map(({ check, ...rest }) => [check, rest]));
  };

  test('in an empty folder is content, and leaves it empty', async () => {
    const DATA_DIR = folder();
    const { database } = await findings({ DATA_DIR }, 0);
    expect(database).toMatchObject({ state: 'ok', says: expect.stringContaining('none yet') });
    expect(readdirSync(DATA_DIR)).toEqual([]);
  });

  test('[CF-03] names what looks like a setting and is none', async () => {
    const { settings } = await findings({ DATA_DIR: folder(), TRUST_PROXI: '1' }, 0);
    expect(settings).toEqual({
      state: 'warning',
      says: 'TRUST_PROXI is no setting; did you mean TRUST_PROXY?',
    });
  });

  test('finds a folder that is not there, and a log that is lost or damaged', async () => {
    const missing = await findings({ DATA_DIR: join(folder(), 'missing') }, 1);
    expect(missing['data folder']).toMatchObject({
      state: 'fault',
      says: expect.stringContaining('cannot be used'),
    });
    const DATA_DIR = folder();
    writeFileSync(join(DATA_DIR, 'throughline.db'), 'Dear diary, '.repeat(1000));
    expect((await findings({ DATA_DIR }, 1)).database).toMatchObject({ state: 'fault' });
    rmSync(join(DATA_DIR, 'throughline.db'));
    writeFileSync(join(DATA_DIR, 'throughline.json'), '{}');
    expect((await findings({ DATA_DIR }, 1)).database).toMatchObject({ state: 'fault' });
  });

  test('calls a port that is taken a fault, unless the relay of this very folder has it', async () => {
    await using relay = await startRelay();
    const PORT = new URL(relay.url).port;
    const own = await findings({ DATA_DIR: relay.dataDir, PORT }, 0);
    expect(own.port).toMatchObject({ state: 'ok' });
    const other = await findings({ DATA_DIR: folder(), PORT }, 1);
    expect(other.port).toMatchObject({ state: 'fault', says: expect.stringContaining('in use') });
    const nowhere = await findings({ DATA_DIR: folder(), HOST: '10.9.9.9' }, 1);
    expect(nowhere.port).toMatchObject({ state: 'fault', says: expect.stringContaining('HOST') });
  });

  test('warns of a relay the world reaches without https', async () => {
    const open = await findings({ DATA_DIR: folder(), HOST: '0.0.0.0' }, 0);
    expect(open['public address']).toMatchObject({ state: 'warning' });
    const env = { DATA_DIR: folder(), HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.example.com' };
    expect((await findings(env, 0))['public address']).toMatchObject({ state: 'ok' });
  });

  test('speaks to people as well, and its exit code to programs', async () => {
    const it = run(['doctor'], { PORT: '0', DATA_DIR: join(folder(), 'missing') });
    expect(await it.ended).toBe(1);
    expect(it.out()).toMatch(/^✓ Node\.js {10}v\d+/);
    expect(it.out()).toMatch(/^✗ data folder/m);
  });

  test('with settings that are wrong ends like a start', async () => {
    await expect(call(doctor, { PORT: 'x' })).rejects.toThrow('PORT is "x"');
  });
});

describe('anything else', () => {
  test.each([[['start', 'now']], [['__proto__']]])('%j is no command', async (args) => {
    const says = await ranBadly(args, { DATA_DIR: folder() }, 2);
    expect(says).toContain(`There is no command "${args.join(' ')}"`);
  });

  test('nothing at all gets the whole usage', async () => {
    const says = await ranBadly([], { DATA_DIR: folder() }, 2);
    expect(says).toContain('Usage: throughline <command>');
  });

  test('--version says which', async () => {
    const it = run(['--version']);
    expect(await it.ended).toBe(0);
    expect(it.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('--help explains every command and setting', async () => {
    const it = run(['--help']);
    expect(await it.ended).toBe(0);
    for (const word of [
      'start',
      'agent add',
      'site add',
      'doctor',
      'PORT',
      'HOST',
      'DATA_DIR',
      'PUBLIC_URL',
      'TRUST_PROXY',
      'LOG_LEVEL',
      'THROUGHLINE_ADMIN_EMAIL',
      'THROUGHLINE_ADMIN_PASSWORD',
    ])
      expect(it.err() + it.out()).toContain(word);
  });
});

test('what site show prints, site apply takes, changed by hand; a file that is wrong changes nothing', async () => {
  await using relay = await startRelay();
  const env = { DATA_DIR: relay.dataDir };
  const run = async (command: typeof showSite, word: string) => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const call = { env, values: {}, words: [word], print, note: print, columns: undefined };
    await command.run(call);
    return lines.join('\n');
  };
  const shown = JSON.parse(await run(showSite, 'shop'));
  expect(shown).toEqual(relay.sites.get('shop'));
  const path = join(relay.dataDir, 'shop.json');
  const reply = { withinMs: 600_000 };
  writeFileSync(path, JSON.stringify({ ...shown, reply }));
  expect(await run(applySite, path)).toContain('Site "shop" is published as version');
  await until(() => relay.sites.get('shop')?.reply);
  expect(relay.sites.get('shop')).toEqual({ ...shown, reply });
  writeFileSync(path, JSON.stringify({ ...shown, reply: { withinMs: 1 } }));
  await expect(run(applySite, path)).rejects.toThrow(`${path}: reply`);
  await expect(run(showSite, 'nowhere')).rejects.toThrow('There is no site "nowhere".');
  expect(relay.sites.get('shop')).toEqual({ ...shown, reply });
});

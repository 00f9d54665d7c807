import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CloudEvent } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startRelay, type TestRelay, tempDir, until } from './relay.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const secret = newWebhookSecret();

interface Run {
  process: ChildProcess;
  out(): string;
  err(): string;
  lines(): string[];
  ended: Promise<number | string | null>;
}

/** The program as people start it: with these settings and no others. */
function run(args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.err += part;
  });
  const ended = new Promise<number | string | null>((done) =>
    child.on('close', (code, signal) => done(code ?? signal)),
  );
  const lines = () => text.out.split('\n').slice(0, -1);
  return { process: child, out: () => text.out, err: () => text.err, lines, ended };
}

/** What a run that has to succeed printed. */
async function printed(args: string[], env: Record<string, string> = {}): Promise<string> {
  const it = run(args, env);
  expect(await it.ended, it.err()).toBe(0);
  return it.out();
}

interface Receiver {
  url: string;
  /** What came and was signed as it should be, in order, repeats too. */
  events: CloudEvent[];
  faults: unknown[];
  headers: IncomingHttpHeaders[];
}

/** A business's endpoint that checks signatures with somebody else's code. */
async function receive(
  answer: (event: CloudEvent, nth: number) => number | Promise<number> = () => 200,
  signed = () => secret,
): Promise<Receiver> {
  const it: Receiver = { url: '', events: [], faults: [], headers: [] };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    try {
      const body = Buffer.concat(parts).toString();
      const webhook = new Webhook(signed());
      const event = webhook.verify(body, request.headers as Record<string, string>) as CloudEvent;
      it.headers.push(request.headers);
      it.events.push(event);
      response.statusCode = await answer(event, it.events.length);
    } catch (error) {
      it.faults.push(error);
      response.statusCode = 401;
    }
    response.end('thanks');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  it.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return it;
}

const ids = (events: { id: string }[]) => events.map(({ id }) => id);
const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as CloudEvent);
const isConnected = (it: Run) => until(() => it.err().includes('Connected to'), 'the connection');

let relay: TestRelay;
let env: Record<string, string>;

beforeAll(async () => {
  relay = await startRelay();
  env = { THROUGHLINE_URL: relay.url, THROUGHLINE_API_KEY: await relay.key() };
});
afterAll(() => relay[Symbol.asyncDispose]());

const say = async (texts: string[], on = relay): Promise<string> => {
  const visitor = await on.visitor();
  const conversation = await visitor.start();
  for (const text of texts) await visitor.give('message:send', { conversation, text });
  return conversation;
};

describe('a key', () => {
  const create = ['key', 'create', '--name', 'CRM'];

  test('made beside a running relay reads events at once, and is told once, alone', async () => {
    const DATA_DIR = relay.dataDir;
    const made = await printed(create, { DATA_DIR });
    expect(made).toMatch(/^tl_sk_[\w-]+\n$/);
    const key = made.trim();
    await say(['for nobody’s eyes']);
    const answer = await relay.fetch('/v1/events', { key });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('nobody’s eyes');
    const [mine] = (
      JSON.parse(await printed(['key', 'list', '--json'], { DATA_DIR })) as object[]
    ).slice(-1) as [{ id: string }];
    expect(mine).toMatchObject({ name: 'CRM', scopes: ['events:read'], pii: 'none' });
    expect(JSON.stringify(mine)).not.toMatch(/hash/i);
    expect(await printed(['key', 'list'], { DATA_DIR })).toContain(`${mine.id}  CRM  events:read`);
    await printed(['key', 'revoke', mine.id], { DATA_DIR });
    expect((await relay.fetch('/v1/events', { key })).status).toBe(401);
  });

  test('gets the scopes and the level it is given', async () => {
    const more = ['--scope', 'events:read', '--scope', 'contacts:read', '--pii', 'content'];
    const it = run([...create, ...more], { DATA_DIR: relay.dataDir });
    expect(await it.ended).toBe(0);
    expect(it.err()).toContain('may events:read, contacts:read and sees personal data: content');
    const answer = await relay.fetch('/v1/events', { key: it.out().trim() });
    expect(answer.text).toContain('nobody’s eyes');
  });
});

describe('events tail', () => {
  const tail = (more: string[] = [], own = env) => run(['events', 'tail', ...more], own);

  test('shows what is written after it started, a line each, and ends with 0', async () => {
    await say(['before']);
    const it = tail(['--type', 'message.*']);
    await isConnected(it);
    const conversation = await say(['Where is my parcel?']);
    await until(() => it.lines().length > 0);
    expect(it.lines()).toHaveLength(1);
    expect(it.lines()[0]).toMatch(
      new RegExp(
        `^\\d{4}-.+Z  message\\.created {8}conversations/${conversation}  Where is my parcel\\?$`,
      ),
    );
    it.process.kill('SIGINT');
    expect(await it.ended).toBe(0);
  });

  test('can begin before now, for one conversation, as whole CloudEvents', async () => {
    const conversation = await say(['one', 'two']);
    const it = tail(['--json', '--after', '0', '--conversation', conversation]);
    const events = await until(() => it.lines().length === 3 && parsed(it.lines()));
    const { json } = await relay.fetch(`/v1/events?conversation=${conversation}`, {
      key: env.THROUGHLINE_API_KEY ?? '',
    });
    expect(events).toEqual((json as { data: CloudEvent[] }).data);
  });

  test('loses nothing and doubles nothing when the relay restarts on it', async () => {
    using dir = tempDir();
    let own = await startRelay({ dataDir: dir.path });
    const config = { port: Number(new URL(own.url).port) };
    const it = tail(['--json', '--type', 'message.created'], {
      THROUGHLINE_URL: own.url,
      THROUGHLINE_API_KEY: await own.key(),
    });
    await isConnected(it);
    const sent: string[] = [];
    // The first connection brings nothing: its "now" has to hold for the second one.
    for (let round = 0; round < 3; round++) {
      await own[Symbol.asyncDispose]();
      own = await startRelay({ dataDir: dir.path, config });
      const texts = Array.from({ length: 20 }, (_, i) => `${round}.${i}`);
      await say(texts, own);
      sent.push(...texts);
      await until(() => it.lines().length >= sent.length);
    }
    expect(parsed(it.lines()).map(({ data }) => 'text' in data && data.text)).toEqual(sent);
    expect(it.err()).toContain('The connection was lost; trying again.');
    await own[Symbol.asyncDispose]();
    it.process.kill('SIGTERM');
    expect(await it.ended).toBe(0);
  });

  test('shows nothing of a visitor’s that a terminal would obey', async () => {
    const people = tail(['--type', 'message.*']);
    const programs = tail(['--type', 'message.*', '--json']);
    await Promise.all([people, programs].map(isConnected));
    const text = 'a\u001B[2Jb\u0007c\u009B31md\u202Ee\u2066f\r\ng\u2028h\u007F';
    await say([text]);
    for (const it of [people, programs]) {
      await until(() => it.lines().length > 0);
      expect(it.out().slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u202E\u2066]/u);
      expect(it.lines()).toHaveLength(1);
    }
    expect(people.out()).toMatch(/ {2}a \[2Jb c 31mdef g h\n$/);
    expect(parsed(programs.lines())[0]?.data).toMatchObject({ text });
  });

  test('ends when nobody reads it any more', async () => {
    const it = tail();
    await isConnected(it);
    it.process.stdout?.destroy();
    await say(['one', 'two']);
    expect(await it.ended).toBe(0);
  });
});

describe('events replay', () => {
  const replay = (more: string[], own = env) => run(['events', 'replay', ...more], own);
  const whole = () => relay.events().then(ids);
  const cursorOf = (it: Run) => /(--after=\S+)\n/.exec(it.err())?.[1] ?? '';

  test('prints the log, a line an event, and where to go on', async () => {
    const it = replay(['--after', '0']);
    expect(await it.ended).toBe(0);
    expect(ids(parsed(it.lines()))).toEqual(await whole());
    const conversation = await say(['later']);
    const again = replay([cursorOf(it), '--type', 'conversation.started']);
    expect(await again.ended).toBe(0);
    expect(parsed(again.lines())).toMatchObject([
      { subject: `conversations/${conversation}`, livemode: true },
    ]);
  });

  test('delivers everything once and in order, signed as a delivery of a webhook', async () => {
    await say(Array.from({ length: 250 }, (_, i) => `message ${i}`));
    const receiver = await receive();
    const it = replay(['--after', '0', '--forward-to', receiver.url, '--secret', secret]);
    expect(await it.ended, it.err()).toBe(0);
    expect(ids(receiver.events)).toEqual(await whole());
    expect(receiver.faults).toEqual([]);
    expect(receiver.headers[0]).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Throughline',
      'webhook-id': receiver.events[0]?.id,
    });
    expect(it.lines()).toHaveLength(receiver.events.length);
    expect(it.lines()[0]).toMatch(/^200 {2}\d+ ms {2}\S+ {2}\S+$/);
  });

  test('stops where the receiver fails, and goes on from the cursor it prints', async () => {
    let isBroken = true;
    const receiver = await receive((_, nth) => (isBroken && nth > 5 ? 500 : 204));
    const to = ['--forward-to', receiver.url, '--json'];
    const own = { ...env, THROUGHLINE_WEBHOOK_SECRET: secret };
    const it = replay(['--after', '0', ...to], own);
    expect(await it.ended).toBe(1);
    expect(it.err()).toMatch(/throughline: The receiver did not take \S+ \S+ in 3 tries\.\n$/);
    const all = await whole();
    expect(ids(receiver.events)).toEqual([...all.slice(0, 5), all[5], all[5], all[5]]);
    const states = it.lines().map((line) => (JSON.parse(line) as { status: number }).status);
    expect(states).toEqual([204, 204, 204, 204, 204, 500, 500, 500]);
    isBroken = false;
    receiver.events.length = 0;
    const again = replay([cursorOf(it), ...to], own);
    expect(await again.ended).toBe(0);
    expect(ids(receiver.events)).toEqual(all.slice(5));
  });

  test('told to stop, stops at once and goes on behind what was taken', async () => {
    await say(['one', 'two', 'three']);
    const receiver = await receive((_, nth) => {
      if (nth !== 3) return 200;
      it.process.kill('SIGINT');
      return new Promise(() => {});
    });
    const to = ['--forward-to', receiver.url, '--secret', secret];
    const it = replay(['--after', '0', ...to]);
    expect(await it.ended).toBe(1);
    expect(it.lines()).toHaveLength(2);
    const again = replay([cursorOf(it), ...to]);
    expect(await again.ended).toBe(0);
    expect(ids(receiver.events.slice(3))).toEqual((await whole()).slice(2));
  });

  test('begins at a time', async () => {
    const records = await relay.events();
    const times = [...new Set(records.map(({ time }) => time))];
    for (const time of [0, times[7] ?? 0, Date.now() + 60_000]) {
      const out = await printed(['events', 'replay', '--since', new Date(time).toISOString()], env);
      const wanted = records.filter((record) => record.time >= time);
      expect(ids(parsed(out.split('\n').slice(0, -1)))).toEqual(ids(wanted));
    }
    const out = await printed(['events', 'replay', '--since', '2h'], env);
    expect(out.split('\n').slice(0, -1)).toHaveLength(records.length);
  });
});

describe('listen', () => {
  test('delivers what comes, with a secret it makes and prints', async () => {
    let made = '';
    const receiver = await receive(undefined, () => made);
    const it = run(['listen', '--forward-to', receiver.url, '--type', 'message.*'], env);
    await isConnected(it);
    made = /signed with (whsec_\S+)/.exec(it.err())?.[1] ?? '';
    await say(['one', 'two', 'three']);
    await until(() => it.lines().length === 3);
    expect(receiver.faults).toEqual([]);
    expect(receiver.events.map(({ data }) => 'text' in data && data.text)).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(it.lines()[0]).toMatch(/^200 {2}\d+ ms {2}message\.created {2}/);
    expect(it.out()).not.toContain(made);
    it.process.kill('SIGINT');
    expect(await it.ended).toBe(0);
  });

  test('tries again what fails, then skips it and says so', async () => {
    const texts = ['never', 'second time', 'at once'];
    const receiver = await receive(({ data }) => {
      const text = 'text' in data ? data.text : '';
      if (text === 'never') return 503;
      const times = receiver.events.filter((it) => 'text' in it.data && it.data.text === text);
      return text === 'second time' && times.length === 1 ? 500 : 200;
    });
    const to = ['--forward-to', receiver.url, '--secret', secret];
    const it = run(['listen', ...to, '--type', 'message.*'], env);
    await isConnected(it);
    await say(texts);
    await until(() => it.lines().length === 8, 'all tries', 20_000);
    expect(it.lines().map((line) => line.slice(0, 3))).toEqual([
      '503',
      '503',
      '503',
      '503',
      '503',
      '500',
      '200',
      '200',
    ]);
    expect(it.err()).toContain(`Skipped after 5 tries: message.created ${receiver.events[0]?.id}`);
    expect(it.err()).not.toContain('whsec_');
  });
});

describe('trigger', () => {
  const trigger = (more: string[]) => run(['trigger', ...more, '--secret', secret]);

  test('delivers an example without a relay, that says it is none of the real ones', async () => {
    const receiver = await receive();
    const it = trigger([
      'message.created',
      '--forward-to',
      receiver.url,
      '--data',
      '{"text":"Hi"}',
    ]);
    expect(await it.ended, it.err()).toBe(0);
    expect(receiver.events).toMatchObject([
      { type: 'dev.throughline.message.created', livemode: false, data: { text: 'Hi' } },
    ]);
    expect(it.out()).toMatch(/^200 {2}\d+ ms {2}message\.created {2}\S+\n$/);
  });

  test('ends with 1 where the receiver says no, sends it elsewhere, or is not there', async () => {
    const receiver = await receive((_, nth) => (nth === 1 ? 302 : 410));
    for (const status of ['302', '410']) {
      const it = trigger(['note.created', '--forward-to', receiver.url]);
      expect(await it.ended).toBe(1);
      expect(it.out().startsWith(status)).toBe(true);
    }
    const it = trigger(['note.created', '--forward-to', 'http://127.0.0.1:9/']);
    expect(await it.ended).toBe(1);
    expect(it.out()).not.toMatch(/^\d/);
  });
});

describe('events types', () => {
  test('says what there is, to people and to programs, without relay and key', async () => {
    expect(await printed(['events', 'types'])).toMatch(
      /^message\.created +Somebody wrote, or sent files/m,
    );
    const types = JSON.parse(await printed(['events', 'types', '--json'])) as object[];
    expect(types).toContainEqual(
      expect.objectContaining({
        name: 'message.created',
        example: { text: 'Where is my parcel?' },
      }),
    );
  });
});

test('--help names every command about events and what it reads from the environment', async () => {
  const help = await printed(['--help']);
  for (const word of [
    'key create',
    'key list',
    'key revoke',
    'events types',
    'events tail',
    'events replay',
    'listen',
    'trigger',
    'THROUGHLINE_API_KEY',
    'THROUGHLINE_URL',
    'THROUGHLINE_WEBHOOK_SECRET',
  ])
    expect(help).toContain(word);
});

describe('says what to do, and prints nothing else:', () => {
  const to = ['--forward-to', 'http://127.0.0.1:9/'];
  const nobody = { THROUGHLINE_API_KEY: 'tl_sk_x' };

  test.each([
    ['no key', ['events', 'tail'], {}, 2, 'throughline key create --name "My laptop"'],
    ['half a key', ['events', 'tail'], { THROUGHLINE_API_KEY: 'a b' }, 2, 'is no key; make one'],
    ['no relay', ['events', 'tail', '--url', 'http://127.0.0.1:9'], nobody, 1, 'No relay answers'],
    ['no address', ['events', 'tail', '--url', 'localhost:4600'], nobody, 2, '--url and'],
    ['a replay of nothing', ['events', 'replay'], nobody, 2, '--after CURSOR, or --since'],
    ['both beginnings', ['events', 'replay', '--after', '0', '--since', '1h'], nobody, 2, 'where'],
    ['no time', ['events', 'replay', '--since', '10'], nobody, 2, '--since takes'],
    ['no receiver', ['listen'], nobody, 2, '--forward-to http'],
    ['no secret', ['listen', ...to, '--secret', 'hush'], nobody, 2, 'take whsec_'],
    ['no pattern', ['listen', ...to, '--type', '*.created'], nobody, 2, '--type takes'],
    ['no id', ['events', 'tail', '--conversation', 'x'], nobody, 2, '--conversation takes'],
    ['an option of others', ['events', 'tail', ...to], nobody, 2, 'takes no --forward-to'],
    ['no type', ['trigger', ...to], {}, 2, 'Name the type of an event. There is'],
    ['almost a type', ['trigger', 'message.sent', ...to], {}, 2, 'message.created, message.'],
    ['no JSON', ['trigger', 'message.created', ...to, '--data', '{'], {}, 2, '--data takes a JSON'],
    [
      'data of another event',
      ['trigger', 'message.created', ...to, '--data', '{"text":1}'],
      {},
      2,
      '--data is no message.created. text: ',
    ],
    ['a key for nobody', ['key', 'create'], {}, 2, '--name'],
    ['no scope', ['key', 'create', '--name', 'x', '--scope', 'all'], {}, 2, '--scope takes'],
    ['no level', ['key', 'create', '--name', 'x', '--pii', 'all'], {}, 2, '--pii takes'],
    ['which key', ['key', 'revoke'], {}, 2, 'Name the key'],
  ] as const)('%s', async (...[, args, own, code, says]) => {
    const it = run([...args], own);
    expect(await it.ended).toBe(code);
    expect(it.err()).toMatch(/^throughline: [^\n]+\n$/);
    expect(it.err()).toContain(says);
    expect(it.out()).toBe('');
  });

  test('what the relay refuses', async () => {
    const weak = await relay.key({ scopes: ['contacts:read'] });
    for (const [args, THROUGHLINE_API_KEY, code, says] of [
      [['tail'], 'tl_sk_wrong', 1, 'does not know the key in THROUGHLINE_API_KEY; make one'],
      [['tail'], weak, 1, 'has not the scope events:read; make one'],
      [['tail', '--after', 'yesterday'], env.THROUGHLINE_API_KEY, 2, '--after takes'],
      [['replay', '--after', 'yesterday'], env.THROUGHLINE_API_KEY, 2, '--after takes'],
      [['tail', '--after', 'other.3'], env.THROUGHLINE_API_KEY, 1, 'begin again with --after 0'],
    ] as const) {
      const it = run(['events', ...args], {
        ...env,
        THROUGHLINE_API_KEY: THROUGHLINE_API_KEY ?? '',
      });
      expect(await it.ended, says).toBe(code);
      expect(it.err()).toMatch(/^throughline: [^\n]+\n$/);
      expect(it.err()).toContain(says);
      expect(it.out()).toBe('');
    }
    const missing = run(['key', 'revoke', 'x'], { DATA_DIR: relay.dataDir });
    expect(await missing.ended).toBe(1);
    expect(missing.err()).toContain('There is no key with this id');
  });

  test('what answers is no relay', async () => {
    const receiver = await receive(() => 200);
    const own = { ...env, THROUGHLINE_URL: receiver.url };
    for (const after of ['now', '0']) {
      const it = run(['events', 'tail', '--after', after], own);
      expect(await it.ended).toBe(1);
      expect(it.err()).toContain('is no relay; name the address of one with --url');
    }
  });
});

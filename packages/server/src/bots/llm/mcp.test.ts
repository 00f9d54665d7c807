import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../test/free-port.ts';
import { saidIn, stage, turnOf, visitor } from '../../../test/llm.ts';
import { modelInProcess } from '../../../test/model-server.ts';
import { until } from '../../../test/relay.ts';
import { createEgress } from '../../lib/egress.ts';
import { createPoster, type Poster } from '../../lib/post.ts';
import { connectMcp } from './mcp-client.ts';
import { mcpTools } from './mcp-tools.ts';

const SERVER = join(
  import.meta.dirname,
  '../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

let server: ChildProcess;
let url: string;
let poster: Poster;
const key = async () => undefined;
const signal = new AbortController().signal;

beforeAll(async () => {
  const port = await freePort();
  server = spawn(process.execPath, [SERVER, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  url = `http://127.0.0.1:${port}/mcp`;
  poster = createPoster(createEgress(['127.0.0.1/32']));
  await until(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    'the server listens',
  );
}, 60_000);
afterAll(() => {
  poster.close();
  server.kill();
});

const grant = (name: string, more: object = {}) => ({
  ...{ name, effect: 'read' as const, repeatSafe: false, verified: true, claims: [] },
  ...more,
});

describe('a server of the Model Context Protocol', () => {
  test('lists its tools, and answers calls as text', async () => {
    const client = await connectMcp({ url, open: poster.open, key }, signal);
    const names = (await client.list(signal)).map(({ name }) => name);
    expect(names).toContain('echo');
    const contact = { id: 'a', externalId: null, verified: true };
    const context = { contact, conversation: 'c', key: 'k', signal };
    expect(await client.call('echo', { message: 'hello' }, context)).toContain('hello');
    await expect(client.call('no-such-tool', {}, context)).rejects.toThrow();
  });

  test('gives a bot the tools it was granted, and no other', async () => {
    const list = mcpTools(
      { url, tools: [grant('echo'), grant('gone')] },
      { open: poster.open, key },
    );
    const tools = await list(signal);
    expect(tools.map(({ name }) => name)).toEqual(['echo']);
    expect(tools[0]?.parameters.properties).toHaveProperty('message');
  });

  test('is there for whoever waits for it, though the turn that asked first is over', async () => {
    const asked: (() => void)[] = [];
    const open: typeof poster.open = (...outgoing) =>
      new Promise((answer) => asked.push(() => answer(poster.open(...outgoing))));
    const list = mcpTools({ url, tools: [grant('echo')] }, { open, key });
    const first = new AbortController();
    const [over, goesOn] = [list(first.signal), list(signal)];
    await until(() => asked.length > 0, 'it to be asked');
    first.abort();
    expect(await over).toEqual([]);
    const answering = setInterval(() => asked.shift()?.(), 1);
    onTestFinished(() => clearInterval(answering));
    expect((await goesOn).map(({ name }) => name)).toEqual(['echo']);
  });

  test('that cannot be reached has none', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}/mcp`;
    const list = mcpTools({ url: nowhere, tools: [grant('echo')] }, { open: poster.open, key });
    expect(await list(signal)).toEqual([]);
  });

  test('[AI-08] is called in a turn, within the schema it gave', async () => {
    const model = modelInProcess((_asked, nth) => {
      if (nth === 0) return { calls: [{ name: 'echo', arguments: { message: 'a', more: 1 } }] };
      if (nth === 1) return { calls: [{ name: 'echo', arguments: { message: 'It rains.' } }] };
      return { text: 'It rains.' };
    });
    const { answer } = stage({
      config: { discloses: false, mcp: [{ url, tools: [{ name: 'echo', effect: 'read' }] }] },
      parts: {
        poster: {
          post: poster.post,
          open: (to, outgoing) => (to === url ? poster.open : model)(to, outgoing),
        },
      },
    });
    const { reply, trace } = await answer(turnOf([visitor('Is it raining?')]));
    expect(saidIn(reply)).toBe('It rains.');
    expect(trace?.map(({ kind, ok }) => `${kind} ${ok}`)).toEqual([
      ...['model true', 'refusal false', 'model true', 'tool true', 'model true'],
    ]);
    expect(model.asked[2]?.messages.at(-1)?.content).toContain('It rains.');
  });
});

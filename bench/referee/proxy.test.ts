import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createProxy, type Weather } from './proxy.ts';

const WORDS = 400;

type Proxy = Awaited<ReturnType<typeof createProxy>>;

/** What comes out of the proxy of what a relay wrote in a weather, word by word. */
async function carried(blow: (proxy: Proxy) => unknown): Promise<string> {
  const relay = createServer(async (socket) => {
    socket.setNoDelay(true).on('error', () => {});
    for (let i = 0; i < WORDS; i += 1) {
      socket.write(`${i} `);
      await sleep(0.3);
    }
    socket.end();
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => void relay.close());
  const proxy = await createProxy();
  onTestFinished(() => proxy.close());
  proxy.aim([(relay.address() as AddressInfo).port]);
  const client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  client.on('error', () => {});
  await once(client, 'connect');
  blow(proxy);
  let text = '';
  client.on('data', (bytes) => {
    text += bytes;
  });
  await new Promise((closed) => client.on('close', closed));
  return text;
}

test.each<Weather>([
  { latencyMs: 150 },
  { bytesPerSecond: 20_000 },
  { sliceBytes: 7, latencyMs: 5 },
])('a line keeps its order, and loses nothing, in weather %j', async (weather) => {
  const words = Array.from({ length: WORDS }, (_, i) => `${i} `).join('');
  expect(await carried((proxy) => proxy.weather(weather, () => true))).toBe(words);
});

test('a line that has swallowed bytes is cut in the end, whatever weather came over it meanwhile', async () => {
  const text = await carried(async (proxy) => {
    await sleep(20);
    const calm = proxy.weather({ isSilent: true }, () => true);
    await sleep(20);
    const wake = proxy.weather({ isStalled: true }, () => true);
    await sleep(20);
    calm();
    wake();
  });
  const words = text.trim().split(' ').map(Number);
  expect(words.length).toBeLessThan(WORDS);
  expect(words).toEqual(words.map((_, i) => i));
});

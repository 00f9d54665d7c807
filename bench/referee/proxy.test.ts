import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createProxy, type Weather } from './proxy.ts';

const WORDS = 400;

/** What comes out of the proxy of what a relay wrote in that weather, word by word. */
async function carried(weather: Weather): Promise<string> {
  const relay = createServer(async (socket) => {
    socket.setNoDelay(true);
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
  proxy.weather(weather, () => true);
  const client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  let text = '';
  client.on('data', (bytes) => {
    text += bytes;
  });
  await once(client, 'close');
  return text;
}

test.each<Weather>([
  { latencyMs: 150 },
  { bytesPerSecond: 20_000 },
  { sliceBytes: 7, latencyMs: 5 },
])('a line keeps its order, and loses nothing, in weather %j', async (weather) => {
  const words = Array.from({ length: WORDS }, (_, i) => `${i} `).join('');
  expect(await carried(weather)).toBe(words);
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import { io } from 'socket.io-client';
import { attackHttp, attackSocket, keepOn, type Tally, type Target } from './attack.ts';
import type { Door, Holdings } from './relay-process.ts';

export interface Wanted {
  frames: number;
  requests: number;
  seed: number;
}

export interface Report extends Wanted, Omit<Tally, 'frames' | 'requests'> {
  seconds: number;
  /** Held before, after a first tenth, and at the end. */
  held: Record<'before' | 'early' | 'after', Holdings>;
  /** What should not have happened; empty when all is well. */
  faults: string[];
}

/** How long what was left open may take to be noticed: a hello that never came has ten seconds. */
const SETTLE_MS = 40_000;
/** Caches fill; what grows with the number of attacks would be far above it in the long run. */
const HEAP_MORE_BYTES = 24 * 2 ** 20;

interface Relay {
  door: Door;
  holdings(): Promise<Holdings>;
  /** What it wrote about errors, and how it ended if it did. */
  complaints(): string[];
  stop(): Promise<void>;
}

async function startRelay(): Promise<Relay> {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-fuzz-'));
  const child: ChildProcess = fork(join(import.meta.dirname, 'relay-process.ts'), {
    execArgv: ['--expose-gc'],
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => said.push(String(part).slice(0, 2000)));
  child.on('exit', (code, signal) => said.push(`the relay ended (${code ?? signal})`));
  const [door] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(said.join('')))),
  ]);
  return {
    door,
    async holdings() {
      child.send('holdings');
      const [held] = await once(child, 'message');
      return held;
    },
    complaints: () => [...said],
    async stop() {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Somebody who has nothing to do with it; throws where the relay does not serve them. */
async function visit({ url }: Door): Promise<string> {
  const socket = io(`${url}/visitor`, {
    path: '/v1/socket',
    transports: ['websocket'],
    auth: { protocol: 1, site: 'shop' },
    extraHeaders: { origin: 'https://shop.example' },
    forceNew: true,
  });
  const ask = (name: string, body: object) => socket.timeout(10_000).emitWithAck(name, body);
  try {
    const conversation = uuidv7();
    await ask('conversation:start', { id: uuidv7(), conversation });
    const sent = await ask('message:send', { id: uuidv7(), conversation, text: 'Hello' });
    if (!sent.ok) throw new Error(`refused: ${sent.error.code}`);
    return conversation;
  } finally {
    socket.close();
  }
}

async function operationsOf({ url }: Door): Promise<[string, string][]> {
  const answer = await fetch(`${url}/v1/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, object> };
  return (
    Object.entries(paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((it): [string, string] => [it, path]))
      // Checking a password costs a tenth of a second on purpose; a stream of events never ends.
      .filter(([, path]) => path !== '/v1/session' && path !== '/v1/events/stream')
  );
}

async function settled(relay: Relay, most: number): Promise<Holdings> {
  for (const end = Date.now() + SETTLE_MS; ; await sleep(500)) {
    const held = await relay.holdings();
    if (held.handles <= most || Date.now() > end) return held;
  }
}

/** Sends until so much is sent. */
async function strike(target: Target, { frames, requests, seed }: Wanted): Promise<void> {
  const { tally } = target;
  const isShort = () => tally.frames < frames;
  await keepOn(target, { seed, isWanted: isShort, attack: attackSocket });
  const isOpen = () => tally.requests < requests;
  await keepOn(target, { seed: seed + 1, isWanted: isOpen, attack: attackHttp });
}

function judge({ before, early, after }: Report['held']): string[] {
  const more = after.heapBytes - early.heapBytes;
  const handles = after.handles - before.handles;
  return [
    ...(handles > 0 ? [`${handles} handles were left open`] : []),
    ...(more > HEAP_MORE_BYTES ? [`the heap grew by ${more} bytes`] : []),
  ];
}

/**
 * Mutated WebSocket frames and raw HTTP requests against a relay of its own. The same seed sends the same
 * things; in which order they arrive is the machine's.
 */
export async function fuzz({ frames, requests, seed }: Wanted): Promise<Report> {
  const start = performance.now();
  const relay = await startRelay();
  try {
    const { door } = relay;
    const tally: Tally = { frames: 0, requests: 0, connections: 0, answers: 0, kinds: {} };
    const conversation = await visit(door);
    const operations = await operationsOf(door);
    const target = { door, conversation, operations, tally };
    const before = await relay.holdings();
    await strike(target, { frames: frames / 10, requests: requests / 10, seed: seed + 2 });
    const early = await settled(relay, before.handles);
    await strike(target, { frames, requests, seed });
    const after = await settled(relay, before.handles);
    const served = await visit(door).then(
      () => [],
      (error: Error) => [`nobody is served any more: ${error.message}`],
    );
    const held = { before, early, after };
    const faults = [...relay.complaints(), ...served, ...judge(held)];
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    return { ...tally, seed, seconds, held, faults };
  } finally {
    await relay.stop();
  }
}

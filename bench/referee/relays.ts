import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../packages/server/test/free-port.ts';
import { createProxy, type FaultProxy } from './proxy.ts';
import type { Order, RelaySpec } from './relay-spec.ts';

/** How a relay ended: `null` where a signal ended it. */
type Ending = { code: number | null; signal: NodeJS.Signals | null };

export interface Node {
  readonly port: number;
  readonly isAlive: boolean;
  /** It said so last that it does what one does for all. */
  readonly leads: boolean;
  /** Resolves when it serves, or when it has died on the way there. */
  start(more?: Partial<RelaySpec>): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  order(order: Order): void;
  /** Resolves at once where it is dead. */
  readonly ended: Promise<Ending>;
}

/** All relays of a storm, and the one address clients know. */
export interface Relays {
  readonly proxy: FaultProxy;
  readonly nodes: readonly Node[];
  stop(): Promise<void>;
}

/** Has read its program and waits to be told what to serve, so that a restart takes no time for that. */
function spawn(env: NodeJS.ProcessEnv): ChildProcess {
  const cached = {
    NODE_COMPILE_CACHE: join(tmpdir(), 'throughline-referee-cache'),
    NODE_OPTIONS: '',
  };
  const made = fork(join(import.meta.dirname, 'relay-process.ts'), [], {
    env: { ...process.env, ...cached, ...env },
    execArgv: [],
  });
  made.on('error', () => {});
  return made;
}

const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    const { exitCode: code, signalCode: signal } = child;
    if (code !== null || signal !== null) resolve({ code, signal });
    else child.once('exit', (code, signal) => resolve({ code, signal }));
  });

const said = (child: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve) => {
    const hear = (message: unknown) => {
      if (message !== word) return;
      child.off('message', hear);
      resolve();
    };
    child.on('message', hear);
  });

interface Birth {
  env: NodeJS.ProcessEnv;
  /** It said that it leads. */
  heard(pid: number | undefined): void;
}

function createNode(spec: RelaySpec, { env, heard }: Birth): Node & { dispose(): Promise<void> } {
  let next = spawn(env);
  let waiting = said(next, 'waiting');
  let current: ChildProcess | undefined;
  let leads = false;
  const isAlive = (it: ChildProcess | undefined): it is ChildProcess =>
    it !== undefined && it.exitCode === null && it.signalCode === null;
  return {
    port: spec.port,
    get isAlive() {
      return isAlive(current);
    },
    get leads() {
      return leads && isAlive(current);
    },
    get ended() {
      return current ? endOf(current) : Promise.resolve({ code: 0, signal: null });
    },
    async start(more = {}) {
      await waiting;
      const child = next;
      current = child;
      leads = false;
      child.on('message', (word) => {
        if (word === 'leads' || word === 'follows') leads = word === 'leads';
        if (word === 'leads') heard(child.pid);
      });
      const ready = said(child, 'ready');
      child.send({ do: 'start', spec: { ...spec, ...more } } satisfies Order);
      // One that dies at its very first write was started all the same.
      await Promise.race([ready, endOf(child)]);
      next = spawn(env);
      waiting = said(next, 'waiting');
    },
    signal(signal) {
      if (isAlive(current)) current.kill(signal);
    },
    order(order) {
      if (isAlive(current) && current.connected) current.send(order);
    },
    async dispose() {
      for (const child of [current, next])
        if (isAlive(child)) {
          child.kill('SIGKILL');
          await endOf(child);
        }
    },
  };
}

interface Around {
  env: NodeJS.ProcessEnv;
  /** Of the Redis of each relay; none: they have none. */
  redisUrls: readonly string[];
  /** A relay said that it leads, and is not the one that said so last. */
  onLead(node: number, afterMs: number): void;
}

/** Who leads, by what they say: how long nobody said so before somebody else did. */
function watchLeaders(onLead: Around['onLead']) {
  let last: { pid: number | undefined; at: number } | undefined;
  return (node: number, pid: number | undefined) => {
    const at = performance.now();
    if (last && last.pid !== pid) onLead(node, at - last.at);
    last = { pid, at };
  };
}

export async function createRelays(
  spec: Omit<RelaySpec, 'port' | 'publicUrl' | 'redisUrl'>,
  count: number,
  { env, redisUrls, onLead }: Around,
): Promise<Relays> {
  const proxy = await createProxy();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const heard = watchLeaders(onLead);
  const nodes = ports.map((port, i) => {
    const redisUrl = redisUrls[i];
    const own = { ...spec, port, publicUrl: proxy.url, ...(redisUrl ? { redisUrl } : {}) };
    return createNode(own, { env, heard: (pid) => heard(i, pid) });
  });
  return {
    proxy,
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.dispose()));
      await proxy.close();
    },
  };
}

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

function createNode(spec: RelaySpec, env: NodeJS.ProcessEnv): Node & { dispose(): Promise<void> } {
  let next = spawn(env);
  let waiting = said(next, 'waiting');
  let current: ChildProcess | undefined;
  const isAlive = (it: ChildProcess | undefined): it is ChildProcess =>
    it !== undefined && it.exitCode === null && it.signalCode === null;
  return {
    port: spec.port,
    get isAlive() {
      return isAlive(current);
    },
    get ended() {
      return current ? endOf(current) : Promise.resolve({ code: 0, signal: null });
    },
    async start(more = {}) {
      await waiting;
      const child = next;
      current = child;
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

export async function createRelays(
  spec: Omit<RelaySpec, 'port' | 'publicUrl'>,
  { count, env }: { count: number; env: NodeJS.ProcessEnv },
): Promise<Relays> {
  const proxy = await createProxy();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const nodes = ports.map((port) => createNode({ ...spec, port, publicUrl: proxy.url }, env));
  return {
    proxy,
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.dispose()));
      await proxy.close();
    },
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** CPU in microseconds and memory in bytes since the process began; how late its loop was since the last question. */
interface Usage {
  cpuUs: number;
  rssBytes: number;
  /** What JavaScript holds of it. */
  heapBytes: number;
  /** The most it ever held. */
  peakRssBytes: number;
  /** Sockets, files and timers that are open. */
  handles: number;
  lagP99Ms: number;
  lagMaxMs: number;
}

/** In a measured server: says where it listens, then what it has used, whenever it is asked. */
export function answerQuestions(address: unknown): void {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  process.on('message', () => {
    const [p99, max] = [loop.percentile(99), loop.max];
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const usage: Usage = {
      ...{ cpuUs: user + system, rssBytes: process.memoryUsage.rss() },
      heapBytes: process.memoryUsage().heapUsed,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      handles: process.getActiveResourcesInfo().length,
      ...{ lagP99Ms: p99 / 1e6, lagMaxMs: max / 1e6 },
    };
    process.send?.(usage);
    // What it took to answer is no lag of what is measured.
    setImmediate(() => loop.reset());
  });
  // Whoever asks may have failed: nobody is left behind that holds on to their output.
  process.on('disconnect', () => process.exit(1));
  process.send?.((address as { port: number }).port);
}

export interface Measured {
  url: string;
  dataDir: string;
  /** Collects garbage first, so that memory is what is held and not what was used. */
  usage(): Promise<Usage>;
  /** Ends it without a word, as a lost machine does; what it has stored stays. */
  kill(): Promise<void>;
  /** Ends it, and what it has stored. */
  stop(): Promise<void>;
}

export async function startMeasured(
  file: 'floor.ts' | 'relay.ts',
  env: Record<string, string> = {},
): Promise<Measured> {
  const dataDir = env.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const child: ChildProcess = fork(join(import.meta.dirname, file), {
    execArgv: ['--expose-gc'],
    env: { ...process.env, ...env, DATA_DIR: dataDir },
  });
  const [port] = await once(child, 'message');
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage as Usage;
    },
    kill,
    async stop() {
      await kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

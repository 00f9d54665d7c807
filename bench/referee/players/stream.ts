import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '@throughline/shared/schema';
import type { History } from '../history.ts';
import { sighting } from './endpoint.ts';

export interface StreamReader {
  /** Ids it has seen. */
  seen: ReadonlySet<string>;
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/** A program that reads the log as it grows, and goes on behind what it has after every break. */
export function followStream(
  { relay, key, after }: { relay: string; key: string; after: number },
  history: History,
): StreamReader {
  const ended = new AbortController();
  const seen = new Set<string>();
  let last = String(after);

  function take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)] as const;
      }),
    );
    const data = fields.get('data');
    if (!data) return;
    const event = JSON.parse(data) as CloudEvent;
    last = fields.get('id') ?? last;
    seen.add(event.id);
    history.add({ f: 'stream_recv', ...sighting(event) });
  }

  async function read(): Promise<void> {
    const url = `${relay}/v1/events/stream?after=${encodeURIComponent(last)}`;
    const headers = { authorization: `Bearer ${key}` };
    const { ok, body } = await fetch(url, { headers, signal: ended.signal });
    if (!ok || !body) return;
    let text = '';
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + part).split('\n\n');
      text = blocks.pop() ?? '';
      blocks.forEach(take);
    }
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      await read().catch(() => {});
      await sleep(PAUSE_MS);
    }
  }

  const running = run();
  return {
    seen,
    async stop() {
      ended.abort();
      await running;
    },
  };
}

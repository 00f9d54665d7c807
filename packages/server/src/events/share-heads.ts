import type { Bus } from '../lib/bus.ts';
import type { Store } from '../store/store.ts';

/** Of many commits the last one says as much. */
const GATHER_MS = 10;

interface Head {
  kind: 'head';
  offset: number;
}

const isHead = (message: object): message is Head => 'kind' in message && message.kind === 'head';

/** Tells other relays how far the log goes, so that they need not find out. Returns the end of it. */
export function shareHeads(store: Store, bus: Bus): () => void {
  let newest = 0;
  let timer: NodeJS.Timeout | undefined;
  bus.hear((message) => {
    if (isHead(message)) store.hint(message.offset);
  });
  const forget = store.onCommit((ours) => {
    if (ours === undefined) return;
    newest = Math.max(newest, ours);
    timer ??= setTimeout(() => {
      timer = undefined;
      bus.send({ kind: 'head', offset: newest } satisfies Head);
    }, GATHER_MS).unref();
  });
  return () => {
    forget();
    clearTimeout(timer);
  };
}

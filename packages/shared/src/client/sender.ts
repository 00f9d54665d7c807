import type { ErrorCode } from '../errors.ts';
import type { Ack, Receipt } from '../schema/wire.ts';
import type { Undo } from './connection.ts';
import { confirmed, type Entry, failed, head, type Outbox, sending, unanswered } from './outbox.ts';

export interface SenderOptions {
  read(): Outbox;
  write(box: Outbox): void;
  request(name: string, input: unknown): Promise<Ack<Receipt> | undefined>;
  setTimer(run: () => void, ms: number): Undo;
  /** The relay has it. */
  onConfirmed(entry: Entry, receipt: Receipt): void;
  /** The relay refused it for good. */
  onFailed?(entry: Entry, code: ErrorCode): void;
}

export interface Sender {
  /** Sends what is queued, in order; call it when online and after every enqueue. */
  drain(): void;
  /** The link is gone: what was under way is queued again. */
  pause(): void;
}

const RETRY_MS = 1000;

/** Empties the outbox over whatever connection there is: one at a time, next only after the answer. */
export function createSender(options: SenderOptions): Sender {
  let busy = false;
  let stopTimer: Undo = () => {};

  /** Whether to go on with the next entry. */
  async function send(entry: Entry): Promise<boolean> {
    const { id } = entry.input;
    options.write(sending(options.read(), id));
    const ack = await options.request(entry.name, entry.input);
    if (!ack) {
      options.write(unanswered(options.read()));
      return false;
    }
    if (ack.ok) {
      options.onConfirmed(entry, ack.data);
      options.write(confirmed(options.read(), id));
      return true;
    }
    if (ack.error.retryable) {
      options.write(unanswered(options.read()));
      stopTimer();
      stopTimer = options.setTimer(drain, ack.error.retryAfterMs ?? RETRY_MS);
      return false;
    }
    options.write(failed(options.read(), id, ack.error.code));
    options.onFailed?.(entry, ack.error.code);
    return true;
  }

  async function run(): Promise<void> {
    for (let entry = head(options.read()); entry; entry = head(options.read()))
      if (!(await send(entry))) return;
  }

  function drain(): void {
    if (busy) return;
    busy = true;
    run().finally(() => {
      busy = false;
    });
  }

  return {
    drain,
    pause() {
      stopTimer();
      options.write(unanswered(options.read()));
    },
  };
}

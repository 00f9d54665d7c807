import type { ErrorCode } from '../errors.ts';
import { FRAME_BYTES } from '../limits.ts';
import type { Ack, Receipt } from '../schema/wire.ts';
import type { Undo } from './connection.ts';
import { type Entry, failed, head, type Outbox, remove, sending, unanswered } from './outbox.ts';

export interface SenderOptions {
  read(): Outbox;
  write(box: Outbox): void;
  request(name: string, input: unknown): Promise<Ack<Receipt> | undefined>;
  setTimer(run: () => void, ms: number): Undo;
  /** The relay has it, as it is told here. */
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
/** What a frame needs beside its payload: namespace, ack number, the command's name. */
const FRAME_ROOM_BYTES = 256;

/** The relay would close the connection over it, again and again. */
const isTooLarge = ({ input }: Entry): boolean =>
  new TextEncoder().encode(JSON.stringify(input)).length > FRAME_BYTES - FRAME_ROOM_BYTES;

/** What became of it: the relay keeps no card numbers, and says what it kept instead. */
const keptOf = (entry: Entry, { text }: Receipt): Entry =>
  text === undefined ? entry : ({ ...entry, input: { ...entry.input, text } } as Entry);

/** Empties the outbox over whatever connection there is: one at a time, next only after the answer. */
export function createSender(options: SenderOptions): Sender {
  let busy = false;
  /** Asked to drain while busy: over a new link, perhaps, while the old one still owes an answer. */
  let again = false;
  let stopTimer: Undo = () => {};

  function refuse(entry: Entry, code: ErrorCode): void {
    options.write(failed(options.read(), entry.input.id, code));
    options.onFailed?.(entry, code);
  }

  /** Whether to go on with the next entry. */
  async function send(entry: Entry): Promise<boolean> {
    const { id } = entry.input;
    if (isTooLarge(entry)) {
      refuse(entry, 'payload_too_large');
      return true;
    }
    options.write(sending(options.read(), id));
    const ack = await options.request(entry.name, entry.input);
    if (!ack) {
      options.write(unanswered(options.read()));
      return false;
    }
    if (ack.ok) {
      options.onConfirmed(keptOf(entry, ack.data), ack.data);
      options.write(remove(options.read(), id));
      return true;
    }
    if (ack.error.retryable) {
      options.write(unanswered(options.read()));
      stopTimer();
      stopTimer = options.setTimer(drain, ack.error.retryAfterMs ?? RETRY_MS);
      again = false;
      return false;
    }
    refuse(entry, ack.error.code);
    return true;
  }

  async function run(): Promise<void> {
    for (let entry = head(options.read()); entry; entry = head(options.read()))
      if (!(await send(entry))) return;
  }

  function drain(): void {
    again = busy;
    if (busy) return;
    busy = true;
    run()
      // The owner failed over an answer; sending it once more does no harm, forgetting it would.
      .catch(() => options.write(unanswered(options.read())))
      .finally(() => {
        busy = false;
        if (again) drain();
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

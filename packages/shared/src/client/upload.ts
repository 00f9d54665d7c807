import type { ErrorCode } from '../errors.ts';
import type { Attachment } from '../schema/events/index.ts';
import type { FileTicket } from '../schema/files.ts';
import type { Ack } from '../schema/wire.ts';

/** What bringing a file needs of the client around it. */
export interface UploadGround {
  /** Asks over the socket, once there is one; undefined: no answer came. */
  ask(name: 'file:begin', claim: object): Promise<Ack<FileTicket> | undefined>;
  /** Where the relay is, without a slash at the end; empty: where the page is from. */
  relay: string;
}

export interface Upload {
  id: string;
  conversation: string;
  file: File;
  /** Bytes that are on their way or there. */
  onProgress(bytes: number): void;
  signal: AbortSignal;
}

export type Brought = { ok: true; attachment: Attachment } | { ok: false; code: ErrorCode };

/** The relay's word on the bytes; undefined: the network broke off. */
type Word = Brought | undefined;

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [1000, 30_000];
/** Tickets run out while a page sleeps; one that never fits is a refusal. */
const TICKETS_MAX = 3;

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });

function read(text: string): Word {
  try {
    const said = JSON.parse(text);
    return said.code ? { ok: false, code: said.code } : { ok: true, attachment: said };
  } catch {
    // A proxy's own page, perhaps.
    return undefined;
  }
}

/** `fetch` tells nobody how far it is. */
function put(address: string, ticket: string, { file, onProgress, signal }: Upload): Promise<Word> {
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    call.open('PUT', address);
    call.setRequestHeader('throughline-ticket', ticket);
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.upload.onprogress = ({ loaded }) => onProgress(loaded);
    call.onloadend = () => done(read(call.responseText));
    signal.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}

async function attempt(upload: Upload, { ask, relay }: UploadGround): Promise<Word> {
  const { id, conversation, file } = upload;
  const { name, size, type } = file;
  const begun = await ask('file:begin', { id, conversation, name, size, type });
  if (!begun || upload.signal.aborted) return undefined;
  if (!begun.ok) return begun.error.retryable ? undefined : { ok: false, code: begun.error.code };
  const { url, ticket, stored } = begun.data;
  return stored ? { ok: true, attachment: stored } : put(relay + url, ticket ?? '', upload);
}

/**
 * Brings a file to the relay, and goes on after whatever interrupts it: the id makes a repeat harmless,
 * also when only the answer was lost. Undefined: it was given up.
 */
export async function bringFile(
  upload: Upload,
  ground: UploadGround,
): Promise<Brought | undefined> {
  const { signal, onProgress } = upload;
  let [waitMs, tickets] = [FIRST_WAIT_MS, 0];
  while (!signal.aborted) {
    const said = await attempt(upload, ground);
    if (signal.aborted) break;
    if (said && (said.ok || !isPassing(said.code, ++tickets))) return said;
    onProgress(0);
    await wait(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
  return undefined;
}

const isPassing = (code: ErrorCode, tickets: number): boolean =>
  /^(rate_limited|overloaded|going_away|storage_unavailable|internal)$/.test(code) ||
  (code === 'ticket_invalid' && tickets < TICKETS_MAX);

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import type { Ack, FileLinks, FileTicket } from '@throughline/shared/schema';
import type { Stage } from './player.ts';

/** Asks the relay over a socket; undefined: it did not answer. */
type Ask = (name: 'file:begin' | 'file:links', input: never) => Promise<Ack<unknown> | undefined>;

const AGAIN_MS = 200;
const PATIENCE_MS = 5000;
const TRIES = 50;
const LINKS_MAX = 50;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Bringing {
  ask: Ask;
  proc: string;
  conversation: string;
  text: string;
}

/** Once, with a ticket of its own; true: the relay says that it has it. */
async function bringOnce({ ask, conversation, text }: Bringing, id: string, { relay }: Stage) {
  const claim = { name: 'notes.txt', size: Buffer.byteLength(text), type: 'text/plain' };
  const ack = await ask('file:begin', { id, conversation, ...claim } as never);
  const ticket = ack?.ok ? (ack.data as FileTicket) : undefined;
  if (!ticket || 'stored' in ticket) return ticket !== undefined;
  const { ok } = await fetch(relay + ticket.url, {
    method: 'PUT',
    headers: { 'throughline-ticket': ticket.ticket ?? '' },
    body: text,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return ok;
}

/** Brings a file, again and again under the same id; its id once the relay has it. */
export async function bring(bringing: Bringing, stage: Stage): Promise<string | undefined> {
  const id = uuidv7();
  for (let i = 0; i < TRIES; i += 1) {
    if (await bringOnce(bringing, id, stage).catch(() => false)) {
      const { proc, conversation: conv, text } = bringing;
      stage.history.add({ f: 'upload', proc, conv, file: id, hash: hashOf(Buffer.from(text)) });
      stage.files.push(id);
      return id;
    }
    await sleep(AGAIN_MS);
  }
  return undefined;
}

async function fetchOnce(url: string): Promise<string | null> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return response.ok ? hashOf(await response.bytes()) : null;
}

/** A connection may break; an answer counts. */
const fetchHash = (url: string): Promise<string | null> =>
  fetchOnce(url)
    .catch(() => fetchOnce(url))
    .catch(() => null);

/** Asks for every file of the storm, and notes what came of each. */
export async function fetchAll(ask: Ask, proc: string, { relay, files, history }: Stage) {
  for (let at = 0; at < files.length; at += LINKS_MAX) {
    const some = files.slice(at, at + LINKS_MAX);
    const ack = await ask('file:links', { files: some } as never);
    if (!ack?.ok) continue;
    const links = ack.data as FileLinks;
    for (const file of some) {
      const url = links[file]?.url;
      const hash = url ? await fetchHash(relay + url) : null;
      history.add({ f: 'fetch', proc, file, hash });
    }
  }
}

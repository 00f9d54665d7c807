import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ErrorCode } from '@throughline/shared';
import type { Attachment, EventData, FileTicket } from '@throughline/shared/schema';
import { type ScannerAddress, scan } from '../../lib/clamd.ts';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Signer } from '../../lib/signer.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Store, StoredFile } from '../../store/store.ts';
import type { Conversations } from '../commands.ts';
import type { Principal } from '../policy.ts';
import { collect } from './collect.ts';
import { toAttachment } from './decide.ts';
import { inspect } from './inspect.ts';
import { createPlaces } from './places.ts';
import { type Claim, makeRoom, type Room } from './room.ts';
import { createTickets, TICKET_MS } from './tickets.ts';

interface Bringing {
  ticket: string;
  /** What the sender says it is going to send; undefined: it does not say. */
  length: number | undefined;
  body: Readable;
}

export interface Uploads {
  /**
   * Makes room for a file and hands out a ticket for its bytes.
   * @throws AppError
   */
  begin(who: Principal, claim: Claim): Promise<FileTicket>;
  /**
   * Takes the bytes; once it resolves they are stored, looked at, and usable by whoever brought them.
   * @throws AppError
   */
  receive(id: string, bringing: Bringing): Promise<Attachment>;
}

interface Ground {
  store: Store;
  blobs: Blobs;
  conversations: Pick<Conversations, 'run'>;
  signer: Signer;
  limits: Room & { keepMetadata: boolean };
  /** Looks at each as well; undefined: nobody else does. */
  scanner: ScannerAddress | undefined;
  now: Clock;
  /** A folder of this machine for what is on its way. */
  incoming: string;
  /** Whether other relays may use the same folder. */
  isShared: boolean;
}

type Rejected = EventData<'attachment.rejected'>;

/** From here on the disk is kept for what people write. */
const FULL = 0.9;

const refusals: Record<Rejected['reason'], ErrorCode> = {
  content: 'file_content_mismatch',
  size: 'file_too_large',
  malware: 'file_blocked',
};

/** Whatever is in there was on its way when a relay ended; in a shared folder also what is now. */
function prepareIncoming({ incoming, isShared }: Pick<Ground, 'incoming' | 'isShared'>): void {
  if (!isShared) rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  if (!isShared) return;
  removeOld(incoming);
  // What a relay left that ended a moment ago is too young now.
  setTimeout(removeOld, 2 * TICKET_MS, incoming).unref();
}

/** What nobody has written to for as long as a ticket lives. */
function removeOld(incoming: string): void {
  const names = existsSync(incoming) ? readdirSync(incoming) : [];
  for (const path of names.map((name) => join(incoming, name))) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > TICKET_MS) rmSync(path, { force: true });
  }
}

/** How files get in: asked for over a socket, brought over HTTP, looked at, and then in the log. */
export function createUploads(ground: Ground): Uploads {
  const { store, blobs, conversations, incoming, limits, scanner, now } = ground;
  const tickets = createTickets(ground.signer, now);
  const inPlace = createPlaces();
  prepareIncoming(ground);

  async function keep(
    file: StoredFile,
    who: Principal,
    stored: Omit<EventData<'attachment.uploaded'>, 'attachment'>,
  ): Promise<Attachment> {
    const { id, conversation } = file;
    const about = { id, conversation, attachment: id, ...stored };
    const outcome = await conversations.run(who, 'file:store', about);
    if (!outcome.ok) throw new AppError(outcome.error.code);
    return toAttachment({
      ...file,
      ...stored,
      width: stored.width ?? null,
      height: stored.height ?? null,
    });
  }

  /**
   * The log says so to both sides, before the sender is told. What is harmful is put away only then: it
   * must not take the place of what came with another ticket for the same file.
   */
  async function reject(
    { id, conversation, type, bytes }: StoredFile,
    who: Principal,
    { reason, path }: { reason: Rejected['reason']; path: string },
  ): Promise<never> {
    const about = { id, conversation, attachment: id, type, bytes, reason };
    const outcome = await conversations.run(who, 'file:reject', about);
    if (outcome.ok && reason === 'malware') await blobs.put(id, path);
    throw new AppError(outcome.ok ? refusals[reason] : outcome.error.code);
  }

  /** Another ticket may have brought it while this one's bytes dripped in. */
  async function checkAwaited(id: string): Promise<void> {
    if ((await store.read.files.get(id))?.state !== 'begun') throw new AppError('ticket_invalid');
  }

  /** What the scanner makes of it, where there is one. */
  async function scanned(path: string): Promise<'malware' | undefined> {
    const name = scanner && (await scan(scanner, path));
    return name === undefined ? undefined : 'malware';
  }

  async function take(file: StoredFile, who: Principal, body: Readable): Promise<Attachment> {
    const path = join(incoming, `${file.id}.${randomUUID()}`);
    const { id, type, bytes } = file;
    try {
      const sha256 = await collect(path, body, bytes);
      const found = await inspect(path, type, limits);
      const reason = 'reason' in found ? found.reason : await scanned(path);
      if (reason !== undefined) return await reject(file, who, { reason, path });
      await checkAwaited(id);
      await blobs.put(id, path);
      return await keep(file, who, { type, bytes, sha256, ...found });
    } finally {
      await rm(path, { force: true });
    }
  }

  return {
    async begin(who, claim) {
      if ((await blobs.fullness()) > FULL) throw new AppError('quota_exceeded');
      const asked = { ...claim, who, now: now() };
      const file = await store.write(claim.conversation, (tx) => makeRoom(tx, asked, limits));
      const about = { id: file.id, url: `/v1/files/${file.id}` };
      return file.state === 'stored'
        ? { ...about, stored: toAttachment(file) }
        : { ...about, ticket: tickets.issue(file.id, who) };
    },

    async receive(id, { ticket, length, body }) {
      const file = await store.read.files.get(id);
      if (!file) throw new AppError('not_found');
      const who = tickets.redeem(file, ticket, length);
      // Before anybody reads what they bring; the log is asked again.
      if (who.kind === 'visitor' && (await store.read.contacts.isBlocked(who.id)))
        throw new AppError('blocked');
      return inPlace(file.owner, () => take(file, who, body));
    },
  };
}

import { AppError } from '../../lib/errors.ts';
import { claimOf } from '../../lib/media/kinds.ts';
import { live } from '../../store/contact.ts';
import type { Conversation, StoredFile, Tx } from '../../store/store.ts';
import { maySee, mayStillOfErased, type Principal } from '../policy.ts';
import { tidyName } from './names.ts';

/** What somebody says they are going to bring. */
export interface Claim {
  id: string;
  conversation: string;
  name: string;
  size: number;
  type: string;
}

/** Bytes of one file, and of all files of a conversation. */
export interface Room {
  maxBytes: number;
  quotaBytes: number;
}

type Asked = Claim & { who: Principal; now: number };

/** Refuses what could never be taken, before anybody sends a byte of it. */
function typeOf({ name, type, size }: Claim, { maxBytes }: Room): string {
  const said = claimOf(name, type);
  if (said === 'not_allowed') throw new AppError('file_type_not_allowed');
  if (said === 'mismatch') throw new AppError('file_content_mismatch');
  if (size > maxBytes) throw new AppError('file_too_large');
  return said.type;
}

const isSame = (known: StoredFile, { who, conversation, size }: Asked, type: string): boolean =>
  known.conversation === conversation &&
  known.ownerKind === who.kind &&
  known.owner === who.id &&
  known.type === type &&
  (known.state === 'stored' || (known.state === 'begun' && known.bytes === size));

/** Nothing is taken from who is blocked, and of who is erased nothing from programs either. */
const isShutOut = async (tx: Tx, who: Principal, { contact }: Conversation): Promise<boolean> =>
  who.kind === 'visitor'
    ? tx.contacts.isBlocked(contact)
    : !mayStillOfErased(who, 'file:store') && !!(await live(tx, contact))?.erasure;

/** A row for the file, which also holds its room; the one that is there already, if it is the same file. */
export async function makeRoom(tx: Tx, asked: Asked, room: Room): Promise<StoredFile> {
  const { id, conversation, who, size: bytes, now: createdAt } = asked;
  const row = await tx.conversations.get(conversation);
  if (!row || !maySee(who, row)) throw new AppError('not_found');
  if (await isShutOut(tx, who, row)) throw new AppError('blocked');
  const type = typeOf(asked, room);
  const known = await tx.files.get(id);
  if (known ? !isSame(known, asked, type) : await tx.events.find(id))
    throw new AppError('idempotency_conflict');
  if (known) return known;
  if ((await tx.files.bytesOf(conversation)) + bytes > room.quotaBytes)
    throw new AppError('quota_exceeded');
  const file: StoredFile = {
    ...{ id, conversation, ownerKind: who.kind, owner: who.id },
    ...{ name: tidyName(asked.name), type, bytes, width: null, height: null },
    ...{ state: 'begun', message: null, createdAt },
  };
  await tx.files.insert(file);
  return file;
}

import type { ErrorCode } from '@throughline/shared';
import type { Attachment, CommandInput, EventData } from '@throughline/shared/schema';
import type { StoredFile } from '../../store/store.ts';
import type { Principal } from '../policy.ts';

/** What becomes of files beside what becomes true of the conversation. */
export type FileChange =
  /** These belong to the message from now on. */
  | { attach: StoredFile[] }
  | { save: StoredFile }
  /** Those of this message are no more. */
  | { release: string };

type Attached =
  | { data: EventData<'message.created'>; change: { files?: FileChange } }
  | { refuse: ErrorCode };

export const toAttachment = ({ id, name, type, bytes, width, height }: StoredFile): Attachment => ({
  id,
  name,
  type,
  bytes,
  ...(width !== null && height !== null && { width, height }),
});

/** Whether this sender's message may show the file: their own, of this conversation, arrived, and in no other. */
function mayShow(file: StoredFile | undefined, conversation: string, who: Principal) {
  const isTheirs =
    file?.conversation === conversation &&
    file.ownerKind === who.kind &&
    // A conversation has one visitor, who may have become another contact since.
    (who.kind === 'visitor' || file.owner === who.id);
  if (!isTheirs || file.state === 'held' || file.state === 'gone') return 'not_found';
  if (file.state === 'begun') return 'attachment_not_ready';
  return file.message === null ? undefined : 'wrong_status';
}

/** What a message says, with the files it names. */
export function attach(
  { id, conversation, text, files: ids = [] }: CommandInput<'message:send'>,
  files: StoredFile[],
  who: Principal,
): Attached {
  const named = [...new Set(ids)].map((file) => files.find((it) => it.id === file));
  for (const file of named) {
    const no = mayShow(file, conversation, who);
    if (no) return { refuse: no };
  }
  const shown = named.flatMap((file) => (file ? [{ ...file, message: id }] : []));
  const attachments = shown.map(toAttachment);
  if (shown.length === 0) return { data: { text }, change: {} };
  return { data: { text, attachments }, change: { files: { attach: shown } } };
}

/** The bytes of a file were looked at. */
export function settle<F>(
  [file]: StoredFile[] = [],
  outcome: Pick<StoredFile, 'state' | 'bytes'> & {
    width?: number | undefined;
    height?: number | undefined;
  },
  fact: F,
): { facts: F[]; files: FileChange } | { refuse: ErrorCode } {
  if (file?.state !== 'begun') return { refuse: 'ticket_invalid' };
  const { state, bytes, width = null, height = null } = outcome;
  return { facts: [fact], files: { save: { ...file, state, bytes, width, height } } };
}

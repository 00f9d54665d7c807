import type { Readable } from 'node:stream';
import type { FileLinks } from '@throughline/shared/schema';
import type { Clock } from '../../lib/clock.ts';
import { isPicture } from '../../lib/media/kinds.ts';
import type { Signer } from '../../lib/signer.ts';
import type { Blobs } from '../../store/blobs.ts';
import { live } from '../../store/contact.ts';
import type { Store, StoredFile } from '../../store/store.ts';
import { maySee, type Principal } from '../policy.ts';

/** Who looks, as it stands in a link. */
type Viewer = Pick<Principal, 'kind' | 'id'>;

interface LinkClaim {
  viewer?: string | undefined;
  expires?: string | undefined;
  signature?: string | undefined;
}

interface ServedFile extends Pick<StoredFile, 'name' | 'type' | 'bytes'> {
  body: Readable;
  /** A picture, checked when it came: a browser may draw it in place. */
  isInline: boolean;
}

export interface Links {
  /** Of those this one may see. */
  of(who: Principal, files: string[]): Promise<FileLinks>;
  /** Undefined: there is nothing here for whoever has this link, or not any more. */
  open(id: string, claim: LinkClaim): Promise<ServedFile | undefined>;
}

interface Ground {
  store: Store;
  blobs: Blobs;
  signer: Signer;
  now: Clock;
}

const LINK_MS = 5 * 60_000;

/** Whether somebody may see a file now: their own, or one of a message in a conversation they see. */
async function mayFetch(
  { store: { read } }: Ground,
  file: StoredFile,
  { kind, id }: Viewer,
): Promise<boolean> {
  const isOwn = file.ownerKind === kind && file.owner === id;
  if (file.state !== 'stored' || (file.message === null && !isOwn)) return false;
  const row = await read.conversations.get(file.conversation);
  if (!row) return false;
  if (kind === 'visitor') {
    const contact = await live(read, id);
    return !contact?.blocked && maySee({ kind, id: contact?.id ?? id, site: row.site }, row);
  }
  if (kind === 'agent') return (await read.agents.get(id))?.disabled === false;
  return (await read.keys.get(id))?.revoked === false;
}

/** Links that are good for minutes, for one viewer and one file; what they open is asked anew each time. */
export function createLinks(ground: Ground): Links {
  const { store, blobs, signer, now } = ground;
  return {
    async of({ kind, id: viewer }, ids) {
      const links: FileLinks = {};
      const who = `${kind}:${viewer}`;
      const expiresAt = now() + LINK_MS;
      for (const id of ids) {
        const file = await store.read.files.get(id);
        if (!file || !(await mayFetch(ground, file, { kind, id: viewer }))) continue;
        const signature = signer.sign('link', id, who, String(expiresAt));
        const query = new URLSearchParams({ viewer: who, expires: String(expiresAt), signature });
        links[id] = { url: `/v1/files/${id}?${query}`, expiresAt };
      }
      return links;
    },

    async open(id, { viewer = '', expires = '', signature = '' }) {
      if (!signer.isSigned(signature, 'link', id, viewer, expires)) return undefined;
      if (Number(expires) <= now()) return undefined;
      const file = await store.read.files.get(id);
      const [kind, who = ''] = viewer.split(':');
      if (!file || !(await mayFetch(ground, file, { kind: kind as Viewer['kind'], id: who })))
        return undefined;
      const body = await blobs.read(id);
      return body && { ...file, body, isInline: isPicture(file.type) };
    },
  };
}

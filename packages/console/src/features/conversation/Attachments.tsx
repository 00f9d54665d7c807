import type { FileLinks } from '@throughline/shared/schema';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../../lib/bytes.ts';
import { useDesk, useStore } from '../../store/context.ts';
import type { Utterance } from '../../store/items.ts';
import { ClipIcon } from '../../ui/icons.tsx';

type Attached = Utterance['attachments'][number];

const UNFETCHED = 'The file could not be fetched. Try again.';

const [WIDEST_PX, HIGHEST_PX] = [320, 280];

/** The files of one message: pictures as they are, everything else as a row. */
export function Attachments({ files }: { files: readonly Attached[] }) {
  const { files: desk } = useDesk();
  const isOnline = useStore(({ link }) => link.status === 'online');
  const [links, setLinks] = useState<FileLinks>({});
  const ids = files.map(({ id }) => id);
  const renew = async () => {
    const asked = await desk.links(ids);
    setLinks((known) => ({ ...known, ...asked }));
    return asked;
  };
  useEffect(() => {
    if (isOnline && Object.keys(links).length === 0) void renew();
  }, [isOnline, ids.join()]);
  return (
    <ul class="files" aria-label="Files">
      {files.map((file) => (
        <li key={file.id}>
          <Opener file={file} link={links[file.id]} renew={renew} />
        </li>
      ))}
    </ul>
  );
}

interface OpenerProps {
  file: Attached;
  link: FileLinks[string] | undefined;
  /** Nothing: no answer came. */
  renew(): Promise<FileLinks>;
}

/** A link is good for minutes; an older one, or one that never came, is asked for when it is wanted. */
function Opener({ file, link, renew }: OpenerProps) {
  const anchor = useRef<HTMLAnchorElement>(null);
  const [isBroken, setBroken] = useState(false);
  const [fetching, setFetching] = useState<'' | 'Fetching the file…' | typeof UNFETCHED>('');
  const open = async () => {
    setFetching('Fetching the file…');
    const isThere = (await renew())[file.id] !== undefined;
    setFetching(isThere ? '' : UNFETCHED);
    if (isThere) requestAnimationFrame(() => anchor.current?.click());
  };
  const { name = 'File', type = '', width, height, bytes } = file;
  const isPicture = type.startsWith('image/') && width && height && !isBroken;
  const fit = isPicture ? Math.min(1, WIDEST_PX / width, HIGHEST_PX / height) : 1;
  return (
    <>
      <a
        ref={anchor}
        class="file"
        // Leads nowhere until there is an address, and can be reached all the same.
        href={link?.url ?? '#'}
        target="_blank"
        rel="noopener noreferrer"
        title={`${isPicture ? 'Open' : 'Download'} ${name}`}
        onClick={(event) => {
          if (link && link.expiresAt > Date.now()) return;
          event.preventDefault();
          if (fetching === '' || fetching === UNFETCHED) void open();
        }}
      >
        {isPicture ? (
          <img
            src={link?.url}
            alt={name}
            width={Math.round(width * fit) || 1}
            height={Math.round(height * fit) || 1}
            onError={() => setBroken(true)}
          />
        ) : (
          <span class="file-row">
            <ClipIcon size={20} />
            <span class="file-text">
              <bdi class="file-name">{name}</bdi>
              {bytes !== undefined && <span class="file-fate">{formatBytes(bytes)}</span>}
            </span>
          </span>
        )}
      </a>
      <span class="file-fate" role="status">
        {fetching}
      </span>
    </>
  );
}

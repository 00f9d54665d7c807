import type { FileLinks } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { filesWords } from '../../../i18n/words/files.ts';
import type { Attached } from '../../../store/state.ts';
import { useChat, useClient, useTexts } from '../../context.ts';
import { ClipIcon, DownIcon } from '../../icons.tsx';
import { useStyles } from '../../use-part.ts';
import css from './files.css?inline';
import { Thumbnail } from './Thumbnail.tsx';
import { filesOf } from './trays.ts';
import { useSize } from './use-size.ts';

/** The larger side of a picture in the thread. */
const [WIDEST_PX, HIGHEST_PX] = [260, 240];

/** The files of one message: pictures as they are, everything else as a row. */
export function Attachments({ files }: { files: Attached[] }): VNode {
  const { client } = useChat();
  const t = useTexts(filesWords);
  const list = useRef<HTMLUListElement>(null);
  useStyles(list, css);
  const { sent } = filesOf(client);
  const link = useLinks(files.map(({ id }) => id).join());
  return (
    <ul class="files" ref={list} aria-label={t('files')}>
      {files.map((file) => (
        <li key={file.id}>
          <Shown file={{ ...sent.get(file.id)?.attachment, ...file }} link={link} />
        </li>
      ))}
    </ul>
  );
}

interface Link {
  urlOf(id: string): string | undefined;
  /** Asks for other ones; nothing: no answer came. */
  renew(): Promise<FileLinks>;
  /** There is none, or it is too old. */
  isStale(id: string): boolean;
}

/** Where the files are, asked for once there is a connection. */
function useLinks(ids: string): Link {
  const { client } = useChat();
  const isOnline = useClient((state) => state.status === 'online');
  const [links, setLinks] = useState<FileLinks>({});
  const renew = async () => {
    const said = await client.ask<'file:links', FileLinks>('file:links', { files: ids.split(',') });
    if (!said?.ok) return {};
    setLinks(said.data);
    return said.data;
  };
  useEffect(() => {
    if (isOnline && Object.keys(links).length === 0) void renew();
  }, [isOnline, ids]);
  return {
    renew,
    urlOf: (id) => links[id] && client.relay + links[id].url,
    isStale: (id) => (links[id]?.expiresAt ?? 0) < Date.now(),
  };
}

interface ShownProps {
  file: Attached;
  link: Link;
}

function Shown({ file, link }: ShownProps): VNode {
  const { id, type = '', width, height } = file;
  const { client } = useChat();
  const local = filesOf(client).sent.get(id)?.file;
  const url = link.urlOf(id);
  const [isBroken, setBroken] = useState(false);
  const isPicture = type.startsWith('image/') && width && height && !isBroken;
  if (!isPicture) return <FileRow file={file} link={link} />;
  const fit = Math.min(1, WIDEST_PX / width, HIGHEST_PX / height);
  const box = { width: Math.round(width * fit) || 1, height: Math.round(height * fit) || 1 };
  return (
    <Opener file={file} link={link} verb="openFile">
      {local ? (
        <Thumbnail file={local} {...box} label={file.name ?? ''} />
      ) : (
        <img {...box} src={url} alt={file.name ?? ''} onError={() => setBroken(true)} />
      )}
    </Opener>
  );
}

function FileRow({ file, link }: ShownProps): VNode {
  const t = useTexts(filesWords);
  const size = useSize();
  const { name, bytes } = file;
  return (
    <Opener file={file} link={link} verb="downloadFile">
      <span class="file-row">
        <ClipIcon />
        <span class="chip-text">
          <bdi class="file-name">{name ?? t('file')}</bdi>
          {bytes !== undefined && <span class="chip-fate">{size(bytes)}</span>}
        </span>
        <DownIcon />
      </span>
    </Opener>
  );
}

interface OpenerProps extends ShownProps {
  verb: 'openFile' | 'downloadFile';
  children: VNode;
}

type Fetching = 'fileFetching' | 'fileUnfetched' | undefined;

/** A link that is good for minutes; an older one, or one that never came, is asked for when it is wanted. */
function Opener({ file, link, verb, children }: OpenerProps): VNode {
  const t = useTexts(filesWords);
  const anchor = useRef<HTMLAnchorElement>(null);
  const [fetching, setFetching] = useState<Fetching>();
  const { id } = file;
  const open = async () => {
    setFetching('fileFetching');
    const isThere = (await link.renew())[id] !== undefined;
    setFetching(isThere ? undefined : 'fileUnfetched');
    if (isThere) requestAnimationFrame(() => anchor.current?.click());
  };
  return (
    <>
      <a
        ref={anchor}
        class="file"
        // Leads nowhere until there is an address, and can be reached all the same.
        href={link.urlOf(id) ?? '#'}
        target="_blank"
        rel="noopener noreferrer"
        title={t(verb, { name: file.name ?? t('file') })}
        aria-busy={fetching === 'fileFetching'}
        onClick={(event) => {
          if (!link.isStale(id)) return;
          event.preventDefault();
          if (fetching !== 'fileFetching') void open();
        }}
      >
        {children}
      </a>
      <p class="chip-fate" role="status">
        {fetching && t(fetching)}
      </p>
    </>
  );
}

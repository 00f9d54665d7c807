import type { Tray, TrayItem } from '@throughline/shared/client/tray';
import type { VNode } from 'preact';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { filesWords } from '../../../i18n/words/files.ts';
import { useChat, useTexts, useView } from '../../context.ts';
import { AlertIcon, ClipIcon, CloseIcon } from '../../icons.tsx';
import { useStyles } from '../../use-part.ts';
import css from './files.css?inline';
import { Thumbnail } from './Thumbnail.tsx';
import { holds, isSendable, trayOf } from './trays.ts';
import { useSize } from './use-size.ts';

interface Props {
  /** The conversation, or `new`. */
  draft: string;
  /** Whether there is something to send. */
  onChange(hasFiles: boolean): void;
}

/** What is about to be sent, above the field one writes in. */
export function TrayView({ draft, onChange }: Props): VNode | null {
  const chat = useChat();
  const t = useTexts(filesWords);
  const tray = trayOf(chat, draft);
  const list = useRef<HTMLUListElement>(null);
  useStyles(list, css);
  useTray(tray);
  const picked = useView((view) => view.picked);
  useEffect(() => {
    // What is there now: since this was drawn it may have been sent, or more may have come.
    const there = chat.view.getState().picked;
    if (there.length === 0) return;
    tray.add(there);
    // In one step, or a message could slip through between the two without its files.
    onChange(holds(chat, draft));
    chat.view.setState({ picked: [] });
  }, [picked]);
  const hasFiles = holds(chat, draft);
  // As it is now, and not as it was drawn: for a moment the button would be dead.
  useEffect(() => onChange(holds(chat, draft)), [hasFiles]);
  useEffect(() => () => onChange(false), []);
  if (tray.items.length === 0) return null;
  return (
    <ul class="tray" ref={list} aria-label={t('files')}>
      {tray.items.map((item) => (
        <Chip key={item.id} item={item} tray={tray} />
      ))}
    </ul>
  );
}

function useTray(tray: Tray): void {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    redraw(0);
    return tray.subscribe(() => redraw(0));
  }, [tray]);
}

/** Another try makes no other file of it; but there may be room, or a connection, by then. */
const isWorthRetrying = ({ state, code = 'empty', file }: TrayItem): boolean =>
  state === 'failed' && file !== undefined && !/^(empty|too_long|file_.*|forbidden)$/.test(code);

function Chip({ item, tray }: { item: TrayItem; tray: Tray }): VNode {
  const t = useTexts(filesWords);
  const { name, state, file, type } = item;
  const isPicture = file !== undefined && type.startsWith('image/');
  const isFailed = !isSendable(item);
  return (
    <li class="chip" data-state={state}>
      <span class="chip-icon">
        {isFailed ? (
          <AlertIcon />
        ) : isPicture ? (
          <Thumbnail file={file} width={40} height={40} />
        ) : (
          <ClipIcon />
        )}
      </span>
      <span class="chip-text">
        <bdi class="file-name">{name}</bdi>
        <Fate item={item} isDue={tray.isDue} />
      </span>
      {isWorthRetrying(item) && (
        <button type="button" class="chip-retry" onClick={() => tray.retry(item.id)}>
          {t('tryAgain')}
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t('removeFile', { name })}
        onClick={() => tray.remove(item.id)}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

const known = (key: string): key is keyof typeof filesWords =>
  /^(empty|too_long|file_|quota_|forbidden)/.test(key);

function useReason({ state, code = 'internal', bytes }: TrayItem): string {
  const t = useTexts(filesWords);
  const size = useSize();
  const max = useView((view) => view.site?.files?.maxBytes) ?? Number.POSITIVE_INFINITY;
  if (state === 'lost') return t('fileLost');
  if (code === 'file_too_large' && bytes <= max) return t('picture_too_large');
  return known(code) ? t(code, { max: size(max) }) : t('fileFailed');
}

/** How far it is, or why it goes no further. */
function Fate({ item, isDue }: { item: TrayItem; isDue: boolean }): VNode {
  const t = useTexts(filesWords);
  const size = useSize();
  const reason = useReason(item);
  const { state, sent, bytes } = item;
  if (!isSendable(item))
    return (
      <span class="chip-fate" role="alert">
        {reason}
      </span>
    );
  return (
    <>
      <span class="chip-fate">{isDue ? t('fileDue') : size(bytes)}</span>
      {state === 'sending' && (
        <progress class="chip-progress" max={bytes} value={sent} aria-label={t('fileSending')} />
      )}
    </>
  );
}

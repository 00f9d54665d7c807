import { ERRORS } from '@throughline/shared';
import type { Tray, TrayItem } from '@throughline/shared/client/tray';
import { useEffect, useReducer } from 'preact/hooks';
import { formatBytes } from '../../lib/bytes.ts';
import { useDesk } from '../../store/context.ts';
import { IconButton } from '../../ui/Button.tsx';
import { AlertIcon, ClipIcon, CloseIcon } from '../../ui/icons.tsx';

/** The tray of a conversation, drawn again whenever something happens in it. */
export function useTray(conversation: string): Tray {
  const tray = useDesk().files.trayOf(conversation);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => tray.subscribe(() => redraw(0)), [tray]);
  return tray;
}

export const isSendable = ({ state }: TrayItem): boolean => state !== 'failed' && state !== 'lost';

/** What is about to be sent. */
export function FileTray({ tray }: { tray: Tray }) {
  if (tray.items.length === 0) return null;
  return (
    <ul class="tray" aria-label="Files to send">
      {tray.items.map((item) => (
        <li key={item.id} class={`chip chip-${item.state}`}>
          {isSendable(item) ? <ClipIcon size={20} /> : <AlertIcon size={20} />}
          <span class="file-text">
            <bdi class="file-name">{item.name}</bdi>
            <Fate item={item} isDue={tray.isDue} />
          </span>
          {item.code === 'quota_exceeded' && (
            <button type="button" class="link" onClick={() => tray.retry(item.id)}>
              Try again
            </button>
          )}
          <IconButton
            label={`Remove ${item.name}`}
            icon={CloseIcon}
            onClick={() => tray.remove(item.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function Fate({ item: { state, code, sent, bytes }, isDue }: { item: TrayItem; isDue: boolean }) {
  if (state === 'lost' || state === 'failed')
    return (
      <span class="file-fate" role="alert">
        {code ? ERRORS[code].message : 'Not sent. Choose it again.'}
      </span>
    );
  return (
    <>
      <span class="file-fate">{isDue ? 'Sent as soon as it is there' : formatBytes(bytes)}</span>
      {state === 'sending' && <progress max={bytes} value={sent} aria-label="On its way" />}
    </>
  );
}

/** Chooses files; several at once. */
export function AttachButton({ tray }: { tray: Tray }) {
  return (
    <label class="attach" title="Attach files">
      <input
        type="file"
        class="sr-only"
        multiple
        aria-label="Attach files"
        onChange={({ currentTarget }) => {
          tray.add(currentTarget.files ?? []);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <ClipIcon size={20} />
    </label>
  );
}

/** Takes the files of what was dropped or pasted; words are left to the field. */
export function takeFiles(tray: Tray, event: Event, from: DataTransfer | null): void {
  const types = from?.types ?? [];
  const isTable = types.includes('text/plain') && types.includes('text/html');
  if (!from?.files.length || isTable) return;
  event.preventDefault();
  tray.add(from.files);
}

import { LIMITS } from '@throughline/shared';
import { useState } from 'preact/hooks';
import type { BlockKind } from '../../lib/block-draft.ts';
import { isComposing } from '../../lib/typing.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { draftKey, type Mode, modeOf } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';
import { LockIcon, ReplyIcon, SendIcon } from '../../ui/icons.tsx';
import { Kbd, spell } from '../../ui/Kbd.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { Adding, BlockMenu } from './blocks/BlockMenu.tsx';
import { AttachButton, FileTray, isSendable, takeFiles, useTray } from './FileTray.tsx';

/** From here on the number of characters left is worth showing. */
const NEAR_LIMIT = LIMITS.textChars - 1000;

const words: Record<Mode, { send: string; label: string; placeholder: string }> = {
  reply: { send: 'Send reply', label: 'Reply to the visitor', placeholder: 'Write a reply…' },
  note: {
    send: 'Add note',
    label: 'Note for the team',
    placeholder: 'Write a note. The visitor never sees it…',
  },
};

const isTouch = (): boolean => globalThis.matchMedia?.('(pointer: coarse)').matches ?? false;

interface WritingProps {
  conversation: string;
  onAdd(kind: BlockKind): void;
}

/** Where one writes; beside it, not in it, what is put together to go with a reply. */
export function Composer({ conversation }: { conversation: string }) {
  const { preferences, notices } = useDesk();
  const [adding, setAdding] = useState<BlockKind | null>(null);
  const close = () => {
    setAdding(null);
    preferences.focus('composer');
  };
  const fail = () => {
    close();
    notices.say('It could not be loaded. Try again.', { tone: 'warning' });
  };
  return (
    <>
      <Writing conversation={conversation} onAdd={setAdding} />
      {adding && <Adding kind={adding} onClose={close} onFailed={fail} />}
    </>
  );
}

/** Replies go to the visitor, notes to the team; colour, icon, words and button all say which. */
function Writing({ conversation, onAdd }: WritingProps) {
  const desk = useDesk();
  const { drafts } = desk;
  const mode = useStore(modeOf);
  const text = useStore((state) => state.drafts[draftKey(conversation, mode)] ?? '');
  const focus = useStore((state) => state.focus);
  const enterSends = useStore(({ settings }) => settings.enterSends);
  const tray = useTray(conversation);
  const hasFiles = mode === 'reply' && !tray.isDue && tray.items.some(isSendable);
  const canSend = (text.trim() !== '' || hasFiles) && text.length <= LIMITS.textChars;

  function send(): boolean {
    if (!canSend) return false;
    if (hasFiles) desk.files.send(conversation, text.trim());
    else if (mode === 'reply') desk.outgoing.send(text.trim());
    else desk.outgoing.note(text.trim());
    drafts.take();
    // The field of a note goes with it; one writes on in that of a reply.
    if (mode === 'note') desk.preferences.focus('composer');
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === 'Escape') leave(event);
    if (event.key !== 'Enter' || event.altKey) return;
    const isChord = event.ctrlKey || event.metaKey;
    if (!isChord && (event.shiftKey || !enterSends || isTouch())) return;
    event.preventDefault();
    if (send() && isChord && event.shiftKey) desk.outgoing.resolve();
  }

  return (
    <form
      class={`composer composer-${mode}`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => mode === 'reply' && takeFiles(tray, event, event.dataTransfer)}
      onPaste={(event) => mode === 'reply' && takeFiles(tray, event, event.clipboardData)}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ModeChoice
        mode={mode}
        onMode={(next) => {
          drafts.setMode(next);
          desk.preferences.focus('composer');
        }}
      />
      <TextArea
        key={mode}
        label={words[mode].label}
        placeholder={words[mode].placeholder}
        value={text}
        onValue={drafts.write}
        onKeyDown={onKeyDown}
        onBlur={drafts.pause}
        focusOn={focus?.field === 'composer' ? focus.nth : undefined}
      />
      {mode === 'reply' && <FileTray tray={tray} />}
      <div class="composer-foot">
        {mode === 'reply' && (
          <>
            <AttachButton tray={tray} />
            <BlockMenu onPick={onAdd} />
          </>
        )}
        <Hint mode={mode} length={text.length} enterSends={enterSends} />
        <Button
          kind={mode === 'reply' ? 'primary' : 'note'}
          type="submit"
          icon={mode === 'reply' ? SendIcon : LockIcon}
          disabled={!canSend}
          title={`${words[mode].send} (${spell('Mod+Enter')}); with resolve: ${spell('Mod+Shift+Enter')}`}
        >
          {words[mode].send}
        </Button>
      </div>
    </form>
  );
}

function leave(event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.stopPropagation();
  event.currentTarget.blur();
}

function ModeChoice({ mode, onMode }: { mode: Mode; onMode(mode: Mode): void }) {
  return (
    <fieldset class="modes">
      <legend class="sr-only">What you write</legend>
      <button
        type="button"
        class="mode mode-reply"
        aria-pressed={mode === 'reply'}
        title={`Reply (${spell('r')})`}
        onClick={() => onMode('reply')}
      >
        <ReplyIcon /> Reply
      </button>
      <button
        type="button"
        class="mode mode-note"
        aria-pressed={mode === 'note'}
        title={`Note (${spell('n')})`}
        onClick={() => onMode('note')}
      >
        <LockIcon /> Note
      </button>
      {mode === 'note' && <span class="mode-remark">Only your team sees this</span>}
    </fieldset>
  );
}

interface HintProps {
  mode: Mode;
  length: number;
  enterSends: boolean;
}

function Hint({ mode, length, enterSends }: HintProps) {
  const left = LIMITS.textChars - length;
  if (length > NEAR_LIMIT)
    return (
      <p class={`composer-hint ${left < 0 ? 'composer-over' : ''}`} role="status">
        {left < 0 ? `${-left} characters too many` : `${left} characters left`}
      </p>
    );
  const verb = mode === 'reply' ? 'to send' : 'to add';
  return (
    <p class="composer-hint">
      <Kbd keys={enterSends ? 'Enter' : 'Mod+Enter'} /> {verb}
      {enterSends && (
        <span class="composer-newline">
          <Kbd keys="Shift+Enter" /> for a new line
        </span>
      )}
    </p>
  );
}

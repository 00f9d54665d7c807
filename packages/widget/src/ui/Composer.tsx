import { TEXT_CHARS } from '@throughline/shared';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Send } from '../hooks.ts';
import { after } from '../lib/soon.ts';
import { AttachButton } from './AttachButton.tsx';
import { type Chat, useChat, useClient, useTexts, useView } from './context.ts';
import { EmojiButton } from './EmojiButton.tsx';
import { SendIcon } from './icons.tsx';
import { loadFiles } from './load-files.ts';
import { pick } from './pick.ts';
import { usePart } from './use-part.ts';

/** After this long without a key, nobody is typing any more. */
const IDLE_MS = 4000;

/** Another object means: the visitor was brought here, perhaps with words to start from. */
interface Props {
  place: { conversation: string | null };
}

export function Composer({ place }: Props): VNode {
  const chat = useChat();
  const { client, view, send } = chat;
  const t = useTexts();
  const { conversation } = place;
  const draft = conversation ?? 'new';
  const [text, setText] = useState('');
  const [isChecking, setChecking] = useState(false);
  const [hasFiles, setHasFiles] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const here = useRef(place);
  here.current = place;
  const typing = useTyping(conversation);
  const isRefused = useClient((state) => state.status === 'refused');
  const picked = useView((state) => state.picked);
  const files = usePart(!!picked[0] || client.draft(`files:${draft}`) !== '', loadFiles);
  const isEmpty = text.trim() === '' && !hasFiles && picked.length === 0;
  useLayoutEffect(() => setText(client.draft(draft)), [place]);
  // What is not kept any more was somebody else's.
  useEffect(() => client.subscribe(() => setText(client.draft(draft))), [client, draft]);
  // Before the first frame that shows it: who clicked can type in that very frame.
  useLayoutEffect(() => {
    if (!view.getState().isQuiet) field.current?.focus({ preventScroll: true });
  }, [place]);

  const write = (value: string) => {
    setText(value);
    client.setDraft(draft, value);
    typing(value !== '');
  };
  const submit = () => {
    if (isEmpty || isChecking) return;
    setChecking(true);
    // The page may have a say in it, at once or after a while; the words stay until they are sent.
    // Asked anew: what was drawn last may be older than the hand that sends.
    const isMore =
      view.getState().picked[0] || files?.holds(chat, draft) || text.length > TEXT_CHARS;
    void after((isMore ? sendMore(chat) : send)(text.trim(), conversation), (sentTo) => {
      setChecking(false);
      if (sentTo) client.setDraft(draft, '');
      if (here.current !== place) return;
      // Of several messages the first ones may be on their way.
      if (sentTo) write('');
      else setText(client.draft(draft));
      if (sentTo && !conversation) view.setState({ place: { at: 'thread', conversation: sentTo } });
      field.current?.focus();
    });
  };
  return (
    <>
      {files && <files.TrayView key={draft} draft={draft} onChange={setHasFiles} />}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <AttachButton />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          placeholder={t('placeholder')}
          aria-label={t('placeholder')}
          enterkeyhint="send"
          disabled={isRefused}
          readOnly={isChecking}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onPaste={(event) => pick(view, event, event.clipboardData)}
          onKeyDown={(event) => isSending(event) && submit()}
        />
        <EmojiButton />
        <button type="submit" class="send" aria-label={t('send')} disabled={isEmpty || isRefused}>
          <SendIcon />
        </button>
      </form>
    </>
  );
}

/** Words with files, also before they are in the tray: nothing that was chosen stays behind. Or more than one message. */
const sendMore =
  (chat: Chat): Send =>
  (text, conversation) =>
    loadFiles().then(
      (files) => files.sendAll(chat)(text, conversation),
      () => null,
    );

function useTyping(conversation: string | null): (on: boolean) => void {
  const { client } = useChat();
  const idle = useRef<number>(0);
  useEffect(() => () => clearTimeout(idle.current), []);
  return (on) => {
    clearTimeout(idle.current);
    if (!conversation) return;
    client.setTyping(conversation, on);
    if (on) idle.current = window.setTimeout(() => client.setTyping(conversation, false), IDLE_MS);
  };
}

/** Enter sends; with Shift, or while a word is being composed, it belongs to the text: then its code is 229, also in Safari. */
function isSending(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.keyCode === 229) return false;
  event.preventDefault();
  return true;
}

import { LIMITS } from '@throughline/shared';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { after } from '../lib/soon.ts';
import { useChat, useClient, useTexts } from './context.ts';
import { SendIcon } from './icons.tsx';

/** After this long without a key, nobody is typing any more. */
const IDLE_MS = 4000;

/** Another object means: the visitor was brought here, perhaps with words to start from. */
interface Props {
  place: { conversation: string | null };
}

export function Composer({ place }: Props): VNode {
  const { client, view, send } = useChat();
  const t = useTexts();
  const { conversation } = place;
  const draft = conversation ?? 'new';
  const [text, setText] = useState('');
  const [isChecking, setChecking] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const here = useRef(place);
  here.current = place;
  const typing = useTyping(conversation);
  const isRefused = useClient((state) => state.status === 'refused');
  const isEmpty = text.trim() === '';
  useLayoutEffect(() => setText(client.draft(draft)), [place]);
  useEffect(() => {
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
    void after(send(text.trim(), conversation), (sentTo) => {
      setChecking(false);
      if (sentTo) client.setDraft(draft, '');
      if (here.current !== place) return;
      if (sentTo) write('');
      if (sentTo && !conversation) view.setState({ place: { at: 'thread', conversation: sentTo } });
      field.current?.focus();
    });
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        maxLength={LIMITS.textChars}
        placeholder={t('placeholder')}
        aria-label={t('placeholder')}
        enterkeyhint="send"
        disabled={isRefused}
        readOnly={isChecking}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" aria-label={t('send')} disabled={isEmpty || isRefused}>
        <SendIcon />
      </button>
    </form>
  );
}

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

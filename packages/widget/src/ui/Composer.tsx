import { LIMITS } from '@throughline/shared';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useChat, useClient, useTexts } from './context.ts';
import { SendIcon } from './icons.tsx';

/** After this long without a key, nobody is typing any more. */
const IDLE_MS = 4000;

/** Another object means: the visitor was brought here, perhaps with words to start from. */
interface Props {
  place: { conversation: string | null };
}

export function Composer({ place }: Props): VNode {
  const { client, view } = useChat();
  const t = useTexts();
  const { conversation } = place;
  const draft = conversation ?? 'new';
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(conversation);
  const isRefused = useClient((state) => state.status === 'refused');
  const isEmpty = text.trim() === '';
  useLayoutEffect(() => setText(client.draft(draft)), [place]);
  useEffect(() => field.current?.focus({ preventScroll: true }), [place]);

  const write = (value: string) => {
    setText(value);
    client.setDraft(draft, value);
    typing(value !== '');
  };
  const submit = () => {
    if (isEmpty) return;
    write('');
    const to = conversation ? { conversationId: conversation } : {};
    const { conversationId } = client.sendMessage(text.trim(), to);
    if (!conversation) view.setState({ place: { at: 'thread', conversation: conversationId } });
    field.current?.focus();
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

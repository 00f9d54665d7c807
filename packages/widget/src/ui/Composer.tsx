import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useChat, useTexts } from './context.ts';
import { SendIcon } from './icons.tsx';

const MAX_CHARS = 10_000;
/** After this long without a key, nobody is typing any more. */
const IDLE_MS = 4000;

interface Props {
  conversation: string | null;
  send(text: string): void;
}

export function Composer({ conversation, send }: Props): VNode {
  const { client } = useChat();
  const t = useTexts();
  const place = conversation ?? 'new';
  const [text, setText] = useState(() => client.draft(place));
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(conversation);
  useEffect(() => field.current?.focus({ preventScroll: true }), [place]);

  const write = (value: string) => {
    setText(value);
    client.setDraft(place, value);
    typing(value !== '');
  };
  const submit = () => {
    if (text.trim() === '') return;
    write('');
    send(text.trim());
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
        maxLength={MAX_CHARS}
        placeholder={t('placeholder')}
        aria-label={t('placeholder')}
        enterkeyhint="send"
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" aria-label={t('send')} disabled={text.trim() === ''}>
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

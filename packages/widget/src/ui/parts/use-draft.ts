import { useEffect, useRef } from 'preact/hooks';
import { type Chat, useChat } from '../context.ts';
import { onGone } from './gone.ts';

/** What was filled in earlier and not sent. Anything can stand in a browser's storage. */
export function draftIn(client: Chat['client'], name: string): object {
  try {
    return JSON.parse(client.draft(name) || '{}');
  } catch {
    return {};
  }
}

/**
 * Keeps what is filled in, until it is sent. Runs `change` with what is kept in its place, nothing mostly, when its
 * visitor is gone: it was somebody else's. What is known stands there from the beginning, and is kept nowhere else.
 */
export function useDraft(name: string, change: (kept: object) => void): (values: object) => void {
  const { client } = useChat();
  const text = useRef(client.draft(name));
  useEffect(
    () =>
      onGone(
        client,
        () => {
          text.current = client.draft(name);
          change(draftIn(client, name));
        },
        () => [name, text.current],
      ),
    [client, name],
  );
  return (values) => {
    text.current = JSON.stringify(values);
    client.setDraft(name, text.current);
  };
}

import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { blockWords } from '../i18n/words/block.ts';
import { useChat, useTexts } from './context.ts';

/** Tells a screen reader each new message of others once, open or closed. */
export function Announcer(): VNode {
  const { client, shown } = useChat();
  const t = useTexts<typeof blockWords>();
  const [said, say] = useState('');
  useEffect(
    () =>
      client.onNews(({ type, id, conversation: conversationId, actor, data }) => {
        if (type !== 'message.created' || actor.kind === 'visitor' || 'redacted' in data) return;
        const message = shown({
          id,
          conversationId,
          mine: false,
          name: actor.name,
          text: data.text,
        });
        if (!message) return;
        const tell = (text: string) =>
          text && say(t('from', { name: message.name ?? t('someone'), text }));
        if (message.text) tell(message.text);
        else
          import('./parts/beside.ts').then(
            (part) => tell(part.wordsFor({ actor, data }, t)),
            () => {},
          );
      }),
    [client],
  );
  return (
    <div class="unseen" aria-live="polite">
      {said}
    </div>
  );
}

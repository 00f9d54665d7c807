import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useChat, useTexts } from './context.ts';

/** Tells a screen reader each new message of others once, open or closed. */
export function Announcer(): VNode {
  const { client, shown } = useChat();
  const t = useTexts();
  const [said, say] = useState('');
  useEffect(
    () =>
      client.onNews(({ type, id, conversation: conversationId, actor, data }) => {
        if (type !== 'message.created' || actor.kind === 'visitor' || 'redacted' in data) return;
        const { name } = actor;
        const message = shown({ id, conversationId, mine: false, name, text: data.text });
        if (message) say(t('from', { name: message.name ?? t('someone'), text: message.text }));
      }),
    [client],
  );
  return (
    <div class="unseen" aria-live="polite">
      {said}
    </div>
  );
}

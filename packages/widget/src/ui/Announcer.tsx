import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useChat, useTexts } from './context.ts';

/** Tells a screen reader each new message of others once, open or closed. */
export function Announcer(): VNode {
  const { client } = useChat();
  const t = useTexts();
  const [said, say] = useState('');
  useEffect(
    () =>
      client.on('message.created', ({ message }) => {
        if (message.author === 'visitor') return;
        say(t('from', { name: message.name ?? t('someone'), text: message.text }));
      }),
    [client],
  );
  return (
    <div class="unseen" aria-live="polite">
      {said}
    </div>
  );
}

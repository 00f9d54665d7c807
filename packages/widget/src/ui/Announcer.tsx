import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { blockWords } from '../i18n/words/block.ts';
import { useChat, useClient, useTexts } from './context.ts';

/** What came together is all read; older lines need not stay for whoever reads through the page. */
const KEPT = 20;

/** Tells a screen reader each new message of others once, open or closed. */
export function Announcer(): VNode {
  const { client, shown } = useChat();
  const t = useTexts<typeof blockWords>();
  const [said, say] = useState<{ id: string; words: string }[]>([]);
  const contact = useClient((state) => state.contact);
  // What somebody else was told is not for whoever comes after them.
  useEffect(() => say([]), [contact]);
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
        const tell = (text: string) => {
          const words = text && t('from', { name: message.name ?? t('someone'), text });
          if (words) say((before) => [...before.slice(1 - KEPT), { id, words }]);
        };
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
      {said.map((one) => (
        <p key={one.id}>{one.words}</p>
      ))}
    </div>
  );
}

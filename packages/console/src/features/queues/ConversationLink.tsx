import type { ComponentChildren } from 'preact';
import { useDesk } from '../../store/context.ts';

/** Opens a conversation here; in a tab of its own for whoever asks the browser for one. */
export function ConversationLink({ to, children }: { to: string; children: ComponentChildren }) {
  const { go } = useDesk();
  return (
    <a
      class="promise"
      href={`/console/all/${to}`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go.open(to);
      }}
    >
      {children}
    </a>
  );
}

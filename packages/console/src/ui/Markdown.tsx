import { drawMarkdown, parseMarkdown } from '@throughline/shared/markdown';
import { h, type VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Confirm } from './Confirm.tsx';

/**
 * What agents and programs write, by the rules the visitor sees it by. A link whose words name another
 * place asks first.
 */
export function Markdown({ text }: { text: string }) {
  const [asked, setAsked] = useState<string | null>(null);
  const drawn = useMemo(() => drawMarkdown<VNode>(parseMarkdown(text), h), [text]);
  const ask = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-pretends]');
    if (!link) return;
    event.preventDefault();
    setAsked(link.href);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is pressed is a link in it. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click. */}
      <div class="marks" onClick={ask}>
        {drawn}
      </div>
      {asked && (
        <Confirm
          title="Open this link?"
          text={`Its words name another place. It leads to ${asked}`}
          verb="Open"
          onConfirm={() => window.open(asked, '_blank', 'noopener,noreferrer')}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

import type { GreetingRule, SiteSettings } from '@throughline/shared/schema';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SHOWN, type Showing } from '../../lib/showing.ts';
import { Segments } from '../../ui/Segments.tsx';

/** A greeting or what a page leads to, which one wants to see, and how often one has looked. */
interface Look {
  greeting: GreetingRule | null;
  target: string | null;
  nth: number;
}

interface PreviewProps {
  settings: SiteSettings;
  look: Look;
  /** Whether somebody is there to answer. */
  isOnline: boolean;
  onOnline(isOnline: boolean): void;
}

/** The widget itself, on a page of its own, with what stands in the form. */
export function Preview({ settings, look, isOnline, onOnline }: PreviewProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setReady] = useState(false);
  const [view, setView] = useState<Showing['view']>('chat');
  const { greeting, target, nth } = look;
  useEffect(() => {
    const hear = ({ origin, source, data }: MessageEvent) => {
      const isOurs = origin === location.origin && source === frame.current?.contentWindow;
      if (isOurs && data === SHOWN) setReady(true);
    };
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, []);
  useEffect(() => {
    if (nth > 0) setView(greeting ? 'button' : 'chat');
  }, [nth]);
  useEffect(() => {
    const { reply } = settings;
    const replyMs = typeof reply === 'object' ? reply.withinMs : undefined;
    const kind = 'throughline.preview';
    const shown = { view, greeting, target, nth };
    const showing: Showing = { kind, settings, replyMs, isOnline, ...shown };
    if (isReady) frame.current?.contentWindow?.postMessage(showing, location.origin);
  }, [isReady, settings, isOnline, view, greeting, target, nth]);
  return (
    <aside class="preview" aria-label="Preview">
      <div class="preview-head">
        <Segments
          label="What is shown"
          options={[
            ['chat', 'Chat'],
            ['button', 'Closed'],
          ]}
          value={view}
          onChange={(next) => setView(next)}
        />
        <Segments
          label="Who is there"
          options={[
            ['online', 'Somebody there'],
            ['away', 'Nobody there'],
          ]}
          value={isOnline ? 'online' : 'away'}
          onChange={(who) => onOnline(who === 'online')}
        />
      </div>
      <iframe
        ref={frame}
        class="preview-frame"
        title="The widget, as it would be"
        src="/preview/"
        // A picture: what it does by itself must not take the focus from whoever types beside it.
        inert
      />
    </aside>
  );
}

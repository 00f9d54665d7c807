import type { WidgetOptions } from '../options.ts';
import { type Handed, isAsking, isHanded } from './handover.ts';

interface Ends {
  handOver(): Promise<Handed>;
  /** In the other window the visitor became somebody. */
  become(handed: Handed): void;
}

/**
 * Opens the relay's page of the chat alone and answers it, nobody else, who is talking. The page is told
 * where it comes from, to ask the relay whether that is one of the site's pages. Hands back its undo.
 */
export function popOut({ relay, site }: WidgetOptions, ends: Ends): () => void {
  const at = new URL('/chat/', relay);
  at.search = `${new URLSearchParams({ site, origin: location.origin })}`;
  const child = open(at, `throughline-${site}`, 'popup,width=420,height=720');
  if (!child) throw new Error('The browser opened no window: popout belongs into a click.');
  const hear = async ({ source, origin, data }: MessageEvent<unknown>) => {
    if (source !== child || origin !== at.origin) return;
    if (isAsking(data)) child.postMessage(await ends.handOver(), at.origin);
    else if (isHanded(data)) ends.become(data);
  };
  addEventListener('message', hear);
  return () => removeEventListener('message', hear);
}

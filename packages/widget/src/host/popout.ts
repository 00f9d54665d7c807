import type { WidgetOptions } from '../options.ts';
import type { Asking, Handed } from './handover.ts';

interface Ends {
  handOver(): Promise<Handed>;
  /** In the other window the visitor became somebody. */
  become(handed: Handed): void;
}

/** Opens the relay's page of the chat alone and answers it, nobody else, who is talking. Hands back its undo. */
export function popOut({ relay, site }: WidgetOptions, ends: Ends): () => void {
  const child = open(
    `${relay}/chat/?site=${site}`,
    `throughline-${site}`,
    'popup,width=420,height=720',
  );
  if (!child) throw new Error('The browser opened no window: popout belongs into a click.');
  const hear = async ({ source, origin, data }: MessageEvent<Asking | Handed>) => {
    if (source !== child || origin !== relay) return;
    if (data?.throughline === 'ready') child.postMessage(await ends.handOver(), relay);
    else if (data?.throughline === 'visitor') ends.become(data);
  };
  addEventListener('message', hear);
  return () => removeEventListener('message', hear);
}

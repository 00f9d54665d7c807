import { safeHref } from '@throughline/shared';
import type { VNode } from 'preact';
import { blockWords } from '../../i18n/words/block.ts';
import { useTexts } from '../context.ts';
import { OutIcon } from './icons.tsx';

/** A way out of the chat, into a tab of its own; where it leads can be seen beforehand. */
export function Out({ url, label }: { url: string; label: string }): VNode | null {
  const w = useTexts(blockWords);
  const href = safeHref(url);
  if (!href) return null;
  const opens = w('opens', { host: new URL(href).host });
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={opens}>
      <bdi>{label}</bdi>
      <OutIcon />
    </a>
  );
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from './context.ts';
import { SmileIcon } from './icons.tsx';
import { usePart } from './use-part.ts';

/** For whoever writes without a keyboard on the screen, which would have them. */
export function EmojiButton(): VNode {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const part = usePart(isOpen, () => import('./parts/emoji.tsx'));
  return (
    <>
      <button
        type="button"
        class="clip emoji"
        aria-label={t('emoji')}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <SmileIcon />
      </button>
      {isOpen && part && <part.EmojiGrid close={() => setOpen(false)} />}
    </>
  );
}

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useTexts } from '../context.ts';
import { useStyles } from '../use-part.ts';
import css from './emoji.css?inline';

const COLUMNS = 8;

/** What people say to a business; everything else their system's own picker has. */
const EMOJI = [
  ...['😀', '😄', '😂', '😊', '😉', '😍', '🤩', '🥳'],
  ...['🙂', '😅', '🤔', '😮', '😐', '🙄', '😕', '😬'],
  ...['😢', '😭', '😡', '😱', '😴', '🤒', '🤦', '🤷'],
  ...['👍', '👎', '👌', '👏', '🙏', '👋', '💪', '🤝'],
  ...['❤️', '💚', '💙', '💛', '🔥', '⭐', '🎉', '🎁'],
  ...['📦', '🚚', '🛒', '💳', '🧾', '📅', '⏰', '📍'],
  ...['📞', '📧', '📷', '💻', '🔑', '💡', '🔧', '🔍'],
  ...['✅', '❌', '❓', '❗', '⚠️', '➡️', '🔁', '☕'],
];

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

/** Where the keys lead from one of them; undefined: nowhere, or the key is not ours. */
function stepTo(at: number, key: string, isRtl: boolean): number | undefined {
  const isAcross = key === 'ArrowLeft' || key === 'ArrowRight';
  const step = (STEPS[key] ?? 0) * (isRtl && isAcross ? -1 : 1);
  const to = key === 'Home' ? 0 : key === 'End' ? EMOJI.length - 1 : at + step;
  return to !== at && to in EMOJI ? to : undefined;
}

/** Puts it where the field's caret is, as if it had been typed. */
function type(field: HTMLTextAreaElement, emoji: string): void {
  field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** One stop for Tab; arrows go through it, Escape and a choice lead back to the field. */
export function EmojiGrid({ close }: { close(): void }): VNode {
  const box = useRef<HTMLFieldSetElement>(null);
  const t = useTexts();
  useStyles(box, css);
  const buttons = () => [...(box.current?.children ?? [])] as HTMLElement[];
  useLayoutEffect(() => buttons()[0]?.focus(), []);
  const leave = (emoji?: string) => {
    const field = box.current?.form?.querySelector('textarea');
    if (field && emoji) type(field, emoji);
    field?.focus();
    close();
  };
  return (
    <fieldset
      ref={box}
      class="emojis"
      aria-label={t('emoji')}
      onKeyDown={(event) => {
        const at = buttons().indexOf(event.target as HTMLElement);
        const to = stepTo(at, event.key, box.current?.matches(':dir(rtl)') ?? false);
        if (event.key === 'Escape') leave();
        else if (to !== undefined) buttons()[to]?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onFocusOut={({ relatedTarget }) => {
        const to = relatedTarget as Element | null;
        // Its own button closes it by itself.
        if (to && !box.current?.contains(to) && to !== box.current?.previousElementSibling) close();
      }}
    >
      {EMOJI.map((emoji, i) => (
        <button key={emoji} type="button" tabIndex={i === 0 ? 0 : -1} onClick={() => leave(emoji)}>
          {emoji}
        </button>
      ))}
    </fieldset>
  );
}

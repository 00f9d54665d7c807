import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface TextAreaProps {
  label: string;
  value: string;
  onValue(value: string): void;
  onKeyDown(event: KeyboardEvent): void;
  onBlur?(): void;
  placeholder?: string;
  isFirst?: boolean;
  /** Moves the focus here whenever it becomes another value. */
  focusOn?: unknown;
}

/** A field that grows with its text: the style sheet lays a hidden copy under it, so nothing is measured. */
export function TextArea({ label, value, onValue, placeholder, ...rest }: TextAreaProps) {
  const { onKeyDown, onBlur, isFirst = false, focusOn } = rest;
  const ref: Ref<HTMLTextAreaElement> & { current: HTMLTextAreaElement | null } = useRef(null);
  // Before the next key comes: what is typed right behind a shortcut belongs in here.
  useLayoutEffect(() => {
    const field = ref.current;
    if (!field || (!isFirst && focusOn === undefined)) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }, [focusOn, isFirst]);
  return (
    <div class="grow" data-value={value}>
      <textarea
        ref={ref}
        class="textarea"
        rows={1}
        dir="auto"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      />
    </div>
  );
}

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from './Button.tsx';
import { CloseIcon } from './icons.tsx';

interface PaneProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
}

/** As the style sheet has it: then the pane lies over the list. */
const OVER = '(max-width: 74.99rem)';

/** What lies above takes the key for itself. */
const isCovered = (): boolean =>
  document.querySelector('dialog[open], .menu:popover-open') !== null;

/** What was chosen in a list, beside it or over it. */
export function Pane({ title, onClose, children }: PaneProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Beside the list, arrows go on leafing; over it, the focus has to come along, and to go back.
  useLayoutEffect(() => {
    if (!window.matchMedia?.(OVER).matches) return;
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // Wherever the focus is: a button that is busy has lost it, and the list beside has it while leafing.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isCovered()) return;
      event.preventDefault();
      onClose();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onClose]);
  return (
    <aside class="pane" aria-label={title}>
      <header class="pane-head">
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h2>
        <IconButton label="Close" hint="Esc" icon={CloseIcon} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}

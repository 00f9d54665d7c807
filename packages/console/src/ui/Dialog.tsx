import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  label: string;
  onClose(): void;
  children: ComponentChildren;
  kind?: 'picker' | 'card';
}

/** The browser's own modal dialog: it holds the focus, hides the rest, closes on Escape and gives focus back. */
export function Dialog({ label, onClose, children, kind = 'card' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog dialog-${kind}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        // The backdrop belongs to the dialog; a press on it has no element of ours as its target.
        if (event.target === ref.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}

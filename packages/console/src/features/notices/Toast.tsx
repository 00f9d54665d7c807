import { useDesk, useStore } from '../../store/context.ts';
import { CloseIcon } from '../../ui/icons.tsx';

/** What just happened, said once and read out. */
export function Toast() {
  const { notices } = useDesk();
  const toast = useStore((state) => state.toast);
  return (
    <div role="status" aria-live="polite">
      {toast && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while somebody is near it
        <div
          key={toast.id}
          class={`toast toast-${toast.tone}`}
          onMouseEnter={notices.hold}
          onMouseLeave={notices.release}
          onFocusIn={notices.hold}
          onFocusOut={notices.release}
        >
          <p>{toast.text}</p>
          {toast.action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                notices.dismiss();
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" class="toast-close" aria-label="Dismiss" onClick={notices.dismiss}>
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}

import type { VNode } from 'preact';
import { useChat, useTexts, useView } from './context.ts';
import { ClipIcon } from './icons.tsx';
import { pick } from './pick.ts';

/** Where the site takes files. Phones offer their camera among the places to take one from. */
export function AttachButton(): VNode | null {
  const { view } = useChat();
  const t = useTexts();
  const takes = useView((state) => state.site?.files);
  if (!takes) return null;
  return (
    <label class="clip">
      <input
        type="file"
        class="unseen"
        multiple
        accept={takes.accept}
        aria-label={t('attach')}
        onChange={(event) => {
          pick(view, event, event.currentTarget);
          // The same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <ClipIcon />
    </label>
  );
}

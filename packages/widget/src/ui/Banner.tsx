import type { VNode } from 'preact';
import type { Texts } from '../i18n/en.ts';
import type { State } from '../store/state.ts';
import { useClient, useTexts } from './context.ts';

function textFor({ status, refusedWith }: State): keyof Texts | undefined {
  if (status === 'reconnecting') return 'reconnecting';
  if (status !== 'refused') return undefined;
  if (refusedWith === 'replaced') return 'replaced';
  return refusedWith === 'protocol_unsupported' ? 'reload' : 'refused';
}

/** Honest and quiet: it says nothing about a drop that mends itself within a second (see its style). */
export function Banner(): VNode | null {
  const text = useClient(textFor);
  const t = useTexts();
  return (
    <div class="banner-place" role="status">
      {text && <p class="banner">{t(text)}</p>}
    </div>
  );
}

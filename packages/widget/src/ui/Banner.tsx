import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Texts } from '../i18n/en.ts';
import type { State } from '../store/state.ts';
import { useClient, useTexts } from './context.ts';

function textFor({ status, refusedWith }: State): keyof Texts | undefined {
  if (status === 'reconnecting') return 'reconnecting';
  if (status !== 'refused') return undefined;
  if (refusedWith === 'replaced') return 'replaced';
  return refusedWith === 'protocol_unsupported' ? 'reload' : 'refused';
}

const PATIENCE_MS = 2000;

/** Honest and quiet: a drop that mends itself is nobody's business, and a refusal is told at once. */
export function Banner(): VNode | null {
  const text = useClient(textFor);
  const t = useTexts();
  const [isLong, setLong] = useState(false);
  const isDown = text === 'reconnecting';
  useEffect(() => {
    setLong(false);
    const timer = isDown ? setTimeout(setLong, PATIENCE_MS, true) : 0;
    return () => clearTimeout(timer);
  }, [isDown]);
  return (
    <div class="banner-place" role="status">
      {text && (isLong || !isDown) && <p class="banner">{t(text)}</p>}
    </div>
  );
}

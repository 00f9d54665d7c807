import { useEffect, useState } from 'preact/hooks';
import { copy } from '../lib/copy.ts';
import { Button } from './Button.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';

interface CopyButtonProps {
  children: string;
  /** Asked for when it is pressed. */
  text: () => string;
  kind?: 'plain' | 'primary';
  onCopied?(): void;
}

const SAID_MS = 2000;

const said = { idle: null, copied: 'Copied', blocked: 'Select and copy by hand' } as const;

/** Says for a moment that it was done; the button keeps its width meanwhile. */
export function CopyButton({ children, text, kind = 'plain', onCopied }: CopyButtonProps) {
  const [state, setState] = useState<keyof typeof said>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  async function run(): Promise<void> {
    const isCopied = await copy(text());
    setState(isCopied ? 'copied' : 'blocked');
    if (isCopied) onCopied?.();
  }
  const isCopied = state === 'copied';
  return (
    <span class="copy">
      <Button kind={kind} icon={isCopied ? CheckIcon : CopyIcon} onClick={() => void run()}>
        {children}
      </Button>
      <span class="copy-said" role="status">
        {said[state]}
      </span>
    </span>
  );
}

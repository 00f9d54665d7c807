import type { Entry } from '@throughline/shared/client';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useChat, useTexts } from '../context.ts';
import { AlertIcon } from '../icons.tsx';
import { useStyles } from '../use-part.ts';
import css from './failed.css?inline';

/** An answer the relay would not take, and the way to send it again. */
export function Failed({ pending }: { pending: Entry | undefined }): VNode | null {
  const { client } = useChat();
  const w = useTexts();
  const line = useRef<HTMLParagraphElement>(null);
  useStyles(line, css);
  if (pending?.state !== 'failed') return null;
  return (
    <p ref={line} class="foot-line failed" role="alert">
      {w('failed')}
      <button type="button" onClick={() => client.retryMessage(pending.input.id)}>
        {w('tryAgain')}
      </button>
    </p>
  );
}

/** The same of a message: its words can be given up as well. */
export function FailedMessage({ id }: { id: string }): VNode {
  const { client } = useChat();
  const t = useTexts();
  const line = useRef<HTMLSpanElement>(null);
  useStyles(line, css);
  return (
    <span ref={line} class="foot-line failed" role="alert">
      <AlertIcon />
      {t('failed')}
      <button type="button" onClick={() => client.retryMessage(id)}>
        {t('tryAgain')}
      </button>
      <button type="button" onClick={() => client.discardMessage(id)}>
        {t('discard')}
      </button>
    </span>
  );
}

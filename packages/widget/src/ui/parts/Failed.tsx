import type { Entry } from '@throughline/shared/client';
import type { VNode } from 'preact';
import { useChat, useTexts } from '../context.ts';

/** An answer the relay would not take, and the way to send it again. */
export function Failed({ pending }: { pending: Entry | undefined }): VNode | null {
  const { client } = useChat();
  const w = useTexts();
  if (pending?.state !== 'failed') return null;
  return (
    <p class="foot-line failed" role="alert">
      {w('failed')}
      <button type="button" onClick={() => client.retryMessage(pending.input.id)}>
        {w('tryAgain')}
      </button>
    </p>
  );
}

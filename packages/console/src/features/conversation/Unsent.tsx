import { ERRORS, type ErrorCode } from '@throughline/shared';
import { useDesk } from '../../store/context.ts';
import type { Utterance } from '../../store/items.ts';
import { AlertIcon } from '../../ui/icons.tsx';

interface UnsentProps extends Pick<Utterance, 'id' | 'kind'> {
  code: ErrorCode | null;
}

/** Under what the relay refused: why, and the two ways on. */
export function Unsent({ id, code, kind }: UnsentProps) {
  const { outgoing } = useDesk();
  return (
    <div class="unsent" role="alert">
      <AlertIcon size={14} />
      <span>
        {kind === 'note' ? 'Note not saved.' : 'Not sent.'} {code && ERRORS[code].message}
      </span>
      <span class="unsent-actions">
        <button type="button" class="link" onClick={() => outgoing.retry(id)}>
          Try again
        </button>
        <button type="button" class="link" onClick={() => outgoing.discard(id)}>
          Discard
        </button>
      </span>
    </div>
  );
}

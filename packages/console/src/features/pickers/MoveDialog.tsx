import { LIMITS } from '@throughline/shared';
import { useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { queueName, type Seen } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

interface MoveDialogProps {
  passed: Seen;
  queue: string;
  onClose(): void;
}

/** What whoever takes it there should know. */
export function MoveDialog({ passed, queue, onClose }: MoveDialogProps) {
  const { outgoing } = useDesk();
  const name = useStore((state) => queueName(state, queue));
  const [note, setNote] = useState('');
  return (
    <Dialog label={`Move to ${name}`} onClose={onClose}>
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          outgoing.move(queue, { note: note.trim(), seen: passed });
          onClose();
        }}
      >
        <h2>
          Move to <bdi>{name}</bdi>
        </h2>
        <p>It keeps the wait its visitor has had, and is not offered back to you.</p>
        <label class="field">
          <span>Note for whoever takes it</span>
          <textarea
            class="input"
            rows={3}
            autofocus
            maxLength={LIMITS.textChars}
            placeholder="Only your team sees it."
            value={note}
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </label>
        <div class="confirm-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Move
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

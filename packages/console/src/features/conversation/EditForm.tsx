import { LIMITS } from '@throughline/shared';
import { isComposing } from '../../lib/typing.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { TextArea } from '../../ui/TextArea.tsx';

interface EditFormProps {
  id: string;
  text: string;
  /** As it stands in the field. */
  draft: string;
  /** Takes the focus: begun at this moment, not come back to. */
  isFirst: boolean;
}

/** Why it cannot be saved; nothing is lost meanwhile. */
function complaint(draft: string): string | null {
  if (draft.trim() === '') return 'Write something, or delete the message instead.';
  const over = draft.length - LIMITS.textChars;
  return over > 0 ? `${over} characters too many` : null;
}

/** A message of one's own, in place, as a field. */
export function EditForm({ id, text, draft, isFirst }: EditFormProps) {
  const { outgoing, drafts } = useDesk();
  const hint = complaint(draft);
  const close = () => drafts.edit(id, null);
  const save = () => {
    if (hint) return;
    if (draft.trim() !== text) outgoing.edit(id, draft.trim());
    close();
  };
  return (
    <form
      class="edit"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextArea
        label="Edit message"
        value={draft}
        onValue={(value) => drafts.edit(id, value)}
        isFirst={isFirst}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Escape') close();
          else if (event.key === 'Enter' && !event.shiftKey) save();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span class="edit-actions">
        <span class="edit-hint" role="status">
          {hint}
        </span>
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={hint !== null}>
          Save
        </Button>
      </span>
    </form>
  );
}

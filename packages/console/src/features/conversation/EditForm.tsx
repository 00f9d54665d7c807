import { LIMITS } from '@throughline/shared';
import { useState } from 'preact/hooks';
import { isComposing } from '../../lib/typing.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { TextArea } from '../../ui/TextArea.tsx';

interface EditFormProps {
  id: string;
  text: string;
  onDone(): void;
}

/** A message of one's own, in place, as a field. */
export function EditForm({ id, text, onDone }: EditFormProps) {
  const { outgoing } = useDesk();
  const [draft, setDraft] = useState(text);
  const canSave = draft.trim() !== '' && draft.trim() !== text && draft.length <= LIMITS.textChars;
  const save = () => {
    if (canSave) outgoing.edit(id, draft.trim());
    onDone();
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
        onValue={setDraft}
        isFirst
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Escape') onDone();
          else if (event.key === 'Enter' && !event.shiftKey) save();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span class="edit-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={!canSave}>
          Save
        </Button>
      </span>
    </form>
  );
}

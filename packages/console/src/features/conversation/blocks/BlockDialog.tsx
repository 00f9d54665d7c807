import { LIMITS } from '@throughline/shared';
import { useState } from 'preact/hooks';
import { type BlockDraft, type BlockKind, makeBlock, newDraft } from '../../../lib/block-draft.ts';
import { useDesk, useStore } from '../../../store/context.ts';
import { draftKey } from '../../../store/state.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { TextField } from '../../../ui/inputs.tsx';
import { BlockView } from '../BlockView.tsx';
import { Fields } from './Fields.tsx';
import { kinds } from './kinds.tsx';
import '../../../styles/admin/index.css';

interface BlockDialogProps {
  kind: BlockKind;
  onClose(): void;
}

/** Words and what stands under them, put together and looked at before they go out. */
export function BlockDialog({ kind, onClose }: BlockDialogProps) {
  const { outgoing, drafts } = useDesk();
  const typed = useStore(
    ({ route, drafts: kept }) => kept[draftKey(route.conversation ?? '', 'reply')],
  );
  const [text, setText] = useState(typed?.trim() || kinds[kind].words);
  const [draft, setDraft] = useState<BlockDraft>(newDraft[kind]);
  const [fault, setFault] = useState('');
  const made = makeBlock(draft);
  const change = (next: BlockDraft) => {
    setFault('');
    setDraft(next);
  };

  function send(): void {
    const words = text.trim();
    if (words === '' || 'fault' in made) {
      setFault('fault' in made ? made.fault : 'Write a few words above it.');
      return;
    }
    outgoing.send(words, made.block);
    if (typed) drafts.take();
    onClose();
  }

  return (
    <Dialog label={kinds[kind].title} onClose={onClose}>
      <form
        class="block-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <h2>{kinds[kind].title}</h2>
        <div class="block-fields">
          <TextField
            label="Message"
            value={text}
            maxLength={LIMITS.textChars}
            onValue={(words) => {
              setFault('');
              setText(words);
            }}
          />
          <Fields draft={draft} onChange={change} />
          <section class="block-preview" aria-label="As the visitor gets it">
            <p class="field-hint">As the visitor gets it</p>
            {text.trim() && (
              <p class="bubble" dir="auto">
                {text}
              </p>
            )}
            {'block' in made ? (
              <BlockView block={made.block} answer={null} />
            ) : (
              <p class="field-hint">{made.fault}</p>
            )}
          </section>
        </div>
        <div class="form-foot">
          <p class="form-fault" role="alert">
            {fault}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Send
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

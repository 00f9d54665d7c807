import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

interface ConfirmProps {
  title: string;
  text: string;
  verb: string;
  onConfirm(): void;
  /** What is confirmed is no harm. */
  isHarmless?: boolean;
  onClose(): void;
}

/** Before what cannot be undone. */
export function Confirm({ title, text, verb, isHarmless, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog label={title} onClose={onClose}>
      <div class="confirm">
        <h2>{title}</h2>
        <p>{text}</p>
        <div class="confirm-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={isHarmless ? 'primary' : 'danger'}
            onClick={() => {
              onConfirm();
              onClose();
            }}
          >
            {verb}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

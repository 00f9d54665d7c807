import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';
import { AlertIcon } from './icons.tsx';

interface FailedProps {
  title: string;
  /** The relay's own sentence. */
  text: string;
  onRetry(): void;
}

/** In place of what could not be loaded. */
export function Failed({ title, text, onRetry }: FailedProps) {
  return (
    <EmptyState icon={AlertIcon} title={title}>
      <p>{text}</p>
      <Button onClick={onRetry}>Try again</Button>
    </EmptyState>
  );
}

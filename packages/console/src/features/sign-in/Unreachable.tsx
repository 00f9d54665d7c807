import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Door } from './Door.tsx';

export function Unreachable() {
  const { account } = useDesk();
  return (
    <Door
      title="The relay does not answer"
      text="Check your connection. If it is fine, the relay may be restarting; that takes seconds."
    >
      <Button kind="primary" onClick={() => account.restore()}>
        Try again
      </Button>
    </Door>
  );
}

import { ERRORS } from '@throughline/shared';
import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../../store/context.ts';
import type { LinkState } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';

/** A short drop is nobody's business. */
const PATIENCE_MS = 1500;

/** Whether the connection has been away for longer than a moment. */
function useAway(status: LinkState['status']): boolean {
  const isBad = status === 'reconnecting' || status === 'connecting' || status === 'refused';
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    if (!isBad) return setAway(false);
    const timer = setTimeout(() => setAway(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isBad]);
  return isBad && isAway;
}

/** Says that the connection is gone and what becomes of what one writes; silent as long as all is well. */
export function LinkBar() {
  const link = useStore((state) => state.link);
  const unsent = useStore(({ outbox }) => outbox.length);
  const isAway = useAway(link.status);
  return (
    <div role="status">
      {isAway && (
        <div class="link-bar">
          {link.status === 'refused' ? <Refused code={link.code} /> : <Away unsent={unsent} />}
        </div>
      )}
    </div>
  );
}

function Away({ unsent }: { unsent: number }) {
  const kept = unsent === 1 ? '1 message waits' : `${unsent} messages wait`;
  return (
    <>
      <span class="link-spinner" aria-hidden="true" />
      <p>
        <strong>{navigator.onLine ? 'Reconnecting…' : 'You are offline.'}</strong>{' '}
        {unsent > 0
          ? `${kept} to be sent.`
          : 'What you write is kept and sent as soon as it is back.'}
      </p>
    </>
  );
}

function Refused({ code }: Pick<LinkState, 'code'>) {
  return (
    <>
      <p>
        <strong>No connection.</strong> {code ? ERRORS[code].message : ''}
      </p>
      <Button onClick={() => location.reload()}>Reload</Button>
    </>
  );
}

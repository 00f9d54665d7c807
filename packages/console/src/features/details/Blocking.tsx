import type { ContactSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { nameOf } from '../../lib/person.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { BlockIcon } from '../../ui/icons.tsx';

interface Props {
  contact: ContactSummary;
}

/** Asks the relay to block somebody, or to let them in again; what was done can be undone at once. */
function useBlocking(contact: ContactSummary): (blocked: boolean) => void {
  const { relay, notices, threads } = useDesk();
  const conversation = useStore(({ route }) => route.conversation);
  const name = nameOf(contact);

  async function set(blocked: boolean): Promise<void> {
    const path = `/v1/contacts/${contact.id}/${blocked ? 'block' : 'unblock'}`;
    const reply = await relay.ask({ method: 'POST', path });
    if (!reply.ok) return notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    notices.say(blocked ? `${name} is blocked.` : `${name} may write again.`, {
      action: { label: 'Undo', run: () => void set(!blocked) },
    });
    if (conversation) await threads.refresh(conversation);
  }
  return (blocked) => void set(blocked);
}

/** Says that nothing comes from this visitor any more, and ends it. */
export function Blocked({ contact }: Props) {
  const set = useBlocking(contact);
  return (
    <div class="details-blocked">
      <p>
        <b>Blocked.</b> Nothing is taken from this visitor, and no bot writes to them.
      </p>
      <Button onClick={() => set(false)}>Unblock</Button>
    </div>
  );
}

export function Block({ contact }: Props) {
  const set = useBlocking(contact);
  const [isAsking, setAsking] = useState(false);
  return (
    <section class="details-part">
      <div class="details-tags">
        <Button kind="quiet" icon={BlockIcon} onClick={() => setAsking(true)}>
          Block this visitor
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={`Block ${nameOf(contact)}?`}
          text="Their chat closes on every page, and nothing is taken from them any more; no bot writes to them. What they wrote stays, and this conversation stays open. You can unblock them at any time."
          verb="Block"
          onConfirm={() => set(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

import type { ContactSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { nameOf } from '../../lib/person.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { isAdmin } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { BinIcon } from '../../ui/icons.tsx';

/** For administrators: takes out all that is known of somebody who does not want it to be kept. */
export function Erase({ contact }: { contact: ContactSummary }) {
  const { relay, notices, threads } = useDesk();
  const conversation = useStore(({ route }) => route.conversation);
  const mayErase = useStore(isAdmin);
  const [isAsking, setAsking] = useState(false);
  if (!mayErase) return null;
  const name = nameOf(contact);

  async function erase(): Promise<void> {
    const path = `/v1/contacts/${contact.id}/erase`;
    const reply = await relay.ask({ method: 'POST', path });
    if (!reply.ok) return notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    notices.say(`${name} is erased.`);
    if (conversation) await threads.refresh(conversation);
  }

  return (
    <section class="details-part">
      <div class="details-tags">
        <Button kind="quiet" icon={BinIcon} onClick={() => setAsking(true)}>
          Erase this visitor
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={`Erase ${name}?`}
          text="Everything they wrote and sent is taken out of all their conversations, with your answers and notes, and all that is known of them; their chat closes on every page. That somebody wrote, and when, stays. Nobody can bring it back."
          verb="Erase for good"
          onConfirm={() => void erase()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

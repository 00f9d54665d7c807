import { nameOf } from '../../lib/person.ts';
import { useDesk } from '../../store/context.ts';
import type { Offered } from '../../store/offers.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { CheckIcon, CloseIcon } from '../../ui/icons.tsx';
import { TimeLeft } from '../../ui/TimeLeft.tsx';
import { useTaken } from './use-taken.ts';

/** Another offer, below the first: in a line, until it is the first. */
export function OfferLine({ offered }: { offered: Offered }) {
  const { outgoing } = useDesk();
  const { contact, offer, lastMessage } = offered;
  const isTaken = useTaken(offered);
  const name = nameOf(contact);
  return (
    <article class="offer offer-small" aria-label={name}>
      <Avatar id={contact.id} name={contact.name} size={28} />
      <div class="offer-words">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <p class="offer-line" dir="auto">
          {lastMessage?.text}
        </p>
      </div>
      <TimeLeft until={offer.until} />
      <button
        type="button"
        class="offer-no"
        aria-label={`Decline ${name}`}
        title="Decline"
        disabled={isTaken}
        onClick={() => outgoing.decline(offered)}
      >
        <CloseIcon />
      </button>
      <button
        type="button"
        class="offer-yes"
        aria-label={`Accept ${name}`}
        title="Accept"
        disabled={isTaken}
        onClick={() => outgoing.accept(offered)}
      >
        <CheckIcon />
      </button>
    </article>
  );
}

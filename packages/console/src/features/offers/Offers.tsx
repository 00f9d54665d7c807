import { nameOf } from '../../lib/person.ts';
import { useStore } from '../../store/context.ts';
import { type Offered, offersToMe } from '../../store/offers.ts';
import { useNow } from '../../ui/use-now.ts';
import { OfferCard } from './OfferCard.tsx';
import { OfferLine } from './OfferLine.tsx';

const SECOND_MS = 1000;

/** What is offered to oneself, over whatever is on the screen; it takes no focus and leaves by itself. */
export function Offers() {
  const offers = useStore(offersToMe);
  const hasKeys = useStore(({ settings }) => settings.shortcuts);
  const first = offers[0];
  const how = hasKeys ? ' Press Y to accept, X to decline.' : '';
  return (
    <>
      <p class="sr-only" aria-live="polite">
        {first && `${nameOf(first.contact)} is offered to you.${how}`}
      </p>
      {first && <Stack offers={offers} />}
    </>
  );
}

/** The relay says when an offer is over; while it cannot, the time does. */
function Stack({ offers }: { offers: readonly Offered[] }) {
  const isOnline = useStore(({ link }) => link.status === 'online');
  const now = useNow(SECOND_MS);
  const [first, ...rest] = offers.filter(({ offer }) => isOnline || offer.until > now);
  if (!first) return null;
  return (
    <section class="offers" aria-label="Offered to you">
      <OfferCard key={first.offer.id} offered={first} />
      {rest.map((offered) => (
        <OfferLine key={offered.offer.id} offered={offered} />
      ))}
    </section>
  );
}

import { nameOf } from '../../lib/person.ts';
import { useStore } from '../../store/context.ts';
import { offersToMe } from '../../store/offers.ts';
import { OfferCard } from './OfferCard.tsx';
import { OfferLine } from './OfferLine.tsx';

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
      {first && (
        <section class="offers" aria-label="Offered to you">
          {offers.map((offered, i) =>
            i === 0 ? (
              <OfferCard key={offered.offer.id} offered={offered} />
            ) : (
              <OfferLine key={offered.offer.id} offered={offered} />
            ),
          )}
        </section>
      )}
    </>
  );
}

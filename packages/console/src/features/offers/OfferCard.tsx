import { useId } from 'preact/hooks';
import { nameOf } from '../../lib/person.ts';
import { waitText } from '../../lib/wait.ts';
import { useDesk, useStore } from '../../store/context.ts';
import type { Offered } from '../../store/offers.ts';
import { queueName } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Button } from '../../ui/Button.tsx';
import { Kbd, spell } from '../../ui/Kbd.tsx';
import { Reasons } from '../../ui/Reasons.tsx';
import { TimeLeft } from '../../ui/TimeLeft.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useTaken } from './use-taken.ts';

const SECOND_MS = 1000;

interface OfferProps {
  offered: Offered;
}

/** What ends first: who it is, what they wrote, why it comes here, and how long one may think about it. */
export function OfferCard({ offered }: OfferProps) {
  const { contact, offer, lastMessage } = offered;
  const id = useId();
  const why = useStore(({ whys }) => whys[offer.id]);
  return (
    <article class="offer" aria-labelledby={id}>
      <header class="offer-head">
        <Avatar id={contact.id} name={contact.name} size={36} />
        <div class="offer-words">
          <h2 id={id}>
            <bdi>{nameOf(contact)}</bdi>
          </h2>
          <Wait offered={offered} />
        </div>
        <TimeLeft until={offer.until} />
      </header>
      {lastMessage && lastMessage.text !== '' && (
        <p class="offer-text" dir="auto">
          {lastMessage.text}
        </p>
      )}
      {why && <Reasons title="Why me?" why={why} />}
      <Answers offered={offered} />
    </article>
  );
}

function Wait({ offered: { queue, unansweredSince } }: OfferProps) {
  const now = useNow(SECOND_MS);
  const name = useStore((state) => (queue === null ? null : queueName(state, queue)));
  const waited = unansweredSince === null ? null : `waits ${waitText(unansweredSince, now)}`;
  return <p class="offer-line">{[name, waited].filter(Boolean).join(' · ')}</p>;
}

/** Under the keys that mean the first of all offers. */
function Answers({ offered }: OfferProps) {
  const { outgoing } = useDesk();
  const hasKeys = useStore(({ settings }) => settings.shortcuts);
  const isTaken = useTaken(offered);
  const keyed = (word: string, key: string) => (hasKeys ? `${word} (${spell(key)})` : word);
  return (
    <div class="offer-answers">
      <Button
        title={keyed('Decline', 'x')}
        disabled={isTaken}
        onClick={() => outgoing.decline(offered)}
      >
        Decline {hasKeys && <Kbd keys="x" />}
      </Button>
      <Button
        kind="primary"
        title={keyed('Accept', 'y')}
        disabled={isTaken}
        onClick={() => outgoing.accept(offered)}
      >
        {isTaken ? 'Accepting…' : 'Accept'} {hasKeys && !isTaken && <Kbd keys="y" />}
      </Button>
    </div>
  );
}

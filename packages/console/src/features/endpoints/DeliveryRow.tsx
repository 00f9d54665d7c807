import type { DeliverySummary } from '@throughline/shared/schema';
import { shortId } from '../../lib/patterns.ts';
import { capitalised, fullTime, pastMoment } from '../../lib/time.ts';
import { StateMark } from './parts.tsx';
import { deliveryTones, fateOf, triesTitle } from './words.ts';

interface DeliveryRowProps {
  delivery: DeliverySummary;
  now: number;
  isOpen: boolean;
  onOpen(offset: number): void;
}

export function DeliveryRow({ delivery, now, isOpen, onOpen }: DeliveryRowProps) {
  const { offset, type, state, attempts, createdAt, conversation } = delivery;
  return (
    <li>
      <button type="button" class="delivery" aria-pressed={isOpen} onClick={() => onOpen(offset)}>
        <span class="delivery-type">{type || 'No longer in the log'}</span>
        <span class="delivery-fate">
          <StateMark tone={deliveryTones[state]} text={fateOf(delivery, now)} />
          {attempts > 1 && <span class="delivery-tries">{triesTitle(attempts)}</span>}
        </span>
        <span class="delivery-ref" title={conversation ?? undefined}>
          {conversation && `Conversation ${shortId(conversation)}`}
        </span>
        <time
          class="delivery-time"
          dateTime={new Date(createdAt).toISOString()}
          title={fullTime(createdAt)}
        >
          {capitalised(pastMoment(createdAt, now))}
        </time>
      </button>
    </li>
  );
}

import { useStore } from '../../store/context.ts';
import type { Offered } from '../../store/offers.ts';

/** Whether one has said yes, and the relay has not answered yet. */
export const useTaken = ({ offer }: Offered): boolean =>
  useStore(({ outbox }) =>
    outbox.some(({ name, input }) => name === 'offer:accept' && input.offer === offer.id),
  );

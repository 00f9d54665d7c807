import type { DeliverySummary, EndpointSummary } from '@throughline/shared/schema';
import { endOf, pastMoment } from '../../lib/time.ts';
import type { Choice } from '../../ui/Choices.tsx';

/** Beyond this the relay does not count. */
const COUNTED = 999;

export const spellCount = (count: number): string =>
  count > COUNTED ? `${COUNTED}+` : String(count);

export type Tone = 'good' | 'bad' | 'held' | 'idle';

/** How an endpoint stands, in the words everybody uses. */
export function stateOf(endpoint: EndpointSummary, now: number): { tone: Tone; text: string } {
  const { disabled, paused, failingSince, deliveries } = endpoint;
  if (disabled === 'gone') return { tone: 'bad', text: 'Switched off: it answered 410 (gone)' };
  if (disabled === 'failing') return { tone: 'bad', text: 'Switched off: it failed for five days' };
  if (paused) return { tone: 'held', text: 'Paused' };
  if (failingSince !== null)
    return {
      tone: 'bad',
      text: `Failing since ${pastMoment(failingSince, now).replace(/^today /, '')}`,
    };
  if (deliveries.delivered + deliveries.pending + deliveries.dead === 0)
    return { tone: 'idle', text: 'Nothing sent yet' };
  return { tone: 'good', text: 'Works' };
}

export const typesTitle = (types: readonly string[]): string =>
  types.includes('*') ? 'All events' : types.join(', ');

export const ORDERS: readonly (Choice<'any' | 'conversation'> & { text: string })[] = [
  {
    value: 'any',
    title: 'As fast as possible',
    text: 'A delivery that has to be tried again lets later ones pass.',
  },
  {
    value: 'conversation',
    title: 'In the order of each conversation',
    text: 'What comes first in a conversation is delivered first, and holds back what follows.',
  },
];

export const orderTitle = (order: 'any' | 'conversation'): string =>
  ORDERS.find(({ value }) => value === order)?.title ?? order;

const deliveryWords: Record<DeliverySummary['state'], string> = {
  pending: 'Waiting',
  delivered: 'Delivered',
  dead: 'Given up',
};

export const deliveryTones: Record<DeliverySummary['state'], Tone> = {
  pending: 'held',
  delivered: 'good',
  dead: 'bad',
};

/** What became of a delivery, and what comes next. */
export function fateOf({ state, attempts, nextAt }: DeliverySummary, now: number): string {
  if (state !== 'pending' || attempts === 0) return deliveryWords[state];
  return nextAt > now ? `Next try ${endOf(nextAt, now)}` : 'Trying again';
}

export const triesTitle = (attempts: number): string =>
  attempts === 1 ? '1 try' : `${attempts} tries`;

/** The host is what one looks for; scheme and path follow in the whole. */
export function titleOf({ url, description }: Pick<EndpointSummary, 'url' | 'description'>) {
  return description || new URL(url).host;
}

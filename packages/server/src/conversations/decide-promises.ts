import type { Conversation } from '../store/store.ts';
import { type Decide, type Fact, type Promised, refuse } from './decision.ts';

type Owes = Pick<Conversation, 'promises'>;

/** Money is the visitor's to bring; everything else the business's. */
const ownerOf = (what: Promised['what']) => (what === 'payment' ? 'visitor' : 'business');

export const makePromise = ({ what, dueAt, amount, keptWhen, run }: Promised): Fact => ({
  type: 'promise.made',
  data: {
    ...{ what, owner: ownerOf(what), dueAt },
    ...(amount && { amount }),
    ...(keptWhen !== undefined && { keptWhen }),
    ...(run !== undefined && { run }),
  },
});

const end = ({ promises }: Owes, outcome: 'kept' | 'broken' | 'withdrawn'): Fact[] =>
  promises.map(({ id, what }) => ({
    type: 'promise.ended',
    data: { promise: id, what, outcome },
  }));

/** A person has written: what was promised is there. A call is another matter. */
export const keepPromises = ({ promises }: Owes): Fact[] =>
  end({ promises: promises.filter(({ what }) => what === 'reply') }, 'kept');

/** The matter is closed, and the business owes nothing more; what its visitor owes stays owed. */
export const withdrawPromises = ({ promises }: Owes): Fact[] =>
  end({ promises: promises.filter(({ owner }) => owner === 'business') }, 'withdrawn');

export const decidePromises: {
  'promise:make': Decide<'promise:make'>;
  'promise:keep': Decide<'promise:keep'>;
  'promise:break': Decide<'promise:break'>;
  'promise:withdraw': Decide<'promise:withdraw'>;
} = {
  'promise:make': (_subject, promised) => ({ facts: [makePromise(promised)] }),

  /** What it waited for has happened; after its time, it is broken. */
  'promise:keep': ({ row }, { promise, event }) => {
    const open = row.promises.find(({ id }) => id === promise);
    if (!open || open.keptWhen !== event.name) return refuse('wrong_status');
    return { facts: end({ promises: [open] }, event.time > open.dueAt ? 'broken' : 'kept') };
  },

  'promise:break': ({ row }, { promise }, { now }) => {
    const open = row.promises.find(({ id }) => id === promise);
    if (!open || open.dueAt > now) return refuse('wrong_status');
    return { facts: end({ promises: [open] }, 'broken') };
  },

  /** What the business owes is not taken back without its visitor: it is kept, or ends with the matter. */
  'promise:withdraw': ({ row }, { promise }) => {
    const open = row.promises.find(({ id }) => id === promise);
    if (!open) return refuse('wrong_status');
    if (open.owner !== 'visitor') return refuse('forbidden', 'promise');
    return { facts: end({ promises: [open] }, 'withdrawn') };
  },
};

interface Customer {
  /** The shop's own id for this person, the same in all of its systems. */
  externalId: string;
  name: string;
  email: string;
}

export type InvoiceState = 'open' | 'overdue' | 'paid';

export interface Invoice {
  number: string;
  customer: Customer;
  what: string;
  amount: number;
  currency: 'EUR';
  /** Milliseconds since 1970, like every time here. */
  issuedAt: number;
  dueAt: number;
  state: InvoiceState;
}

const DAY_MS = 24 * 3_600_000;

const henrik = { externalId: 'C-20418', name: 'Henrik Dahl', email: 'henrik.dahl@post.example' };
const sofia = { externalId: 'C-27731', name: 'Sofia Almeida', email: 'sofia@almeida.example' };
const amara = {
  externalId: 'C-31002',
  name: 'Amara Okafor',
  email: 'amara.okafor@lagoon.example',
};
const liam = { externalId: 'C-33954', name: 'Liam Murphy', email: 'liam.m@letterbox.example' };
const robin = { externalId: 'C-40117', name: 'Robin Hale', email: 'robin.hale@post.example' };
const yuki = { externalId: 'C-38120', name: 'Yuki Tanaka', email: 'yuki.tanaka@mori.example' };

/** Who is in the Trail Club. */
export const subscribers: readonly Customer[] = [robin, sofia, amara, liam];

type Entry = [
  number: string,
  customer: Customer,
  what: string,
  amount: number,
  dueInDays: number,
  state?: InvoiceState,
];

const entries: Entry[] = [
  ['F-10598', amara, 'Guide jackets, deposit', 1314, -3],
  ['F-10661', robin, 'Alder 2 tent', 389, -2],
  ['F-10611', sofia, 'Alder 2 tent', 389, 4],
  ['F-10640', liam, 'Squall shell repair and Ridge strap', 189, 12],
  ['F-10648', yuki, 'Ember stove', 129, 11],
  ['F-10655', henrik, 'Re-proofing, two shells', 38.5, 9],
  ['F-10482', henrik, 'Ridge 45 pack', 179, -1, 'paid'],
  ['F-10377', amara, 'Ember lantern × 6', 294, -16, 'paid'],
];

/** The book on the first day; nobody is told anything of it. */
export const firstInvoices = (now: number): Invoice[] =>
  entries.map(([number, customer, what, amount, dueInDays, state = 'open']) => {
    const dueAt = now + dueInDays * DAY_MS;
    const issuedAt = dueAt - 14 * DAY_MS;
    return { number, customer, what, amount, currency: 'EUR', issuedAt, dueAt, state };
  });

/** What billing says to the relay about a customer, complete, so that it can be sent again as it was. */
export interface Letter {
  /** `Idempotency-Key` of both requests. */
  id: string;
  number: string;
  customer: Customer;
  facts: object[];
  event: object;
}

/** The news that `invoice`, one of `all`, is overdue or paid. */
export function letterAbout(
  invoice: Invoice,
  all: Invoice[],
  { id, now }: { id: string; now: number },
): Letter {
  const { number, customer, amount, currency, state } = invoice;
  const overdue = all.filter(
    (one) => one.customer.externalId === customer.externalId && one.state === 'overdue',
  );
  const total = overdue.reduce((sum, one) => sum + one.amount, 0);
  // Whoever decides by it tomorrow has to ask again.
  const times = { observedAt: now, expiresAt: now + DAY_MS };
  return {
    id,
    number,
    customer,
    facts: [
      { name: 'invoice.overdue', value: overdue.length > 0, ...times },
      // Null takes back what was said before.
      { name: 'invoice.amount', value: total || null, ...times },
    ],
    event: {
      name: `invoice.${state}`,
      properties: { number, amount, currency },
      occurredAt: now,
    },
  };
}

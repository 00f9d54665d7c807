import type { Question, Tool } from '../tools.ts';
import { Refusal } from '../web-server.ts';
import type { Invoice } from './invoices.ts';

interface Book {
  url(): string;
  invoices(): readonly Invoice[];
  /** The customer stays; said once for a key. */
  keep(customer: string, key: string): void;
}

const CENTS = 100;

/** Whoever the business does not know has no bills. */
function customerOf({ contact: { externalId } }: Question): string {
  if (externalId === null) throw new Refusal(422, 'Nobody knows who this is.');
  return externalId;
}

/** What billing knows of a customer's bills and plan, and does for them. */
export const billTools = ({ url, invoices, keep }: Book): Record<string, Tool> => ({
  invoice(question) {
    const customer = customerOf(question);
    const found = invoices().find(
      (one) => one.customer.externalId === customer && one.state === 'overdue',
    );
    if (!found) throw new Refusal(422, 'Nothing is overdue.');
    const { number, amount, currency } = found;
    const pay = `${url()}/pay?invoice=${number}`;
    return { number, amount: Math.round(amount * CENTS), currency, url: pay };
  },

  subscription: (question) => ({
    plan: 'Trail Club',
    cancel: `${url()}/cancel?customer=${customerOf(question)}`,
  }),

  discount(question) {
    keep(customerOf(question), question.key);
    return {};
  },
});

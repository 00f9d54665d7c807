import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, writeJson } from '../json-file.ts';
import { createRelayApi, type RelayApi } from '../relay-api.ts';
import { type Ground, offer } from '../tools.ts';
import { errandPages, Refusal, serve, type WebServer } from '../web-server.ts';
import { billTools } from './bills.ts';
import {
  firstInvoices,
  type Invoice,
  type InvoiceState,
  type Letter,
  letterAbout,
  subscribers,
} from './invoices.ts';

export interface BillingOptions {
  /** Where it keeps its file. */
  dir: string;
  port: number;
  /** The relay's address. */
  relay: string;
  /** Its API key. */
  key: string;
  /** Key of the site its customers come to. */
  site: string;
  /** Other pages of the business, by name. */
  links: Record<string, string>;
  /** What the relay signs its questions with; missing: it asks none. */
  asked?: Ground;
}

const NOBODY: Ground = { secrets: {}, now: Date.now };

/** The book and the letters still to be sent are one file: neither is ever there without the other. */
interface Book {
  invoices: Invoice[];
  outbox: Letter[];
}

const FILES = {
  '/': new URL('./index.html', import.meta.url),
  '/billing/page.js': new URL('./page.js', import.meta.url),
  '/billing/style.css': new URL('./style.css', import.meta.url),
  ...errandPages('/pay', '/cancel'),
  '/look/page.js': new URL('../look/page.js', import.meta.url),
  '/look/style.css': new URL('../look/style.css', import.meta.url),
  '/mark.svg': new URL('../../site/art/mark.svg', import.meta.url),
};

const RETRY_MS = 1000;

/** The shop's billing service. What it says while the relay is away waits in its outbox. */
export async function startBilling(options: BillingOptions): Promise<WebServer> {
  const { dir, port, relay, key, site, links, asked = NOBODY } = options;
  const file = join(dir, 'billing.json');
  const book = readJson<Book>(file) ?? { invoices: firstInvoices(Date.now()), outbox: [] };
  const api = createRelayApi({ url: relay, key });
  const ended = new AbortController();
  let trouble: string | null = null;
  let isSending = false;

  function mark(number: unknown, state: InvoiceState): void {
    const invoice = book.invoices.find((one) => one.number === number);
    if (!invoice) throw new Refusal(404, 'There is no invoice with this number.');
    if (invoice.state === state) return;
    invoice.state = state;
    post(letterAbout(invoice, book.invoices, { id: randomUUID(), now: asked.now() }));
  }

  function post(letter: Letter): void {
    book.outbox.push(letter);
    writeJson(file, book);
    server.publish();
    void sendAll();
  }

  function tellOf(customer: unknown, name: string, id: string = randomUUID()): void {
    if (book.outbox.some((letter) => letter.id === id)) return;
    post(letterOf(book.invoices, { id, customer, name, now: asked.now() }));
  }

  async function sendAll(): Promise<void> {
    if (isSending) return;
    isSending = true;
    for (let [letter] = book.outbox; letter && !ended.signal.aborted; [letter] = book.outbox) {
      trouble = await send(api, site, letter).then(
        () => null,
        (error: Error) => error.message,
      );
      if (trouble) await sleep(RETRY_MS, undefined, { signal: ended.signal }).catch(() => {});
      else {
        book.outbox.shift();
        writeJson(file, book);
      }
      server.publish();
    }
    isSending = false;
  }

  const server: WebServer = await serve({
    setting: 'BILLING_PORT',
    port,
    files: FILES,
    state: () => {
      const waiting = book.outbox.map(({ number }) => number);
      return { trouble, links, waiting, invoices: book.invoices, subscribers };
    },
    actions: {
      overdue: ({ number }) => mark(number, 'overdue'),
      paid: ({ number }) => mark(number, 'paid'),
      cancel: ({ customer }) => tellOf(customer, 'cancel.requested'),
      cancelled: ({ customer }) => tellOf(customer, 'subscription.cancelled'),
    },
    tools: offer(
      billTools({
        url: () => server.url,
        invoices: () => book.invoices,
        keep: (customer, key) => tellOf(customer, 'subscription.kept', key),
      }),
      asked,
    ),
  });
  void sendAll();
  return {
    ...server,
    close() {
      ended.abort();
      return server.close();
    },
  };
}

interface News {
  id: string;
  customer: unknown;
  name: string;
  now: number;
}

/** What a customer wants of what they have subscribed to, or what became of it. */
function letterOf(invoices: Invoice[], { id, customer, name, now }: News): Letter {
  const found = invoices.find((one) => one.customer.externalId === customer);
  if (!found) throw new Refusal(404, 'There is no such customer.');
  const event = { name, properties: {}, occurredAt: now };
  return { id, number: name, customer: found.customer, facts: [], event };
}

/** Finds the contact by the business's own id, then says what is so, and what happened. */
async function send(api: RelayApi, site: string, letter: Letter): Promise<void> {
  const { id, customer, facts, event } = letter;
  const { data } = await api<{ id: string }>('/contacts', {
    method: 'PUT',
    body: { site, ...customer },
  });
  const contact = `/contacts/${data.id}`;
  if (facts.length > 0)
    await api(`${contact}/facts`, { method: 'POST', once: id, body: { facts } });
  await api(`${contact}/events`, { method: 'POST', once: id, body: event });
}

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Signer } from '../../lib/signer.ts';
import type { StoredFile } from '../../store/store.ts';
import type { Principal } from '../policy.ts';

export interface Tickets {
  /** Lets one request bring this file, for whoever asked. */
  issue(file: string, who: Principal): string;
  /**
   * Whose it was; it is used up.
   * @param length what the request says it brings, if it does
   * @throws AppError `ticket_invalid`
   */
  redeem(file: StoredFile, text: string, length: number | undefined): Principal;
}

interface Ticket {
  who: Principal;
  expires: number;
  /** A second ticket for the same file is another one. */
  nonce: string;
}

export const TICKET_MS = 2 * 60_000;

export function createTickets(signer: Signer, now: Clock): Tickets {
  /** What was shown, by its nonce, until it would have expired. */
  const used = new Map<string, number>();

  function read(file: string, text: string): Ticket | undefined {
    const [body = '', signature = '', ...more] = text.split('.');
    if (more.length > 0 || !signer.isSigned(signature, 'ticket', file, body)) return undefined;
    const ticket: Ticket = JSON.parse(Buffer.from(body, 'base64url').toString());
    return ticket.expires > now() ? ticket : undefined;
  }

  return {
    issue(file, who) {
      const ticket: Ticket = { who, expires: now() + TICKET_MS, nonce: randomUUID() };
      const body = Buffer.from(JSON.stringify(ticket)).toString('base64url');
      return `${body}.${signer.sign('ticket', file, body)}`;
    },

    redeem({ id, state, bytes }, text, length) {
      for (const [spent, expires] of used) if (expires <= now()) used.delete(spent);
      const ticket = read(id, text);
      if (
        !ticket ||
        used.has(ticket.nonce) ||
        state !== 'begun' ||
        (length !== undefined && length !== bytes)
      )
        throw new AppError('ticket_invalid');
      used.set(ticket.nonce, ticket.expires);
      return ticket.who;
    },
  };
}

import { expect, test } from 'vitest';
import { createSigner } from '../../lib/signer.ts';
import type { StoredFile } from '../../store/store.ts';
import type { Principal } from '../policy.ts';
import { createTickets } from './tickets.ts';

const file = { id: 'file', state: 'begun', bytes: 3 } as StoredFile;
const who: Principal = { kind: 'visitor', id: 'visitor', site: 'shop' };

test.each(['', '.', '.x'])(
  'a ticket lets in one request, also where it is shown again with “%s”',
  (more) => {
    const tickets = createTickets(createSigner('key'), () => 0);
    const text = tickets.issue(file.id, who);
    expect(tickets.redeem(file, text, 3)).toEqual(who);
    expect(() => tickets.redeem(file, text + more, 3)).toThrow('ticket_invalid');
  },
);

test('a second ticket for the same file is another one', () => {
  const tickets = createTickets(createSigner('key'), () => 0);
  for (const text of [tickets.issue(file.id, who), tickets.issue(file.id, who)])
    expect(tickets.redeem(file, text, 3)).toEqual(who);
});

import type { Actor, Attributes, CommandInput, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { answerRepeat, type Outcome, receiptOf, refuse } from '../store/repeat.ts';
import type { Contact, Store } from '../store/store.ts';

const ATTRIBUTES_MAX = 100;

export type ContactCommand = 'contact:identify' | 'contact:update' | 'event:track';

const causes = {
  'contact:identify': 'contact.identified',
  'contact:update': 'contact.updated',
  'event:track': 'event.tracked',
} as const;

interface Visitor {
  id: string;
  site: string;
  tokenHash: string;
}

export interface Contacts {
  /** The contact a device token stands for on a site. */
  ofDevice(tokenHash: string, site: string): Promise<string | undefined>;
  run<N extends ContactCommand>(who: Visitor, name: N, input: CommandInput<N>): Promise<Outcome>;
}

/** A contact nobody knows anything about yet. */
export const stranger = (id: string, site: string, now: number): Contact => ({
  id,
  site,
  externalId: null,
  name: null,
  email: null,
  attributes: {},
  context: {},
  createdAt: now,
});

/** Null removes; too many is refused as a whole. */
function mergeAttributes(known: Attributes, change: Attributes): Attributes | undefined {
  const merged = Object.entries({ ...known, ...change }).filter(([, value]) => value !== null);
  return merged.length <= ATTRIBUTES_MAX ? Object.fromEntries(merged) : undefined;
}

type Change = {
  data: EventData<'contact.identified' | 'contact.updated' | 'event.tracked'>;
  contact: Contact;
};

const change: {
  [N in ContactCommand]: (contact: Contact, input: CommandInput<N>) => Change | undefined;
} = {
  'contact:identify': (contact, { id: _, ...said }) => ({
    data: { ...said, method: 'unverified' },
    contact: {
      ...contact,
      externalId: said.externalId ?? contact.externalId,
      name: said.name ?? contact.name,
      email: said.email ?? contact.email,
    },
  }),
  'contact:update': (contact, { attributes }) => {
    const merged = mergeAttributes(contact.attributes, attributes);
    return merged && { data: { attributes }, contact: { ...contact, attributes: merged } };
  },
  'event:track': (contact, { name, properties }) => ({ data: { name, properties }, contact }),
};

/** The only code that changes a contact. What a page says about its visitor is kept, and is never a proof. */
export function createContacts(store: Store, now: Clock): Contacts {
  return {
    ofDevice: async (...device) => store.read.contacts.ofDevice(...device),
    run: (who, name, input) =>
      store.write(who.id, async (tx) => {
        const actor: Actor = { kind: 'visitor', id: who.id };
        const type = causes[name];
        const prior = await tx.events.find(input.id);
        if (prior) return answerRepeat(prior, { actor, types: [type], input });
        const time = now();
        const known = (await tx.contacts.get(who.id)) ?? stranger(who.id, who.site, time);
        const made = change[name](known, input);
        if (!made) return refuse('too_long', { field: 'attributes' });
        await tx.contacts.ensure(known, who.tokenHash);
        await tx.contacts.save(made.contact);
        const record = await tx.events.append({
          id: input.id,
          type,
          site: who.site,
          contact: who.id,
          conversation: null,
          seq: null,
          pub: null,
          time,
          actor,
          cause: null,
          data: made.data,
        } as Parameters<typeof tx.events.append>[0]);
        return { ok: true, data: receiptOf(record) };
      }),
  };
}

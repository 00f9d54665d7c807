import type { Actor, CommandInput, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { asAuthor, introduce, live, recognise, stranger } from '../store/contact.ts';
import { hasRoom, putFacts, toFact } from '../store/facts.ts';
import { appendOutside } from '../store/outside.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse } from '../store/repeat.ts';
import type { Contact, Store, Tx } from '../store/store.ts';
import { type ContactQueries, contactQueries } from './queries.ts';

export { stranger } from '../store/contact.ts';

export type ContactCommand =
  | 'contact:identify'
  | 'contact:update'
  | 'event:track'
  | 'proactive:note';

type Proactive = 'proactive.shown' | 'proactive.clicked' | 'proactive.dismissed';
type Said = EventData<'contact.identified' | 'facts.recorded' | 'event.tracked' | Proactive>;

interface Visitor {
  id: string;
  site: string;
  tokenHash: string;
  cameWith?: readonly string[] | undefined;
}

export interface Contacts extends ContactQueries {
  /** The contact a device token stands for on a site. */
  ofDevice(tokenHash: string, site: string): Promise<string | undefined>;
  /** `going_away`: whoever asks is not who we took them for, and has to come back. */
  run<N extends ContactCommand>(who: Visitor, name: N, input: CommandInput<N>): Promise<Outcome>;
}

const causes = {
  'contact:identify': 'contact.identified',
  'contact:update': 'facts.recorded',
  'event:track': 'event.tracked',
} as const;

const causedBy = (name: ContactCommand, input: CommandInput<ContactCommand>) =>
  name === 'proactive:note'
    ? (`proactive.${(input as CommandInput<'proactive:note'>).act}` as const)
    : causes[name];

/** What each command makes its event say. */
const say: { [N in ContactCommand]: (input: CommandInput<N>) => Said } = {
  'contact:identify': ({ id: _, ...said }) => ({ ...said, method: 'unverified' }),
  'contact:update': ({ attributes }) => ({
    facts: Object.entries(attributes).map(([name, value]) => ({ name, value })),
  }),
  'event:track': ({ name, properties }) => ({ name, properties }),
  'proactive:note': ({ id: _, act: __, ...said }) => said,
};

/** Who is proved to be somebody is not who a page says: that is only kept in the log. */
async function identify(tx: Tx, known: Contact, said: Said): Promise<void> {
  if (!('method' in said) || known.verified) return;
  await tx.contacts.save({
    ...known,
    externalId: said.externalId ?? known.externalId,
    name: said.name ?? known.name,
    email: said.email ?? known.email,
  });
}

/** The only code that changes a contact for its visitor. What a page says is kept, and is never a proof. */
export function createContacts(store: Store, now: Clock): Contacts {
  return {
    ...contactQueries(store),
    // A browser that lost its connection may be back before what it wrote is: looked for behind that.
    ofDevice: async (...device) =>
      (await store.read.contacts.ofDevice(...device)) ??
      store.write('device', (tx) => tx.contacts.ofDevice(...device)),

    run: (who, name, input) =>
      store.write(who.id, (tx) => {
        const time = now();
        const newcomer = stranger(who.id, who.site, time);
        const [type, said] = [causedBy(name, input), say[name](input as never)];
        const actor: Actor = { kind: 'visitor', id: who.id };
        // Looked for behind the command: whoever wrote it first is known where it is.
        const isOther = () => recognise(tx, { ...who, contact: newcomer });
        const objectionTo = async ({ blocked }: Contact) => {
          if (await isOther()) return 'going_away';
          return blocked ? 'blocked' : undefined;
        };
        return once(tx, {
          id: input.id,
          read: () => live(tx, who.id),
          async run(known = newcomer) {
            const objection = await objectionTo(known);
            if (objection) return refuse(objection);
            // The page's word stays one source, also where its visitor became somebody else meanwhile.
            const page: Actor = { ...actor, id: known.id };
            const facts = 'facts' in said ? said.facts.map((it) => toFact(it, page, time)) : [];
            if (!(await hasRoom(tx, known.id, facts)))
              return refuse('too_long', { field: 'attributes' });
            await introduce(tx, { ...who, contact: newcomer });
            await putFacts(tx, known.id, facts);
            await identify(tx, known, said);
            const about = { id: input.id, type, site: who.site, contact: known.id };
            const record = await appendOutside(tx, { ...about, time, actor, data: said });
            return { ok: true, data: receiptOf(record) };
          },
          async repeat(prior) {
            if (await isOther()) return refuse('going_away');
            const author = await asAuthor(tx, prior.actor, actor);
            return answerRepeat(prior, { actor: author, types: [type], input: said });
          },
        });
      }),
  };
}

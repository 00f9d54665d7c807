import { effectiveFacts } from '@throughline/shared';
import type { ContactSummary, Fact, RoutingView, Site } from '@throughline/shared/schema';
import type { Viewer } from '../../store/facts.ts';
import type { Conversation } from '../../store/store.ts';
import { clockAt } from './opening.ts';

/** Where what rules may ask is known. */
export interface Sources {
  contacts: { summary(id: string, viewer: Viewer): Promise<ContactSummary | undefined> };
  queries: { facts(conversation: string, viewer: Viewer): Promise<Fact[]> };
  site(key: string): Site | undefined;
}

type Facts = NonNullable<NonNullable<RoutingView['contact']>['facts']>;

/** What counts of what is said; what has expired decides nothing. */
const factsIn = (said: Fact[], now: number): Facts =>
  Object.fromEntries(
    effectiveFacts(said, now).flatMap(({ name, value, stale }) =>
      stale || value === null ? [] : [[name, value]],
    ),
  );

interface Moment {
  now: number;
  load: NonNullable<RoutingView['load']>;
}

/** What is known of a conversation when its queue is looked for. */
export async function viewOf(
  row: Pick<Conversation, 'id' | 'site' | 'contact' | 'tags'>,
  { contacts, queries, site }: Sources,
  { now, load }: Moment,
): Promise<RoutingView> {
  const contact = await contacts.summary(row.contact, 'programs');
  const { page, language } = contact?.context ?? {};
  return {
    site: row.site,
    ...(language && { language }),
    ...(page && { page: { url: page.url, title: page.title } }),
    contact: {
      known: Boolean(contact?.externalId ?? contact?.email),
      verified: contact?.verified ?? false,
      facts: factsIn(contact?.facts ?? [], now),
    },
    conversation: {
      facts: factsIn(await queries.facts(row.id, 'programs'), now),
      tags: row.tags,
    },
    time: clockAt(site(row.site)?.hours, now),
    load,
  };
}

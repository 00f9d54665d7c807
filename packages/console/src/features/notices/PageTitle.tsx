import { useEffect } from 'preact/hooks';
import { nameOf } from '../../lib/person.ts';
import { useStore } from '../../store/context.ts';
import { offersToMe } from '../../store/offers.ts';
import type { PageName } from '../../store/place.ts';
import { unreadCount } from '../../store/select.ts';

const pages: Record<PageName, string> = {
  queues: 'Queues · ',
  journeys: 'Journeys · ',
  bots: 'Bots · ',
  routing: 'Routing · ',
  sites: 'Sites · ',
  events: 'Events · ',
  endpoints: 'Endpoints · ',
  keys: 'API keys · ',
  team: 'Team · ',
};

/** The tab says where one is and how many conversations wait to be read; what is offered comes first. */
export function PageTitle() {
  const page = useStore(({ route }) => route.place?.page);
  const count = useStore(unreadCount);
  const offered = useStore((state) => offersToMe(state)[0]?.contact);
  useEffect(() => {
    if (offered) {
      document.title = `Offered to you: ${nameOf(offered)} · Throughline`;
      return;
    }
    document.title = `${count > 0 ? `(${count}) ` : ''}${page ? pages[page] : ''}Throughline`;
  }, [count, page, offered]);
  return null;
}

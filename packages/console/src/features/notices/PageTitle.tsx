import { useEffect } from 'preact/hooks';
import { useStore } from '../../store/context.ts';
import type { PageName } from '../../store/place.ts';
import { unreadCount } from '../../store/select.ts';

const pages: Record<PageName, string> = {
  sites: 'Sites · ',
  events: 'Events · ',
  endpoints: 'Endpoints · ',
  keys: 'API keys · ',
};

/** The tab says where one is and how many conversations wait to be read. */
export function PageTitle() {
  const page = useStore(({ route }) => route.place?.page);
  const count = useStore(unreadCount);
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${page ? pages[page] : ''}Throughline`;
  }, [count, page]);
  return null;
}

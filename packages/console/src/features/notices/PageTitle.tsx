import { useEffect } from 'preact/hooks';
import { useStore } from '../../store/context.ts';
import { unreadCount } from '../../store/select.ts';

/** The tab says how many conversations wait to be read. */
export function PageTitle() {
  const count = useStore(unreadCount);
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Throughline` : 'Throughline';
  }, [count]);
  return null;
}

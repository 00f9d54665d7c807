import { unreadTotal } from '../../store/selectors.ts';
import type { Chat } from '../context.ts';
import { rescueAnswers } from './rescue.ts';
import { ring } from './ring.ts';
import { tellTyping } from './typing.ts';

/**
 * Tells a visitor who looks elsewhere: a number in the title, a tone. And sees to it that nothing they wrote
 * is lost. Hands back its undo.
 */
export function openNotices({ client, view, tell }: Pick<Chat, 'client' | 'view' | 'tell'>) {
  const title = badgeTitle();
  const tellUnread = (change: { count: number }) => {
    title.show(change.count);
    // A state and no event: neither hooks nor mirrors have a word in it.
    const init = { detail: change, bubbles: true };
    document.dispatchEvent(new CustomEvent('throughline:unread.changed', init));
  };
  const count = unreadTotal(client.getState());
  if (count > 0) tellUnread({ count });
  const undo = [
    client.on('unread.changed', tellUnread),
    client.onNews(({ type, id, actor, data }) => {
      if (type !== 'message.created' || actor.kind === 'visitor' || 'redacted' in data) return;
      void ring(id, view.getState().open && document.hasFocus(), client.choice('sound') !== 'off');
    }),
    tellTyping(client, tell),
    title.end,
    rescueAnswers(client),
  ];
  return (): void => {
    for (const step of undo) step();
  };
}

/** The number before the page's title, whatever the page makes of its title meanwhile. */
function badgeTitle() {
  let ours = '';
  let wanted = '';
  const write = () => {
    const { title } = document;
    const isThere = ours !== '' && title.includes(ours);
    if (isThere ? ours === wanted : wanted === '') return;
    // One that stands there already, of a second widget, is enough.
    if (!isThere && title.includes(wanted)) return;
    const bare = isThere ? title.replace(ours, '') : title;
    ours = wanted;
    document.title = wanted + bare;
  };
  const page = new MutationObserver(write);
  page.observe(document.head, { childList: true, subtree: true, characterData: true });
  const show = (count: number) => {
    wanted = count > 0 ? `(${count}) ` : '';
    write();
  };
  return {
    show,
    end() {
      page.disconnect();
      show(0);
    },
  };
}

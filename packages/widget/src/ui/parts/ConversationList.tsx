import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { menuWords } from '../../i18n/words/menu.ts';
import { byActivity } from '../../store/selectors.ts';
import type { Conversation } from '../../store/state.ts';
import { useChat, useClient, useSiteName, useTexts, useView } from '../context.ts';
import { shortTime } from '../format.ts';
import { draw } from '../icons.tsx';
import { useStyles } from '../use-part.ts';
import { Avatar } from './Avatar.tsx';
import { Foot } from './Foot.tsx';
import css from './list.css?inline';

const PlusIcon = draw('M12 5v14M5 12h14');

export function ConversationList(): VNode {
  const { client, view } = useChat();
  const t = useTexts(menuWords);
  const list = useRef<HTMLUListElement>(null);
  useStyles(list, css);
  const conversations = useClient((state) => state.conversations);
  const rows = byActivity({ conversations });
  const go = (conversation: string) => view.setState({ place: { at: 'thread', conversation } });
  return (
    <>
      <ul ref={list} class="list">
        {rows.map((row) => (
          <Row key={row.id} row={row} go={go} />
        ))}
        {rows.length === 0 && <li class="nothing">{t('noConversations')}</li>}
      </ul>
      <Foot note={!client.persist.durable && t('notKept')}>
        <PlusIcon />
        {t('newConversation')}
      </Foot>
    </>
  );
}

/** The last message, as the page wants it shown. */
function useLastWords({ id: conversationId, last }: Conversation): string {
  const { shown } = useChat();
  const t = useTexts();
  if (!last?.text) return last ? t('deleted') : '';
  const { id, text, by } = last;
  return shown({ id, conversationId, mine: by === 'visitor', text })?.text ?? '';
}

function Row({ row, go }: { row: Conversation; go(id: string): void }): VNode {
  const t = useTexts();
  const { tag } = useView((view) => view.language);
  const siteName = useSiteName();
  const name = row.agent?.name ?? siteName;
  const words = useLastWords(row);
  return (
    <li>
      <button type="button" class="row" data-unread={row.unread > 0} onClick={() => go(row.id)}>
        <Avatar name={name} />
        <span class="row-text">
          <span class="row-top">
            <b>
              <bdi>{name}</bdi>
            </b>
            <time>{shortTime(row.activeAt, tag)}</time>
          </span>
          <span class="row-words" dir="auto">
            {words && row.last?.by === 'visitor' && `${t('you')}: `}
            {words}
          </span>
        </span>
        {row.unread > 0 && <span class="count">{row.unread}</span>}
      </button>
    </li>
  );
}

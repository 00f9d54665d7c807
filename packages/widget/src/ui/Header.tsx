import type { VNode } from 'preact';
import { byActivity } from '../store/selectors.ts';
import { Avatar } from './Avatar.tsx';
import { useChat, useClient, useTexts, useView } from './context.ts';
import { BackIcon, CloseIcon } from './icons.tsx';

/** Whom one talks to and whether somebody is there. */
export function Header(): VNode {
  const { view, close } = useChat();
  const t = useTexts();
  const place = useView((state) => state.place);
  const site = useClient((state) => state.site);
  const count = useClient((state) => byActivity(state).length);
  const id = place.at === 'thread' ? place.conversation : null;
  const agent = useClient((state) => (id ? (state.conversations[id]?.agent ?? null) : null));
  const isThere = agent ? site.online.includes(agent.id) : site.online.length > 0;
  const isList = place.at === 'list';
  const title = isList ? t('conversations') : (agent?.name ?? site.name);
  return (
    <div class="header">
      {!isList && count > 0 && (
        <button
          type="button"
          class="icon-button"
          aria-label={t('back')}
          onClick={() => view.setState({ place: { at: 'list' } })}
        >
          <BackIcon />
        </button>
      )}
      {agent && !isList && <Avatar name={agent.name} online={isThere} />}
      <div class="title">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        {!isList && (
          <p class="presence" data-online={isThere}>
            {isThere ? t('online') : t('away')}
          </p>
        )}
      </div>
      <button type="button" class="icon-button" aria-label={t('close')} onClick={close}>
        <CloseIcon />
      </button>
    </div>
  );
}

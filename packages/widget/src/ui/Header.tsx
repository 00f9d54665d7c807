import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { byActivity } from '../store/selectors.ts';
import { useChat, useClient, useSiteName, useTexts, useView } from './context.ts';
import { BackIcon, CloseIcon, MenuIcon } from './icons.tsx';
import { useAway } from './use-away.ts';
import { usePart } from './use-part.ts';

/** Whom one talks to and whether somebody is there. */
export function Header(): VNode {
  const { view, close } = useChat();
  const t = useTexts();
  const place = useView((state) => state.place);
  const count = useClient((state) => byActivity(state).length);
  const isList = place.at === 'list';
  const [isMenu, setMenu] = useState(false);
  const part = usePart(isMenu, () => import('./parts/around.ts'));
  return (
    <div class="header">
      {!isList && (count > 0 || place.asks || place.at === 'article') && (
        <button
          type="button"
          class="icon-button"
          aria-label={t('back')}
          onClick={() => view.setState({ place: { at: 'list' }, greeted: undefined })}
        >
          <BackIcon />
        </button>
      )}
      {isList ? (
        <div class="title">
          <h2>{t('conversations')}</h2>
        </div>
      ) : (
        <Counterpart id={place.conversation ?? ''} />
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t('menu')}
        aria-expanded={isMenu}
        onClick={() => setMenu(!isMenu)}
      >
        <MenuIcon />
      </button>
      {isMenu && part && (
        <part.Menu conversation={place.conversation} close={() => setMenu(false)} />
      )}
      <button
        type="button"
        class="icon-button"
        part="close"
        aria-label={t('close')}
        onClick={close}
      >
        <CloseIcon />
      </button>
    </div>
  );
}

/** The agent who has the conversation, as long as no colleague answers in their absence. */
function Counterpart({ id }: { id: string }): VNode {
  const t = useTexts();
  const siteName = useSiteName();
  const status = useClient((state) => state.status);
  const { online } = useClient((state) => state.site);
  const assigned = useClient((state) => state.conversations[id]?.agent);
  const isThere = !!online[0];
  const agent = assigned && (!isThere || online.includes(assigned.id)) ? assigned : undefined;
  const away = useAway();
  const part = usePart(agent !== undefined, () => import('./parts/around.ts'));
  // Who is there was true while we heard of it; the banner says the rest.
  const wait = away ? <away.Wait /> : t('away');
  const presence = { online: isThere ? t('online') : wait, connecting: t('connecting') };
  return (
    <>
      {agent && part && <part.Avatar name={agent.name} online={isThere && status === 'online'} />}
      <div class="title">
        <h2>
          <bdi>{agent?.name ?? siteName}</bdi>
        </h2>
        <p class="presence" data-online={isThere && status === 'online'}>
          {presence[status as keyof typeof presence]}
        </p>
      </div>
    </>
  );
}

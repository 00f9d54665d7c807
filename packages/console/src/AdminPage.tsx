import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDesk, useStore } from './store/context.ts';
import type { PageName } from './store/place.ts';
import { isAdmin, isForAll } from './store/state.ts';
import { Button } from './ui/Button.tsx';
import { EmptyState } from './ui/EmptyState.tsx';
import { AlertIcon, LockIcon } from './ui/icons.tsx';

/** Loaded when somebody goes there: the inbox carries nothing of them. */
const loaders: Record<PageName, () => Promise<ComponentType>> = {
  queues: () => import('./features/queues/Queues.tsx').then(({ Queues }) => Queues),
  journeys: () => import('./features/journeys/Journeys.tsx').then(({ Journeys }) => Journeys),
  bots: () => import('./features/bots/Bots.tsx').then(({ Bots }) => Bots),
  routing: () => import('./features/routing/Routing.tsx').then(({ Routing }) => Routing),
  sites: () => import('./features/sites/Sites.tsx').then(({ Sites }) => Sites),
  events: () => import('./features/events/Events.tsx').then(({ Events }) => Events),
  endpoints: () => import('./features/endpoints/Endpoints.tsx').then(({ Endpoints }) => Endpoints),
  keys: () => import('./features/keys/Keys.tsx').then(({ Keys }) => Keys),
  team: () => import('./features/team/Team.tsx').then(({ Team }) => Team),
};

/** A page in place of the inbox; most are for administrators. */
export function AdminPage({ page }: { page: PageName }) {
  const mayAll = useStore((state) => isAdmin(state) || isForAll(page));
  const [Loaded, setLoaded] = useState<ComponentType | 'failed' | null>(null);
  useEffect(() => {
    if (!mayAll) return;
    loaders[page]().then(
      (Inner) => setLoaded(() => Inner),
      () => setLoaded('failed'),
    );
  }, [page, mayAll]);
  if (!mayAll) return <ForAdmins />;
  if (Loaded === 'failed') return <NotLoaded />;
  return Loaded ? <Loaded /> : <main class="page" aria-busy="true" />;
}

function ForAdmins() {
  const { go } = useDesk();
  return (
    <main class="page">
      <EmptyState icon={LockIcon} title="This page is for administrators.">
        <p>Ask one of them if you need something that is set up here.</p>
        <Button onClick={() => go.view('mine')}>Go to your conversations</Button>
      </EmptyState>
    </main>
  );
}

/** The network is gone, or the console was upgraded and the file with it. */
function NotLoaded() {
  return (
    <main class="page">
      <EmptyState icon={AlertIcon} title="The page could not be loaded.">
        <p>Check your connection; after an upgrade of the relay, reloading is enough.</p>
        <Button onClick={() => location.reload()}>Reload</Button>
      </EmptyState>
    </main>
  );
}

import { useLayoutEffect } from 'preact/hooks';
import { AdminPage } from './AdminPage.tsx';
import { HandBack } from './features/bots/HandBack.tsx';
import { Conversation } from './features/conversation/Conversation.tsx';
import { Details } from './features/details/Details.tsx';
import { Help } from './features/help/Help.tsx';
import { Inbox } from './features/inbox/Inbox.tsx';
import { LinkBar } from './features/notices/LinkBar.tsx';
import { PageTitle } from './features/notices/PageTitle.tsx';
import { Toast } from './features/notices/Toast.tsx';
import { Offers } from './features/offers/Offers.tsx';
import { Actions, Palette } from './features/palette/Palette.tsx';
import { AssignPicker } from './features/pickers/AssignPicker.tsx';
import { SnoozePicker } from './features/pickers/SnoozePicker.tsx';
import { TagsPicker } from './features/pickers/TagsPicker.tsx';
import { Rail } from './features/rail/Rail.tsx';
import { SetUp } from './features/sign-in/SetUp.tsx';
import { SignIn } from './features/sign-in/SignIn.tsx';
import { Unreachable } from './features/sign-in/Unreachable.tsx';
import { useDesk, useStore } from './store/context.ts';
import { openRow } from './store/state.ts';
import { useShortcuts } from './use-shortcuts.ts';

export function App() {
  const session = useStore((state) => state.session);
  useTheme();
  switch (session.phase) {
    case 'checking':
      return <main class="door" aria-busy="true" />;
    case 'unreachable':
      return <Unreachable />;
    case 'signed-out':
      return <SignIn notice={session.notice} />;
    case 'set-up':
      return <SetUp token={session.token} />;
    case 'signed-in':
      return <Shell />;
  }
}

/** Auto leaves it to the system; the style sheet knows both. */
function useTheme(): void {
  const theme = useStore(({ settings }) => settings.theme);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}

/** Rail, list, thread and details; on a small screen the route decides which of them is seen. */
function Shell() {
  const isOpen = useStore(({ route }) => route.conversation !== null);
  const hasDetails = useStore((state) => state.areDetailsOpen && openRow(state) !== undefined);
  useShortcuts();
  const page = useStore(({ route }) => route.place?.page);
  return (
    <div
      class={`shell ${isOpen ? 'is-open' : ''} ${hasDetails ? 'has-details' : ''} ${page ? 'has-page' : ''}`}
    >
      <Rail />
      {page ? <AdminPage key={page} page={page} /> : <InboxPlace hasDetails={hasDetails} />}
      <div class="notices">
        <LinkBar />
        <Toast />
      </div>
      <Offers />
      <Overlay />
      <PageTitle />
    </div>
  );
}

function InboxPlace({ hasDetails }: { hasDetails: boolean }) {
  return (
    <main class="desk">
      <h1 class="sr-only">Throughline console</h1>
      <Inbox />
      <Conversation />
      {hasDetails && <DetailsPlace />}
    </main>
  );
}

function DetailsPlace() {
  const { preferences } = useDesk();
  return (
    <>
      {/* A press beside the drawer closes it; by key, Escape and its own button do. */}
      <div
        class="details-veil"
        aria-hidden="true"
        onClick={() => preferences.toggleDetails(false)}
      />
      <Details />
    </>
  );
}

function Overlay() {
  const overlay = useStore((state) => state.overlay);
  switch (overlay) {
    case null:
      return null;
    case 'palette':
      return <Palette />;
    case 'actions':
      return <Actions />;
    case 'assign':
      return <AssignPicker />;
    case 'snooze':
      return <SnoozePicker />;
    case 'tags':
      return <TagsPicker />;
    case 'hand-back':
      return <HandBack />;
    case 'help':
      return <Help />;
  }
}

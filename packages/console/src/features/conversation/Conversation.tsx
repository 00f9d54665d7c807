import { ERRORS } from '@throughline/shared';
import { nameOf } from '../../lib/person.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { openRow } from '../../store/state.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { AlertIcon, ChatIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ApprovalCard } from './ApprovalCard.tsx';
import { Composer } from './Composer.tsx';
import { Header } from './Header.tsx';
import { Standing } from './Standing.tsx';
import { SuggestionCard } from './SuggestionCard.tsx';
import { Thread } from './Thread.tsx';
import { WritingBar } from './WritingBar.tsx';

/** Everything about the conversation in the route. */
export function Conversation() {
  const conversation = useStore(({ route }) => route.conversation);
  const row = useStore(openRow);
  const label = row ? `Conversation with ${nameOf(row.contact)}` : 'Conversation';
  return (
    <section class="conversation" aria-label={label}>
      {conversation === null ? (
        <NothingOpen />
      ) : (
        <>
          <Header />
          <Standing />
          <Body conversation={conversation} />
        </>
      )}
    </section>
  );
}

function NothingOpen() {
  return (
    <EmptyState icon={ChatIcon} title="Choose a conversation">
      <p>What was said, and who said it, appears here.</p>
      <dl class="key-hints">
        <dt>
          <Kbd keys="j" /> <Kbd keys="k" />
        </dt>
        <dd>go through the list</dd>
        <dt>
          <Kbd keys="Mod+k" />
        </dt>
        <dd>every command</dd>
        <dt>
          <Kbd keys="?" />
        </dt>
        <dd>all shortcuts</dd>
      </dl>
    </EmptyState>
  );
}

function Body({ conversation }: { conversation: string }) {
  const thread = useStore(({ threads }) => threads[conversation]);
  if (!thread || thread.phase === 'loading')
    return <Skeleton label="Loading the conversation" rows={4} kind="message" />;
  if (thread.phase === 'failed' && thread.events.length === 0) return <Failed code={thread.code} />;
  return (
    <>
      <Thread key={conversation} conversation={conversation} thread={thread} />
      <WritingBar conversation={conversation} />
      <ApprovalCard conversation={conversation} />
      <SuggestionCard conversation={conversation} />
      <Composer conversation={conversation} />
    </>
  );
}

function Failed({ code }: { code: keyof typeof ERRORS | null }) {
  const { threads, go } = useDesk();
  const isGone = code === 'not_found';
  return (
    <EmptyState
      icon={AlertIcon}
      title={isGone ? 'This conversation does not exist.' : 'The conversation could not be loaded.'}
    >
      {code && !isGone && <p>{ERRORS[code].message}</p>}
      {isGone ? (
        <Button onClick={() => go.open(null)}>Back to the list</Button>
      ) : (
        <Button onClick={() => threads.retry()}>Try again</Button>
      )}
    </EmptyState>
  );
}

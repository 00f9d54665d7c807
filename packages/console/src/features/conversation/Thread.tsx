import { useEffect, useMemo, useRef } from 'preact/hooks';
import { nameOf } from '../../lib/person.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { type Item, readThread, type Utterance } from '../../store/items.ts';
import { agentOf, openRow } from '../../store/state.ts';
import { hasOlder, type Thread as ThreadState } from '../../store/thread.ts';
import { DownIcon } from '../../ui/icons.tsx';
import { useNow } from '../../ui/use-now.ts';
import { DeedLine } from './DeedLine.tsx';
import { FactLine } from './Facts.tsx';
import { type Block, lastAnswer, layOut } from './lay-out.ts';
import { type Fate, MessageGroup, type Person } from './Messages.tsx';
import { useScroll } from './use-scroll.ts';

interface ThreadProps {
  conversation: string;
  thread: ThreadState;
}

const DAY_CHECK_MS = 60_000;

/** The conversation itself, newest at the bottom. */
export function Thread({ conversation, thread }: ThreadProps) {
  const { threads, reading } = useDesk();
  const agent = useStore(agentOf);
  const outbox = useStore((state) => state.outbox);
  const row = useStore(openRow);
  const isFocused = useStore((state) => state.isFocused);
  const now = useNow(DAY_CHECK_MS);
  const me = useMemo(
    () => ({ kind: 'agent' as const, id: agent?.id ?? '', name: agent?.name ?? '' }),
    [agent],
  );
  const { items, visitorRead } = useMemo(
    () => readThread(thread.events, outbox, { conversation, me }),
    [thread.events, outbox, conversation, me],
  );
  const readBefore = thread.readBefore ?? null;
  const blocks = layOut(items, { now, readBefore });
  const scroll = useScroll({ items, onNearTop: threads.older });
  const { isAtEnd } = scroll;
  // Each of these can be what makes it seen.
  useEffect(() => {
    if (isAtEnd) reading.seen();
  }, [isAtEnd, isFocused, items, row?.agentRead]);
  const fate = useFate(items, Math.max(visitorRead, row?.visitorRead ?? 0));
  return (
    <div class="thread">
      <section
        class="thread-scroller"
        ref={scroll.ref}
        onScroll={scroll.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by key
        tabIndex={0}
        aria-label="Messages"
      >
        <Beginning thread={thread} onOlder={threads.older} />
        <ol class="blocks">
          {blocks.map((block) => (
            <BlockView
              key={block.id}
              block={block}
              fate={fate}
              personOf={(by) => personOf(by, me.id, row)}
            />
          ))}
        </ol>
        <Typing conversation={conversation} />
      </section>
      {!isAtEnd && <JumpButton unseen={scroll.unseen} onJump={scroll.toEnd} />}
      <Announcer items={items} />
    </div>
  );
}

type Row = ReturnType<typeof openRow>;

function personOf(by: Utterance['by'], me: string, row: Row): Person {
  if (by.kind === 'visitor') {
    const contact = row?.contact ?? { id: by.id, name: null };
    return { side: 'theirs', name: nameOf(contact), knownName: contact.name, isMe: false };
  }
  const name = by.name ?? (by.kind === 'bot' ? 'Bot' : 'Colleague');
  return { side: 'ours', name, knownName: name, isMe: by.id === me };
}

interface BlockProps {
  block: Block;
  fate: Fate | null;
  personOf(by: Utterance['by']): Person;
}

function BlockView({ block, fate, personOf }: BlockProps) {
  switch (block.kind) {
    case 'day':
      return (
        <li class="day">
          <span>{block.label}</span>
        </li>
      );
    case 'new':
      return (
        <li class="new-line">
          <span>New</span>
        </li>
      );
    case 'facts':
      return <FactLine facts={block.facts} />;
    case 'deed':
      return <DeedLine deed={block.deed} />;
    case 'group':
      return <MessageGroup group={block} person={personOf(block.first.by)} fate={fate} />;
  }
}

/** Above the oldest message held; as high while it loads as before, so that nothing moves. */
function Beginning({ thread, onOlder }: { thread: ThreadState; onOlder(): void }) {
  if (!hasOlder(thread)) return null;
  return (
    <p class="beginning" role="status">
      {thread.older === 'loading' ? (
        'Loading earlier messages…'
      ) : (
        <button type="button" class="link" onClick={onOlder}>
          {thread.older === 'failed'
            ? 'Earlier messages could not be loaded. Try again'
            : 'Earlier messages'}
        </button>
      )}
    </p>
  );
}

/** What became of our last message. */
function useFate(items: readonly Item[], seenUpTo: number): Fate | null {
  const isOnline = useStore(({ link }) => link.status === 'online');
  const last = lastAnswer(items);
  if (!last || last.state === 'failed') return null;
  if (last.state !== 'sent')
    return { id: last.id, text: isOnline ? 'Sending…' : 'Waiting for the connection' };
  const isSeen = last.pub !== null && last.pub <= seenUpTo;
  return { id: last.id, text: isSeen ? 'Seen' : 'Sent' };
}

function Typing({ conversation }: { conversation: string }) {
  const isTyping = useStore(({ presence }) => conversation in presence.typing);
  return (
    <div class="typing" role="status">
      {isTyping && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          Visitor is typing…
        </>
      )}
    </div>
  );
}

function JumpButton({ unseen, onJump }: { unseen: number; onJump(): void }) {
  return (
    <button type="button" class="jump" onClick={onJump}>
      <DownIcon />
      {unseen > 0 ? `${unseen} new` : 'Latest'}
    </button>
  );
}

/** Reads out what a visitor writes while the thread is open; history stays silent. */
function Announcer({ items }: { items: readonly Item[] }) {
  const last = items.findLast((item) => item.kind === 'message' && item.by.kind === 'visitor');
  const first = useRef(last?.id);
  const isNew = last !== undefined && last.id !== first.current && last.kind === 'message';
  return (
    <p class="sr-only" aria-live="polite">
      {isNew && `Visitor: ${last.text}`}
    </p>
  );
}

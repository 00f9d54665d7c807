import type { ConversationSummary } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { dueOf } from '../../lib/due.ts';
import { firstName } from '../../lib/person.ts';
import { duePromise } from '../../lib/promise.ts';
import { waitText } from '../../lib/wait.ts';
import { useStore } from '../../store/context.ts';
import { myId, openRow, queueName, teamName } from '../../store/state.ts';
import { type Decision, decisionIn } from '../../store/why.ts';
import {
  AlertIcon,
  BellIcon,
  type Icon,
  PauseIcon,
  PersonIcon,
  QueueIcon,
} from '../../ui/icons.tsx';
import { Reasons } from '../../ui/Reasons.tsx';
import { useNow } from '../../ui/use-now.ts';

const SECOND_MS = 1000;

/** Under the head: where it waits, whom it was brought to and why, and what was promised. */
export function Standing() {
  const row = useStore(openRow);
  const events = useStore(({ threads, route }) => threads[route.conversation ?? '']?.events);
  const decision = useMemo(() => decisionIn(events ?? []), [events]);
  if (!row || row.status === 'resolved') return null;
  const isWaiting = row.queue !== null || row.replyDue || row.parked || row.promises.length > 0;
  if (!isWaiting && !decision) return null;
  return (
    <div class="standing">
      <p class="standing-line">
        {row.queue !== null && <Waits row={row} queue={row.queue} />}
        {row.queue === null && decision?.queue && <From queue={decision.queue} />}
        {row.replyDue && <DueBy due={row.replyDue} />}
        {row.offer && <OfferedTo agent={row.offer.agent} />}
        {row.parked && (
          <Piece icon={PauseIcon}>Parked: it takes no room until the visitor writes</Piece>
        )}
        {row.promises.length > 0 && <Promised row={row} />}
      </p>
      {decision && <Reason decision={decision} />}
    </div>
  );
}

function Piece({ icon: Glyph, children }: { icon: Icon; children: ComponentChildren }) {
  return (
    <span class="standing-piece">
      <Glyph size={14} />
      <span>{children}</span>
    </span>
  );
}

interface WaitsProps {
  row: ConversationSummary;
  queue: string;
}

function Waits({ row: { unansweredSince }, queue }: WaitsProps) {
  const name = useStore((state) => queueName(state, queue));
  const now = useNow(SECOND_MS);
  return (
    <Piece icon={QueueIcon}>
      Waits in <bdi>{name}</bdi>
      {unansweredSince !== null && (
        <span class="standing-time"> · {waitText(unansweredSince, now)}</span>
      )}
    </Piece>
  );
}

function DueBy({ due }: { due: NonNullable<ConversationSummary['replyDue']> }) {
  const standing = dueOf(due, useNow(SECOND_MS));
  if (!standing) return null;
  return (
    <span class={`standing-piece due-${standing.tone}`}>
      <AlertIcon size={14} />
      <span class="standing-time">{standing.text}</span>
    </span>
  );
}

function From({ queue }: { queue: string }) {
  const name = useStore((state) => queueName(state, queue));
  return (
    <Piece icon={QueueIcon}>
      From <bdi>{name}</bdi>
    </Piece>
  );
}

function OfferedTo({ agent }: { agent: string }) {
  const me = useStore(myId);
  const name = useStore((state) => teamName(state, agent));
  return (
    <Piece icon={PersonIcon}>
      Offered to <bdi>{agent === me ? 'you' : (name ?? 'a colleague')}</bdi>
    </Piece>
  );
}

function Promised({ row: { promises } }: { row: ConversationSummary }) {
  const now = useNow(SECOND_MS);
  const due = duePromise(promises, now);
  return due && <Piece icon={BellIcon}>{due}</Piece>;
}

function Reason({ decision: { agent, why } }: { decision: Decision }) {
  const me = useStore(myId);
  const name = agent && (agent.id === me ? 'me' : firstName(agent.name ?? 'them'));
  return <Reasons title={name ? `Why ${name}?` : 'Why here?'} why={why} />;
}

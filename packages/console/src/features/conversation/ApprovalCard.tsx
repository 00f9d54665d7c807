import { useId, useMemo } from 'preact/hooks';
import { spanText } from '../../lib/wait.ts';
import { type Approval, approvalIn } from '../../store/approval.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { Arguments } from '../../ui/Arguments.tsx';
import { Button } from '../../ui/Button.tsx';
import { CheckIcon, CloseIcon, LockIcon } from '../../ui/icons.tsx';
import { TimeLeft } from '../../ui/TimeLeft.tsx';
import { useNow } from '../../ui/use-now.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** Above the composer: what a bot wants to do and may not without a person's yes. */
export function ApprovalCard({ conversation }: { conversation: string }) {
  const events = useStore(({ threads }) => threads[conversation]?.events);
  const approval = useMemo(() => approvalIn(events ?? []), [events]);
  return (
    <>
      <p class="sr-only" aria-live="polite">
        {approval && `${approval.by} asks whether it may call ${approval.tool}.`}
      </p>
      {approval && <Card key={approval.id} approval={approval} />}
    </>
  );
}

function Card({ approval }: { approval: Approval }) {
  const id = useId();
  const now = useNow(SECOND_MS);
  const { by, tool, expiresAt } = approval;
  const isOver = expiresAt <= now;
  return (
    <section class="suggestion approval" aria-labelledby={id}>
      <header class="suggestion-head">
        <LockIcon size={16} />
        <h3 id={id}>
          <bdi>{by}</bdi> asks to call <code>{tool}</code>
        </h3>
        {!isOver && <Left until={expiresAt} now={now} />}
      </header>
      <Arguments json={approval.arguments} />
      {isOver ? (
        <p class="suggestion-after">Nobody has decided in time: it is not done.</p>
      ) : (
        <Answers approval={approval} />
      )}
    </section>
  );
}

/** In its last minute, second by second. */
function Left({ until, now }: { until: number; now: number }) {
  const leftMs = until - now;
  if (leftMs <= MINUTE_MS) return <TimeLeft until={until} />;
  return <span class="suggestion-due">{spanText(leftMs - (leftMs % MINUTE_MS))} left</span>;
}

function Answers({ approval: { id } }: { approval: Approval }) {
  const { outgoing } = useDesk();
  // A second press asks for nothing new.
  const isSending = useStore(({ outbox }) =>
    outbox.some(({ input }) => 'approval' in input && input.approval === id),
  );
  return (
    <div class="suggestion-answers">
      <p class="approval-note">Exactly this is called, once.</p>
      <Button icon={CloseIcon} disabled={isSending} onClick={() => outgoing.decide(id, 'rejected')}>
        Reject
      </Button>
      <Button
        kind="primary"
        icon={CheckIcon}
        disabled={isSending}
        onClick={() => outgoing.decide(id, 'approved')}
      >
        Approve
      </Button>
    </div>
  );
}

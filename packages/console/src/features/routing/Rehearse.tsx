import type { Rehearsal } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { reasonText } from '../../lib/reason.ts';
import { capitalised, fullTime, pastMoment } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import type { Reply } from '../../store/relay.ts';
import { Button } from '../../ui/Button.tsx';
import { pointerOf, readDraft } from './draft.ts';

interface RehearseProps {
  /** What stands in the editor. */
  text: string;
  /** Whether it could be published. */
  isSound: boolean;
  onGo(line: number): void;
}

/** Decides the past anew by what stands in the editor, before it is in force. */
export function Rehearse({ text, isSound, onGo }: RehearseProps) {
  const { relay } = useDesk();
  const [reply, setReply] = useState<Reply<Rehearsal> | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function run(): Promise<void> {
    const draft = readDraft(text);
    if (!draft.ok || draft.routing === null) return;
    setBusy(true);
    setReply(
      await relay.ask<Rehearsal>({
        ...{ method: 'POST', path: '/v1/blueprint/routing/rehearse' },
        body: { routing: draft.routing },
      }),
    );
    setBusy(false);
  }

  const isEmpty = text.trim() === '';
  return (
    <div class="bench">
      <p class="routing-quiet">
        Places the conversations of the last 30 days anew, with what was known when they came. It
        does not say who would have answered, nor how long anybody would have waited.
      </p>
      <Button kind="primary" disabled={!isSound || isEmpty || isBusy} onClick={() => void run()}>
        {isBusy ? 'Rehearsing…' : 'Rehearse'}
      </Button>
      {!isSound && <p class="routing-quiet">Solve its problems first.</p>}
      <div role="status">
        {reply && !reply.ok && <p class="bench-fault">{reply.message}</p>}
        {reply?.ok && <Result rehearsal={reply.data} text={text} onGo={onGo} />}
      </div>
    </div>
  );
}

interface ResultProps extends Pick<RehearseProps, 'text' | 'onGo'> {
  rehearsal: Rehearsal;
}

/** Whether the past can be trusted: the routing in force has to come to what it came to then. */
function pastText({ past: { decided, same } }: Rehearsal): string {
  if (decided === 0)
    return 'None of them was placed by the routing in force, so nothing was checked.';
  return same === decided
    ? `The routing in force places all ${decided} it had placed as it did then.`
    : `Careful: the routing in force places only ${same} of the ${decided} it had placed as it did then.`;
}

function Result({ rehearsal, text, onGo }: ResultProps) {
  const { count, since, elsewhere, queues, conversations, tookMs } = rehearsal;
  if (count === 0 || since === null)
    return <p class="routing-quiet">No conversation was placed by rules in that time.</p>;
  return (
    <div class="bench-answer">
      <p class="bench-queue">
        {elsewhere === 0 ? (
          <>
            <strong>Nothing changes</strong> for {count}{' '}
            {count === 1 ? 'conversation' : 'conversations'}
          </>
        ) : (
          <>
            <strong>
              {elsewhere} of {count}
            </strong>{' '}
            would have waited elsewhere
          </>
        )}
      </p>
      <p class="routing-quiet">
        {pastText(rehearsal)} Since {fullTime(since)}; it took {tookMs} ms.
      </p>
      <Queues queues={queues} />
      {elsewhere > 0 && (
        <ul class="rehearsed">
          {conversations.map((one) => (
            <Moved key={one.conversation} moved={one} text={text} onGo={onGo} />
          ))}
        </ul>
      )}
      {elsewhere > conversations.length && (
        <p class="routing-quiet">The newest {conversations.length} are listed.</p>
      )}
    </div>
  );
}

function Queues({ queues }: Pick<Rehearsal, 'queues'>) {
  return (
    <table class="rehearsed-queues">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col">In force</th>
          <th scope="col">This draft</th>
        </tr>
      </thead>
      <tbody>
        {queues.map(({ queue, before, after }) => (
          <tr key={queue} class={before === after ? '' : 'is-changed'}>
            <th scope="row">{queue}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface MovedProps extends Pick<RehearseProps, 'text' | 'onGo'> {
  moved: Rehearsal['conversations'][number];
}

function Moved({ moved, text, onGo }: MovedProps) {
  const { conversation, at, from, to, path, reasons } = moved;
  const draft = readDraft(text);
  const line = draft.ok ? draft.lineOf(pointerOf(path)) : null;
  return (
    <li>
      <a href={`/console/all/${conversation}`} title={fullTime(at)}>
        {capitalised(pastMoment(at, Date.now()))}
      </a>
      : {from} → <strong>{to}</strong>
      <span class="routing-quiet">
        {' '}
        {reasons.map(reasonText).join(', ')}
        {line !== null && (
          <>
            {' '}
            <button type="button" class="link" onClick={() => onGo(line)}>
              line {line}
            </button>
          </>
        )}
      </span>
    </li>
  );
}

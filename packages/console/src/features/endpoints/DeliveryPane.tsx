import type { CloudEvent, DeliveryDetail } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { asJson } from '../../lib/fixture.ts';
import { capitalised, clockSeconds, fullTime, pastMoment } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Code } from '../../ui/Code.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { ChatIcon, WakeIcon } from '../../ui/icons.tsx';
import { Pane } from '../../ui/Pane.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { StateMark } from './parts.tsx';
import { deliveryTones, fateOf, triesTitle } from './words.ts';

interface DeliveryPaneProps {
  endpoint: string;
  offset: number;
  now: number;
  onClose(): void;
  onReplayed(): void;
}

const POLL_MS = 2000;

/** One delivery: its event and every try, with what was sent and what came back. */
export function DeliveryPane({ endpoint, offset, now, onClose, onReplayed }: DeliveryPaneProps) {
  const path = `/v1/endpoints/${endpoint}/deliveries/${offset}`;
  const { data, fault, reload } = useAsked<DeliveryDetail>(path, POLL_MS);
  return (
    <Pane title={data?.type || 'Delivery'} onClose={onClose}>
      {data && (
        <Loaded
          delivery={data}
          endpoint={endpoint}
          now={now}
          onReplayed={() => {
            void reload();
            onReplayed();
          }}
        />
      )}
      {!data && !fault && <Skeleton label="Loading the delivery" rows={4} kind="line" />}
      {!data && fault && (
        <Failed
          title={
            fault.code === 'not_found'
              ? 'This delivery is no longer kept.'
              : 'The delivery could not be loaded.'
          }
          text={fault.message}
          onRetry={() => void reload()}
        />
      )}
    </Pane>
  );
}

interface LoadedProps extends Pick<DeliveryPaneProps, 'endpoint' | 'now' | 'onReplayed'> {
  delivery: DeliveryDetail;
}

function Loaded({ delivery, endpoint, now, onReplayed }: LoadedProps) {
  const { go } = useDesk();
  const { conversation, tries, attempts } = delivery;
  const event = delivery.event as CloudEvent | undefined;
  return (
    <>
      <p class="pane-line">
        <StateMark tone={deliveryTones[delivery.state]} text={fateOf(delivery, now)} />
        {attempts > 0 && `, ${triesTitle(attempts)}`}
      </p>
      <div class="pane-actions">
        <ReplayOne endpoint={endpoint} offset={delivery.offset} onReplayed={onReplayed} />
        {event && <CopyButton text={() => asJson(event)}>Copy event</CopyButton>}
        {conversation && (
          <Button icon={ChatIcon} onClick={() => go.open(conversation)}>
            Open in the inbox
          </Button>
        )}
      </div>
      <h3 class="pane-title">Tries</h3>
      {tries.length === 0 ? (
        <p class="pane-line">None yet.</p>
      ) : (
        <ol class="tries">
          {[...tries].reverse().map((one) => (
            <Try key={one.at} one={one} now={now} />
          ))}
        </ol>
      )}
      <h3 class="pane-title">Event</h3>
      {event ? (
        <Code label="The event as it is sent">{asJson(event)}</Code>
      ) : (
        <p class="pane-line">The event is no longer in the log.</p>
      )}
    </>
  );
}

const isFine = (status: number | null): boolean => status !== null && status < 300;

function Try({ one, now }: { one: DeliveryDetail['tries'][number]; now: number }) {
  const { at, durationMs, status, error, request, response } = one;
  const when = `${capitalised(pastMoment(at, now)).split(' ')[0]} ${clockSeconds(at)}`;
  return (
    <li class="try">
      <details>
        <summary>
          <span class={`try-status ${isFine(status) ? '' : 'try-bad'}`}>
            {status ?? 'No answer'}
          </span>
          <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
            {when}
          </time>
          <span class="try-duration">{durationMs} ms</span>
        </summary>
        <h4>Request</h4>
        <Code label="Request" isWrapped>
          {request}
        </Code>
        <h4>Answer</h4>
        {response === null ? (
          <p class="pane-line">There was none.</p>
        ) : (
          <Code label="Answer" isWrapped>
            {response}
          </Code>
        )}
      </details>
      {error && <p class="try-error">{capitalised(error)}</p>}
    </li>
  );
}

type ReplayOneProps = Pick<DeliveryPaneProps, 'endpoint' | 'offset' | 'onReplayed'>;

function ReplayOne({ endpoint, offset, onReplayed }: ReplayOneProps) {
  const { relay, notices } = useDesk();
  const [isBusy, setBusy] = useState(false);
  async function replay(): Promise<void> {
    setBusy(true);
    const reply = await relay.ask<{ count: number }>({
      method: 'POST',
      path: `/v1/endpoints/${endpoint}/replay`,
      body: { offset },
    });
    setBusy(false);
    if (reply.ok) notices.say('Filed once more; it is on its way.');
    else notices.say(`Not replayed: ${reply.message}`, { tone: 'warning' });
    onReplayed();
  }
  return (
    <Button icon={WakeIcon} disabled={isBusy} onClick={() => void replay()}>
      Replay this one
    </Button>
  );
}

import type { BotSwitches, Unsigned } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { isAdmin } from '../../store/state.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { BotIcon, PauseIcon, PlayIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { BotCard } from './BotCard.tsx';
import '../../styles/admin/index.css';

/** Turns are no events: how many there are is looked at, like the queues. */
const LOOK_MS = 3000;

/** Who answers beside people, how that goes, and the switch. */
export function Bots() {
  const { relay, notices } = useDesk();
  const { data, fault, reload } = useAsked<BotSwitches>('/v1/bots', LOOK_MS);
  const mayAll = useStore(isAdmin);

  async function turn(path: string, on: boolean): Promise<void> {
    const reply = await relay.ask({ method: 'PUT', path, body: { on } });
    if (!reply.ok) notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    await reload();
  }

  const isAny = data !== undefined && data.data.length > 0;
  return (
    <Page
      title="Bots"
      line={data && <Line bots={data} isOld={fault !== null} />}
      actions={
        isAny && mayAll && <All isOn={data.on} onTurn={(on) => void turn('/v1/bots/switch', on)} />
      }
    >
      <div class="page-body">
        {isAny && !data.on && (
          <p class="bots-stopped" role="status">
            All bots are stopped: people answer everything.
          </p>
        )}
        {data && data.unsigned.length > 0 && <Mute all={data.unsigned} />}
        {isAny && (
          <ul class="bots">
            {data.data.map((bot) => (
              <BotCard
                key={bot.id}
                bot={bot}
                onTurn={
                  mayAll && data.on ? (on) => void turn(`/v1/bots/${bot.id}/switch`, on) : null
                }
              />
            ))}
          </ul>
        )}
        {data && !isAny && <NoBots />}
        {!data && fault && (
          <Failed
            title="The bots could not be loaded."
            text={fault.message}
            onRetry={() => void reload()}
          />
        )}
        {!data && !fault && <Skeleton label="Loading the bots" rows={3} kind="line" />}
      </div>
    </Page>
  );
}

function Line({ bots: { on, data }, isOld }: { bots: BotSwitches; isOld: boolean }) {
  if (isOld) return <span class="stale">As it was a moment ago; the relay does not answer.</span>;
  if (data.length === 0) return 'Flows, programs and models that answer beside people';
  const count = on ? data.filter((bot) => bot.on).length : 0;
  const running = data.reduce((sum, bot) => sum + bot.running, 0);
  const thinking =
    running === 0
      ? 'none thinks now'
      : `${running} ${running === 1 ? 'turn is' : 'turns are'} thought about now`;
  return `${count} of ${data.length} on · ${thinking}`;
}

/** Who answers nothing, and why, before somebody wonders. */
function Mute({ all }: { all: Unsigned }) {
  return (
    <section class="bots-stopped" role="status">
      <p>Not asked yet: there is no secret to sign with. Run this where the relay runs:</p>
      <ul>
        {all.map(({ kind, id }) => (
          <li key={`${kind} ${id}`}>
            <code>
              throughline secret rotate {kind} {id}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface AllProps {
  isOn: boolean;
  onTurn(on: boolean): void;
}

/** The switch of all of them, before which one is asked. */
function All({ isOn, onTurn }: AllProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        kind={isOn ? 'danger' : 'primary'}
        icon={isOn ? PauseIcon : PlayIcon}
        onClick={() => setAsking(true)}
      >
        {isOn ? 'Stop all bots' : 'Let bots answer'}
      </Button>
      {isAsking && (
        <Confirm
          title={isOn ? 'Stop all bots?' : 'Let bots answer again?'}
          text={
            isOn
              ? 'Within a second no bot says anything more. People get every conversation a bot has now.'
              : 'Those that are on begin with the next conversation. What people have stays theirs.'
          }
          verb={isOn ? 'Stop all' : 'Let them answer'}
          isHarmless={!isOn}
          onConfirm={() => onTurn(!isOn)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function NoBots() {
  return (
    <EmptyState icon={BotIcon} title="There are no bots.">
      <p>
        A bot is a flow, a program behind an address, or a model. Put it under <code>flows</code> or{' '}
        <code>bots</code> of the blueprint, with <code>throughline blueprint apply</code>.
      </p>
      <p>
        How it is written stands in <code>docs/guides/bots.md</code> and{' '}
        <code>docs/guides/flows.md</code>.
      </p>
    </EmptyState>
  );
}

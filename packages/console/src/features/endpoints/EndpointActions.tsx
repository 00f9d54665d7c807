import type { EndpointSummary } from '@throughline/shared/schema';
import { useId, useState } from 'preact/hooks';
import { endOf } from '../../lib/time.ts';
import { Button } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import {
  BinIcon,
  type Icon,
  MoreIcon,
  PauseIcon,
  PencilIcon,
  PlayIcon,
  SendIcon,
  WakeIcon,
} from '../../ui/icons.tsx';
import type { OneEndpoint } from './use-endpoint.ts';

interface EndpointActionsProps {
  one: OneEndpoint;
  endpoint: EndpointSummary;
  now: number;
  onEdit(): void;
  onRotated(secret: string): void;
  onRemoved(): void;
}

/** What is done often stands there; the rest is one press away. */
export function EndpointActions(props: EndpointActionsProps) {
  const { one, endpoint } = props;
  return (
    <>
      {endpoint.disabled !== null && (
        <Button kind="primary" icon={PlayIcon} onClick={() => void one.enable()}>
          Enable again
        </Button>
      )}
      {endpoint.paused && endpoint.disabled === null && (
        <Button kind="primary" icon={PlayIcon} onClick={() => void one.setPaused(false)}>
          Resume
        </Button>
      )}
      <Button
        icon={SendIcon}
        title="Sends a test event, to this endpoint alone"
        onClick={() => void one.ping()}
      >
        Ping
      </Button>
      <More {...props} />
    </>
  );
}

function More({ one, endpoint, now, onEdit, onRotated, onRemoved }: EndpointActionsProps) {
  const menu = useId();
  const [asking, setAsking] = useState<'rotate' | 'remove' | null>(null);
  const { paused, previousUntil } = endpoint;
  const isRotating = previousUntil !== null && previousUntil > now;
  async function rotate(): Promise<void> {
    const secret = await one.rotate();
    if (secret !== undefined) onRotated(secret);
  }
  async function remove(): Promise<void> {
    if (await one.remove()) onRemoved();
  }
  const close = () => document.getElementById(menu)?.hidePopover?.();
  const item = (icon: Icon, title: string, run: () => void) => (
    <Item
      icon={icon}
      title={title}
      onRun={() => {
        close();
        run();
      }}
    />
  );
  return (
    <>
      <Button icon={MoreIcon} popovertarget={menu} aria-haspopup="true">
        More
      </Button>
      <div id={menu} class="menu page-menu" popover="auto">
        {item(PencilIcon, 'Edit…', onEdit)}
        {paused
          ? item(PlayIcon, 'Resume', () => void one.setPaused(false))
          : item(PauseIcon, 'Pause', () => void one.setPaused(true))}
        {isRotating ? (
          <p class="menu-remark">
            The secret can be rotated again from {endOf(previousUntil, now)} on.
          </p>
        ) : (
          item(WakeIcon, 'Rotate secret…', () => setAsking('rotate'))
        )}
        {item(BinIcon, 'Remove…', () => setAsking('remove'))}
      </div>
      {asking === 'rotate' && (
        <Confirm
          title="Rotate the signing secret?"
          text="You get a new secret. For 24 hours both sign every delivery, so that your receiver can change over; until then, no other rotation can begin."
          verb="Rotate"
          isHarmless
          onConfirm={() => void rotate()}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'remove' && (
        <Confirm
          title="Remove this endpoint?"
          text="Nothing more is sent there, and what is known of its deliveries goes with it. This cannot be undone."
          verb="Remove"
          onConfirm={() => void remove()}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function Item({ icon: Glyph, title, onRun }: { icon: Icon; title: string; onRun(): void }) {
  return (
    <button type="button" class="menu-item" onClick={onRun}>
      <Glyph />
      <span>{title}</span>
    </button>
  );
}

import type { ConversationSummary, Status } from '@throughline/shared/schema';
import { useEffect, useRef } from 'preact/hooks';
import { firstName, nameOf } from '../../lib/person.ts';
import { endOf } from '../../lib/time.ts';
import { roughWait } from '../../lib/wait.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { myId, openRow, teamName } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import {
  BackIcon,
  CheckIcon,
  ChevronIcon,
  ClockIcon,
  MoreIcon,
  PersonIcon,
  SidebarIcon,
  TagIcon,
  WakeIcon,
} from '../../ui/icons.tsx';
import { spell } from '../../ui/Kbd.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Viewers } from './Viewers.tsx';

const MINUTE_MS = 60_000;

/** Who it is, how it stands, and what can be done about it. */
export function Header() {
  const { go } = useDesk();
  const row = useStore(openRow);
  return (
    <header class="head">
      <span class="head-back">
        <IconButton label="Back to the list" icon={BackIcon} onClick={() => go.open(null)} />
      </span>
      {row ? <Title row={row} /> : <div class="head-title" />}
      {row && <Actions row={row} />}
    </header>
  );
}

function Title({ row }: { row: ConversationSummary }) {
  const { contact } = row;
  const name = nameOf(contact);
  const isBlocked = useStore(({ contacts }) => contacts[contact.id]?.blocked ?? false);
  const isOnline = useStore(({ presence }) => presence.visits[contact.id]?.online ?? false);
  const isHere = isOnline && !isBlocked;
  const heading = useRef<HTMLHeadingElement>(null);
  // On a small screen the list is gone, and the focus with it; whoever reads by ear goes on here.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, [row.id]);
  return (
    <div class="head-title">
      <Avatar id={contact.id} name={contact.name} size={36} isOnline={isHere} />
      <div class="head-words">
        <h2 title={name} ref={heading} tabIndex={-1}>
          <bdi>{name}</bdi>
        </h2>
        <p class="head-line">
          {isBlocked && <span class="head-blocked">Blocked</span>}
          <StatusMark row={row} />
          {isHere && <span class="sr-only">On the site now</span>}
        </p>
      </div>
      <Viewers conversation={row.id} />
    </div>
  );
}

const statusWords: Record<Status, string> = {
  open: 'Needs an answer',
  waiting: 'Waiting for the visitor',
  snoozed: 'Snoozed',
  resolved: 'Resolved',
};

function StatusMark({ row }: { row: ConversationSummary }) {
  const { status, snoozedUntil, unansweredSince, queue } = row;
  const now = useNow(MINUTE_MS);
  const text =
    status === 'snoozed' && snoozedUntil !== null
      ? `Snoozed until ${endOf(snoozedUntil, now)}`
      : statusWords[status];
  // What waits in a queue says so below, with the seconds.
  const waited =
    status === 'open' && unansweredSince !== null && queue === null
      ? ` · ${roughWait(unansweredSince, now)}`
      : '';
  return (
    <span class={`status status-${status}`}>
      <span class="status-text">
        {text}
        {waited}
      </span>
    </span>
  );
}

function Actions({ row }: { row: ConversationSummary }) {
  const { preferences } = useDesk();
  const areDetailsOpen = useStore((state) => state.areDetailsOpen);
  return (
    <div class="head-actions">
      <Owner row={row} />
      <span class="head-minor">
        <IconButton
          label="Tags"
          hint={spell('l')}
          icon={TagIcon}
          onClick={() => preferences.overlay('tags')}
        />
      </span>
      <Life row={row} />
      <span class="head-more">
        <IconButton label="More" icon={MoreIcon} onClick={() => preferences.overlay('actions')} />
      </span>
      <span class="head-details">
        <IconButton
          label="Details"
          hint={spell(']')}
          icon={SidebarIcon}
          aria-expanded={areDetailsOpen}
          onClick={() => preferences.toggleDetails()}
        />
      </span>
    </div>
  );
}

function Owner({ row: { assignee } }: { row: ConversationSummary }) {
  const { preferences } = useDesk();
  const me = useStore(myId);
  const name = useStore((state) => (assignee ? teamName(state, assignee) : undefined));
  const label = assignee === me ? 'Assigned to you' : name ? `Assigned to ${name}` : 'Unassigned';
  return (
    <button
      type="button"
      class="owner"
      title={`${label} (${spell('a')} to change, ${spell('i')} to take it)`}
      onClick={() => preferences.overlay('assign')}
    >
      {assignee ? (
        <Avatar id={assignee} name={name ?? null} size={24} />
      ) : (
        <span class="owner-none">
          <PersonIcon />
        </span>
      )}
      <span class="owner-name">
        {assignee && <span class="sr-only">Assigned to </span>}
        <bdi>{assignee === me ? 'You' : name ? firstName(name) : 'Assign'}</bdi>
      </span>
      <ChevronIcon size={14} />
    </button>
  );
}

/** What brings the conversation to its next state. */
function Life({ row: { status } }: { row: ConversationSummary }) {
  const { outgoing, preferences } = useDesk();
  if (status === 'resolved')
    return (
      <Button icon={WakeIcon} title={`Reopen (${spell('Shift+o')})`} onClick={outgoing.reopen}>
        Reopen
      </Button>
    );
  return (
    <>
      {status === 'snoozed' ? (
        <IconButton
          label="Wake now"
          hint={spell('Shift+o')}
          icon={WakeIcon}
          onClick={outgoing.reopen}
        />
      ) : (
        <IconButton
          label="Snooze"
          hint={spell('z')}
          icon={ClockIcon}
          onClick={() => preferences.overlay('snooze')}
        />
      )}
      <Button icon={CheckIcon} title={`Resolve (${spell('e')})`} onClick={outgoing.resolve}>
        Resolve
      </Button>
    </>
  );
}

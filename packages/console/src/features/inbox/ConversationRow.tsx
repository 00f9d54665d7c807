import type { ConversationSummary, View } from '@throughline/shared/schema';
import { nameOf } from '../../lib/person.ts';
import { endOf, fullTime } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import {
  AlertIcon,
  BellIcon,
  CheckIcon,
  ClockIcon,
  type Icon,
  PauseIcon,
  PersonIcon,
  QueueIcon,
  ReplyIcon,
} from '../../ui/icons.tsx';
import { memo } from '../../ui/memo.ts';
import { Tag } from '../../ui/Tag.tsx';
import type { Standing } from './standing.ts';

interface RowProps {
  row: ConversationSummary;
  view: View;
  isChosen: boolean;
  /** Something written in it could not be sent. */
  isUnsent: boolean;
  /** Whether the view leaves open in what state it is. */
  hasStatus: boolean;
  owner: string | null;
  isMine: boolean;
  /** What is begun in its composer. */
  draft: string | undefined;
  age: string;
  standing: Standing;
}

const TAGS_SHOWN = 2;

export const ConversationRow = memo((props: RowProps) => {
  const { row, view, isChosen, age } = props;
  const { go } = useDesk();
  return (
    <li class="row-item">
      <a
        class={`row ${row.unread ? 'row-unread' : ''}`}
        href={`/console/${view}/${row.id}`}
        aria-current={isChosen ? 'true' : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go.open(row.id);
        }}
      >
        <Avatar id={row.contact.id} name={row.contact.name} size={36} />
        <span class="row-name">
          {row.unread && <span class="sr-only">Unread: </span>}
          <bdi>{nameOf(row.contact)}</bdi>
        </span>
        <time
          class="row-time"
          dateTime={new Date(row.activeAt).toISOString()}
          title={fullTime(row.activeAt)}
        >
          {age}
        </time>
        <span class="row-line">
          <Snippet {...props} />
          <Ends {...props} />
        </span>
        <Marks {...props} />
      </a>
    </li>
  );
});

function Snippet({ row: { lastMessage, visitorPub }, isUnsent, draft }: RowProps) {
  if (isUnsent)
    return (
      <span class="row-snippet row-unsent">
        <AlertIcon size={14} /> Not sent
      </span>
    );
  if (draft !== undefined)
    return (
      <span class="row-snippet">
        <span class="row-draft">Draft</span>
        <span class="row-text" dir="auto">
          {draft}
        </span>
      </span>
    );
  if (!lastMessage)
    return (
      <span class="row-snippet row-faint">
        {visitorPub > 0 ? 'Filled in a form' : 'No message yet'}
      </span>
    );
  return (
    <span class="row-snippet">
      {lastMessage.by !== 'visitor' && (
        <>
          <ReplyIcon size={14} />
          <span class="sr-only">Answered: </span>
        </>
      )}
      {lastMessage.text === '' ? (
        <em>Message deleted</em>
      ) : (
        <span class="row-text" dir="auto">
          {lastMessage.text}
        </span>
      )}
    </span>
  );
}

/** At the end of the line: whose it is, and whether it was read. */
function Ends({ row, owner, isMine }: RowProps) {
  return (
    <>
      {owner !== null && !isMine && (
        <span class="row-owner" title={`Assigned to ${owner}`}>
          <span class="sr-only">Assigned to {owner}</span>
          <Avatar id={row.assignee ?? ''} name={owner} size={18} />
        </span>
      )}
      {row.unread && <span class="row-dot" />}
    </>
  );
}

function Mark({ icon: Glyph, children }: { icon: Icon; children: string }) {
  return (
    <span class="row-status">
      <Glyph size={14} />
      <span class="row-text">{children}</span>
    </span>
  );
}

function Marks({ row, hasStatus, standing }: RowProps) {
  const { tags, status, snoozedUntil, parked } = row;
  const more = tags.length - TAGS_SHOWN;
  const isAsleep = status === 'snoozed';
  const isDone = status === 'resolved' && hasStatus;
  const { place, offered, promised, due } = standing;
  const says = [due, isAsleep, isDone, parked, place, offered, promised, tags.length > 0];
  if (!says.some(Boolean)) return null;
  return (
    <span class="row-marks">
      {isAsleep && (
        <span class="row-status">
          <ClockIcon size={14} />
          {snoozedUntil === null ? 'Snoozed' : `Until ${endOf(snoozedUntil, Date.now())}`}
        </span>
      )}
      {isDone && (
        <span class="row-status">
          <CheckIcon size={14} />
          Resolved
        </span>
      )}
      {due && (
        <span class={`row-status due-${due.tone}`}>
          <AlertIcon size={14} />
          <span class="row-text">{due.text}</span>
        </span>
      )}
      {place !== null && <Mark icon={QueueIcon}>{place}</Mark>}
      {offered !== null && <Mark icon={PersonIcon}>{offered}</Mark>}
      {parked && <Mark icon={PauseIcon}>Parked</Mark>}
      {promised !== null && <Mark icon={BellIcon}>{promised}</Mark>}
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      {more > 0 && <span class="row-more">+{more}</span>}
    </span>
  );
}

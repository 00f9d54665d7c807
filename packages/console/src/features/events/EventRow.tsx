import type { CloudEvent } from '@throughline/shared/schema';
import { shortId, shortType } from '../../lib/patterns.ts';
import { fullTime } from '../../lib/time.ts';
import { ChatIcon, PersonIcon } from '../../ui/icons.tsx';
import { memo } from '../../ui/memo.ts';
import { actorOf } from './words.ts';

export interface RowActions {
  open(event: CloudEvent): void;
  only(part: { contact: string } | { conversation: string }): void;
}

interface EventRowProps {
  event: CloudEvent;
  when: string;
  isOpen: boolean;
  /** The list is one stop of the Tab key; arrows go on from there. */
  isStop: boolean;
  actions: RowActions;
}

export const EventRow = memo(({ event, when, isOpen, isStop, actions }: EventRowProps) => {
  const { conversation, contact } = event.data;
  const { name, kind } = actorOf(event);
  const tabIndex = isStop ? 0 : -1;
  return (
    <li class={`event ${isOpen ? 'is-chosen' : ''}`}>
      <button
        type="button"
        class="event-open"
        data-id={event.id}
        tabIndex={tabIndex}
        aria-pressed={isOpen}
        onClick={() => actions.open(event)}
      >
        <time class="event-time" dateTime={event.time} title={fullTime(Date.parse(event.time))}>
          {when}
        </time>
        <span class="event-name">{shortType(event.type)}</span>
        <span class="event-who">
          <bdi>{name}</bdi>
          {kind && <span class="event-kind">{kind}</span>}
        </span>
      </button>
      <span class="event-refs">
        {conversation && (
          <button
            type="button"
            class="ref"
            tabIndex={tabIndex}
            title={`Only conversation ${conversation.id}`}
            onClick={() => actions.only({ conversation: conversation.id })}
          >
            <ChatIcon size={14} />
            <span class="sr-only">Only conversation </span>
            {shortId(conversation.id)}
          </button>
        )}
        {contact && (
          <button
            type="button"
            class="ref"
            tabIndex={tabIndex}
            title={`Only contact ${contact.id}`}
            onClick={() => actions.only({ contact: contact.id })}
          >
            <PersonIcon size={14} />
            <span class="sr-only">Only contact </span>
            {shortId(contact.id)}
          </button>
        )}
      </span>
    </li>
  );
});

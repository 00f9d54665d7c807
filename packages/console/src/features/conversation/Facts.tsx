import type { ComponentChildren } from 'preact';
import { safeHref } from '../../lib/links.ts';
import { clockTime, fullTime, moment } from '../../lib/time.ts';
import { useStore } from '../../store/context.ts';
import type { Fact } from '../../store/items.ts';
import { myId } from '../../store/state.ts';
import { memo } from '../../ui/memo.ts';
import { Tag } from '../../ui/Tag.tsx';

const TITLE_CHARS = 60;

function Who({ id, name }: { id: string; name: string | undefined }) {
  const me = useStore(myId);
  return id === me ? 'You' : <bdi>{name ?? 'A colleague'}</bdi>;
}

function By({ fact: { by } }: { fact: Fact }) {
  if (by.kind === 'visitor') return 'The visitor';
  if (by.kind === 'system') return 'The relay';
  return <Who id={by.id} name={by.name} />;
}

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

function Started({ data: { context } }: Of<'conversation.started'>) {
  const page = context?.page;
  if (!page) return 'Conversation started';
  const title = (page.title || page.url).slice(0, TITLE_CHARS);
  const href = safeHref(page.url);
  return (
    <>
      Started on{' '}
      {href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          <bdi>{title}</bdi>
        </a>
      ) : (
        <bdi>{title}</bdi>
      )}
    </>
  );
}

function Assigned(fact: Of<'conversation.assigned'>) {
  const { assignee, previous } = fact.data;
  const me = useStore(myId);
  if (!assignee)
    return (
      <>
        <By fact={fact} /> took it from{' '}
        {previous ? previous.id === me ? 'you' : <bdi>{previous.name}</bdi> : 'nobody'}, it is
        unassigned
      </>
    );
  if (assignee.id === fact.by.id)
    return (
      <>
        <By fact={fact} /> took the conversation
      </>
    );
  return (
    <>
      <By fact={fact} /> assigned it to {assignee.id === me ? 'you' : <bdi>{assignee.name}</bdi>}
    </>
  );
}

function Reopened(fact: Of<'conversation.reopened'>) {
  if (fact.data.trigger === 'message') return 'Open again: the visitor wrote';
  return (
    <>
      <By fact={fact} /> reopened it
    </>
  );
}

function Snoozed(fact: Of<'conversation.snoozed'>) {
  const { until, trigger } = fact.data;
  if (until !== null)
    return (
      <>
        <By fact={fact} /> snoozed it until {moment(until, fact.time)}
      </>
    );
  if (trigger === 'timer') return 'The snooze is over';
  if (trigger === 'message') return 'Awake: the visitor wrote';
  return (
    <>
      <By fact={fact} /> woke it
    </>
  );
}

function Tagged(fact: Of<'conversation.updated'>) {
  const { tags, before } = fact;
  const added = tags.filter((tag) => !before?.includes(tag));
  const removed = before?.filter((tag) => !tags.includes(tag)) ?? [];
  return (
    <>
      <By fact={fact} />
      {added.length > 0 && <TagList verb="tagged it" tags={added} />}
      {added.length > 0 && removed.length > 0 && ' and'}
      {removed.length > 0 && <TagList verb="removed" tags={removed} />}
      {added.length + removed.length === 0 && ' changed the tags'}
    </>
  );
}

function TagList({ verb, tags }: { verb: string; tags: string[] }) {
  return (
    <>
      {' '}
      {verb}{' '}
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </>
  );
}

function Sentence({ fact }: { fact: Fact }): ComponentChildren {
  switch (fact.type) {
    case 'conversation.started':
      return <Started {...fact} />;
    case 'conversation.assigned':
      return <Assigned {...fact} />;
    case 'conversation.resolved':
      return (
        <>
          <By fact={fact} /> resolved it
        </>
      );
    case 'conversation.reopened':
      return <Reopened {...fact} />;
    case 'conversation.snoozed':
      return <Snoozed {...fact} />;
    case 'conversation.updated':
      return <Tagged {...fact} />;
  }
}

/** One line about something that happened. */
export const FactLine = memo(({ fact }: { fact: Fact }) => (
  <li class="fact">
    <span>
      <Sentence fact={fact} />
    </span>
    <time dateTime={new Date(fact.time).toISOString()} title={fullTime(fact.time)}>
      {clockTime(fact.time)}
    </time>
  </li>
));

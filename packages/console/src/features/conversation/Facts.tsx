import { safeHref } from '@throughline/shared';
import type { ComponentChildren } from 'preact';
import { clockTime, endOf, fullTime } from '../../lib/time.ts';
import { useStore } from '../../store/context.ts';
import type { Fact } from '../../store/items.ts';
import { myId, queueName, teamName } from '../../store/state.ts';
import { memo } from '../../ui/memo.ts';
import { Tag } from '../../ui/Tag.tsx';

const TITLE_CHARS = 60;

function Who({ id, name }: { id: string; name: string | undefined }) {
  const me = useStore(myId);
  return id === me ? 'you' : <bdi>{name ?? 'a colleague'}</bdi>;
}

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** A page names itself as it likes; behind its title stands where it really is. */
function Started({ data: { context } }: Of<'conversation.started'>) {
  const page = context?.page;
  if (!page) return 'conversation started';
  const title = (page.title || page.url).slice(0, TITLE_CHARS);
  const href = safeHref(page.url);
  if (!href)
    return (
      <>
        started on <bdi>{title}</bdi>
      </>
    );
  return (
    <>
      started on{' '}
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        <bdi>{title}</bdi>
      </a>{' '}
      (<bdi>{new URL(href).host}</bdi>)
    </>
  );
}

function Assigned({ by, data: { assignee, previous } }: Of<'conversation.assigned'>) {
  if (assignee?.id === by.id) return 'taken';
  if (assignee)
    return (
      <>
        assigned to <Who {...assignee} />
      </>
    );
  if (!previous || previous.id === by.id) return 'unassigned';
  return (
    <>
      unassigned from <Who {...previous} />
    </>
  );
}

function Snoozed({ time, data: { until, trigger } }: Of<'conversation.snoozed'>) {
  if (until !== null) return `snoozed until ${endOf(until, time)}`;
  if (trigger === 'timer') return 'the snooze is over';
  return trigger === 'message' ? 'awake: the visitor wrote' : 'woken';
}

function Tagged({ tags, before }: Of<'conversation.updated'>) {
  const added = tags.filter((tag) => !before?.includes(tag));
  const removed = before?.filter((tag) => !tags.includes(tag)) ?? [];
  if (added.length + removed.length === 0) return 'tags changed';
  return (
    <>
      {added.length > 0 && <TagList verb="tagged" tags={added} />}
      {added.length > 0 && removed.length > 0 && ', '}
      {removed.length > 0 && <TagList verb="no longer tagged" tags={removed} />}
    </>
  );
}

function TagList({ verb, tags }: { verb: string; tags: string[] }) {
  return (
    <>
      {verb}
      {tags.map((tag) => (
        <>
          {' '}
          <Tag>{tag}</Tag>
        </>
      ))}
    </>
  );
}

function Queued({ data: { queue, hold } }: Of<'conversation.queued'>) {
  const name = useStore((state) => queueName(state, queue));
  const holder = useStore((state) => (hold ? teamName(state, hold.agent) : undefined));
  return (
    <>
      waits in <bdi>{name}</bdi>
      {hold && (
        <>
          , for <Who id={hold.agent} name={holder} /> first
        </>
      )}
    </>
  );
}

function Moved({ data: { queue, note } }: Of<'conversation.transferred'>) {
  const name = useStore((state) => queueName(state, queue));
  return (
    <>
      moved to <bdi>{name}</bdi>
      {note !== undefined && (
        <>
          {' '}
          (“<bdi>{note}</bdi>”)
        </>
      )}
    </>
  );
}

function OfferEnded({ by, data: { agent, outcome } }: Of<'conversation.offer_ended'>) {
  if (outcome === 'declined' && by.id === agent.id) return 'declined';
  const words = {
    declined: 'declined by',
    missed: 'not answered by',
    withdrawn: 'taken back from',
  };
  return (
    <>
      {words[outcome === 'accepted' ? 'withdrawn' : outcome]} <Who {...agent} />
    </>
  );
}

const promised = { reply: 'a reply', call_back: 'a call', payment: 'a payment' } as const;

function PromiseEnded({ data: { what, outcome } }: Of<'promise.ended'>) {
  const ends = { kept: 'was kept', broken: 'was not kept', withdrawn: 'is not needed any more' };
  return `the promise of ${promised[what]} ${ends[outcome]}`;
}

/** What was done, to be continued with who did it. */
const Deed = memo(({ fact }: { fact: Fact }): ComponentChildren => {
  switch (fact.type) {
    case 'conversation.started':
      return <Started {...fact} />;
    case 'conversation.assigned':
      return <Assigned {...fact} />;
    case 'conversation.resolved':
      return 'resolved';
    case 'conversation.reopened':
      return fact.data.trigger === 'message' ? 'open again: the visitor wrote' : 'reopened';
    case 'conversation.snoozed':
      return <Snoozed {...fact} />;
    case 'conversation.transferred':
      return <Moved {...fact} />;
    case 'sla.breached':
      return `not answered by ${endOf(fact.data.dueAt, fact.time)}, when it was due`;
    case 'conversation.queued':
      return <Queued {...fact} />;
    case 'conversation.offered':
      return (
        <>
          offered to <Who {...fact.data.agent} />
        </>
      );
    case 'conversation.offer_ended':
      return <OfferEnded {...fact} />;
    case 'conversation.erased':
      return 'all words erased';
    case 'conversation.parked':
      return fact.data.parked ? 'parked: the visitor is quiet' : 'not parked any more';
    case 'promise.made':
      return `promised ${promised[fact.data.what]} by ${endOf(fact.data.dueAt, fact.time)}`;
    case 'promise.ended':
      return <PromiseEnded {...fact} />;
    case 'attachment.rejected':
      return fact.data.reason === 'malware'
        ? 'a file that looks harmful was held back'
        : 'a file was not accepted';
    case 'conversation.updated':
      return <Tagged {...fact} />;
  }
});

/** What visitors and the relay bring about says so by itself. */
function By({ by: { kind, id, name } }: Pick<Fact, 'by'>) {
  if (kind === 'visitor' || kind === 'system') return null;
  return (
    <>
      {' '}
      by <Who id={id} name={name} />
    </>
  );
}

/** One line about what one person did in one go. */
export function FactLine({ facts }: { facts: readonly Fact[] }) {
  const [first] = facts;
  if (!first) return null;
  return (
    <li class="fact">
      {facts.map((fact, i) => (
        <>
          {i > 0 && (i === facts.length - 1 ? ' and ' : ', ')}
          <Deed fact={fact} />
        </>
      ))}
      <By by={first.by} />{' '}
      <time dateTime={new Date(first.time).toISOString()} title={fullTime(first.time)}>
        {clockTime(first.time)}
      </time>
    </li>
  );
}

import { useEffect } from 'preact/hooks';
import type { TimelineEntry } from '../../api.ts';
import { pastMoment } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Card } from './Card.tsx';
import { spellValue } from './Facts.tsx';

interface NameAndValue {
  name: string;
  value: string | number | boolean | null;
}

const pairsIn = (value: unknown): NameAndValue[] =>
  Object.entries((value ?? {}) as Record<string, NameAndValue['value']>).map(([name, it]) => ({
    name,
    value: it,
  }));

const spell = (pairs: readonly NameAndValue[]): string =>
  pairs.map(({ name, value }) => `${name}: ${value === null ? '—' : spellValue(value)}`).join(', ');

/** What an entry says, in a line and a smaller one below it. */
const tell: Record<string, (data: Record<string, unknown>) => [what: string, more: string]> = {
  'event.tracked': ({ name, properties }) => [String(name), spell(pairsIn(properties))],
  'facts.recorded': ({ facts }) => ['Facts recorded', spell((facts ?? []) as NameAndValue[])],
  'contact.created': () => ['First known', ''],
  'contact.identified': ({ method, name, email }) => [
    method === 'token' ? 'Signed in' : 'The page said who this is',
    [name, email].filter(Boolean).join(', '),
  ],
  'contact.updated': ({ name, email, externalId }) => [
    'Details changed',
    [name, email, externalId].filter(Boolean).join(', '),
  ],
  'contact.merged': () => ['Merged with another contact', ''],
  'contact.blocked': () => ['Blocked', ''],
  'contact.erased': () => ['Erased', ''],
  'contact.unblocked': () => ['Unblocked', ''],
  'proactive.shown': ({ rule }) => ['Saw a greeting', String(rule)],
  'proactive.clicked': ({ rule }) => ['Answered a greeting', String(rule)],
  'proactive.dismissed': ({ rule }) => ['Closed a greeting', String(rule)],
};

/** What happened to a contact outside of conversations, and what the business's own system shows. */
export function Background({ contact }: { contact: string }) {
  const { about } = useDesk();
  const known = useStore((state) => state.about[contact]);
  useEffect(() => void about.load(contact), [about, contact]);
  if (!known) return null;
  return (
    <>
      {known.card && <Card answer={known.card} />}
      {known.timeline.length > 0 && (
        <section class="details-part">
          <h4>Timeline</h4>
          <ol class="timeline">
            {known.timeline.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
          {known.next !== null && (
            <Button kind="quiet" onClick={() => void about.more(contact)}>
              Show earlier
            </Button>
          )}
        </section>
      )}
    </>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const now = useNow(60_000);
  const { type, data, actor, time } = entry;
  const [what, more] = tell[type]?.(data) ?? [type, ''];
  const by = actor.name ?? (actor.kind === 'visitor' ? 'the page' : 'the relay');
  return (
    <li>
      <bdi class="timeline-what">{what}</bdi>
      {more && <bdi class="timeline-more">{more}</bdi>}
      <span class="known-source">
        <bdi>{by}</bdi> · {pastMoment(time, now)}
      </span>
    </li>
  );
}

import { LIMITS } from '@throughline/shared';
import type { Actor, EventData, Fact } from '@throughline/shared/schema';
import type { LogRecord, Tx } from './store.ts';

type Recorded = EventData<'facts.recorded'>['facts'][number];

/** What a `facts.recorded` says, as the row it makes. */
export const toFact = (said: Recorded, source: Actor, time: number): Fact => ({
  name: said.name,
  value: said.value,
  source,
  signed: said.signed ?? false,
  observedAt: said.observedAt ?? time,
  expiresAt: said.expiresAt ?? null,
  confidence: said.confidence ?? null,
  visibility: said.visibility ?? 'agents',
});

/** As far as clocks of two systems may be apart. */
const SKEW_MS = 5 * 60_000;

/** Nobody observed the future: nothing said later would ever take the place of such a fact. */
export const areSoFar = (facts: Fact[], now: number): boolean =>
  facts.every(({ observedAt }) => observedAt <= now + SKEW_MS);

/** What one page may say of its visitor, by name. */
const OF_PAGE_MAX = 100;

/**
 * Whether there is room for all of them beside what is known; asked before anything is written. What a
 * page says takes no room from anybody else, or a visitor could keep the business from saying a thing.
 */
export function haveRoom(known: Fact[], facts: Fact[]): boolean {
  const keyOf = ({ name, source }: Fact) => `${name} ${source.kind} ${source.id}`;
  const all = new Map([...known, ...facts].map((fact) => [keyOf(fact), fact]));
  const ofPage = [...all.values()].filter(({ source }) => source.kind === 'visitor');
  const shown = ofPage.filter(({ value }) => value !== null);
  const counts = [all.size - ofPage.length, ofPage.length];
  return Math.max(...counts) <= LIMITS.facts && shown.length <= OF_PAGE_MAX;
}

export const hasRoom = async (tx: Tx, subject: string, facts: Fact[]): Promise<boolean> =>
  haveRoom(await tx.facts.of(subject), facts);

export async function putFacts(tx: Tx, subject: string, facts: Fact[]): Promise<void> {
  for (const fact of facts) await tx.facts.put(subject, fact);
}

/** People see what is not for programs alone. */
export type Viewer = 'people' | 'programs';

/** What is said now, as a viewer may know it. */
export const visibleTo = (viewer: Viewer, said: Fact[]): Fact[] =>
  said.filter(
    ({ value, visibility }) =>
      value !== null && (viewer === 'programs' || visibility !== 'programs'),
  );

/** The record as people see it: what was said for programs alone is not in it. */
export function forPeople(record: LogRecord): LogRecord {
  if (!('facts' in record.data)) return record;
  const facts = record.data.facts.filter(({ visibility }) => visibility !== 'programs');
  return { ...record, data: { facts } } as LogRecord;
}

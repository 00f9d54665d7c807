import {
  type FactValue,
  type NewFact,
  newEvent,
  newFacts,
  parse,
  type Source,
} from '@throughline/shared/schema';

/** What a call of a source means. */
export interface Meaning {
  externalId: string;
  facts: NewFact[];
  event: { name: string; properties: Record<string, FactValue> } | undefined;
}

/** RFC 6901; only what the document itself has. */
function valueAt(body: unknown, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    body,
  );
}

const isText = (value: unknown): value is string | number =>
  (typeof value === 'string' && value.trim() !== '') || Number.isSafeInteger(value);

/**
 * Reads a call by its source's mapping. What the body does not have is left out; undefined: it names
 * nobody, or holds something that cannot be kept.
 */
export function readCall(source: Source, body: unknown, now: number): Meaning | undefined {
  const externalId = valueAt(body, source.contact);
  if (!isText(externalId)) return undefined;
  const facts = source.facts.flatMap(({ name, value, expiresInMs }) => {
    const found = valueAt(body, value);
    if (found === undefined) return [];
    const expiry = expiresInMs === undefined ? {} : { expiresAt: now + expiresInMs };
    return [{ name, value: found as FactValue, ...expiry }];
  });
  const event = eventIn(source, body);
  const isGood =
    (facts.length === 0 || parse(newFacts, { facts }).ok) &&
    (event === undefined || parse(newEvent, event).ok);
  return isGood
    ? { externalId: String(externalId), facts, event: event as Meaning['event'] }
    : undefined;
}

function eventIn({ event }: Source, body: unknown) {
  const name = event && valueAt(body, event.name);
  if (!event || !isText(name)) return undefined;
  const said = Object.entries(event.properties).map(
    ([property, pointer]) => [property, valueAt(body, pointer)] as const,
  );
  const properties = Object.fromEntries(said.filter(([, value]) => value !== undefined));
  return { name: String(name), properties };
}

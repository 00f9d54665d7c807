import type { Entry, Outbox } from '@throughline/shared/client';
import { unanswered } from '@throughline/shared/client';
import type { Storage } from './storage.ts';

/** What a person wrote outlives a reload; a click on "Resolve" is better decided anew. */
const kept: ReadonlySet<Entry['name']> = new Set(['message:send', 'note:add', 'message:edit']);

const prefixOf = (agent: string): string => `outbox.${agent}.`;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  kept.has(value.name as Entry['name']) &&
  'input' in value &&
  typeof (value.input as { id?: unknown } | null)?.id === 'string';

function parseEntry(text: string | null): Entry | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Every entry under a key of its own, so that two tabs never overwrite each other's. */
export function loadOutbox(storage: Storage, agent: string): Outbox {
  const entries = storage
    .keys(prefixOf(agent))
    .flatMap((key) => parseEntry(storage.read(key)) ?? [])
    .sort((a, b) => (a.input.id < b.input.id ? -1 : 1));
  return unanswered(entries);
}

/** Writes the difference between two states of the outbox. */
export function keepOutbox(
  storage: Storage,
  agent: string,
  { now, before }: { now: Outbox; before: Outbox },
): void {
  const key = ({ input }: Entry) => prefixOf(agent) + input.id;
  for (const entry of now)
    if (kept.has(entry.name) && !before.includes(entry))
      storage.write(key(entry), JSON.stringify(entry));
  for (const entry of before)
    if (!now.some(({ input }) => input.id === entry.input.id)) storage.write(key(entry), null);
}

import type { LogRecord } from '../store/store.ts';

/** Which records a reader wants; what is not named does not matter. */
export interface EventFilter {
  /** Names, or their beginnings: `conversation.*`, `*`. */
  types?: readonly string[] | undefined;
  conversation?: string | undefined;
  contact?: string | undefined;
  site?: string | undefined;
}

/** Whether a name fits one of the patterns; a star stands for the rest of the name. */
function fitsType(patterns: readonly string[]): (type: string) => boolean {
  const known = new Map<string, boolean>();
  const fits = (type: string) =>
    patterns.some((pattern) =>
      pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
    );
  return (type) => {
    const found = known.get(type) ?? fits(type);
    known.set(type, found);
    return found;
  };
}

export function fits({
  types,
  conversation,
  contact,
  site,
}: EventFilter): (record: LogRecord) => boolean {
  const isWanted = types ? fitsType(types) : () => true;
  return (record) =>
    isWanted(record.type) &&
    (conversation === undefined || record.conversation === conversation) &&
    (contact === undefined || record.contact === contact) &&
    (site === undefined || record.site === site);
}

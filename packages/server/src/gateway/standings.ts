import { isDeepStrictEqual } from 'node:util';
import type { Ephemeral, Wait } from '@throughline/shared/schema';
import { contactRoom } from './rooms.ts';

type Message = Extract<Ephemeral, { kind: 'standing' }>;

/** What routing knows of a conversation. */
interface Standing extends Omit<Wait, 'minutes'> {
  contact: string;
  range: { lowMs: number; highMs: number } | undefined;
}

/** Where those of some contacts stand now. */
type Source = (contacts: Iterable<string>) => readonly Standing[];

export interface Standings {
  /** From now on it is known. */
  learn(from: Source): void;
  /** Tells each visitor who is here what is not as it was. */
  tell(here: Iterable<string>): void;
  /** For whoever comes; undefined: there is nothing to say. */
  of(contact: string): Message | undefined;
}

const MINUTE_MS = 60_000;

/** Outward, so that it is no less true than what was counted. */
const minutesOf = ({ lowMs, highMs }: NonNullable<Standing['range']>): Wait['minutes'] => ({
  from: Math.floor(lowMs / MINUTE_MS),
  to: Math.ceil(highMs / MINUTE_MS),
});

const waitOf = ({ conversation, place, range, promises, broken }: Standing): Wait => ({
  ...{ conversation, place, promises, broken },
  minutes: range ? minutesOf(range) : null,
});

const isNews = ({ place, promises, broken }: Standing): boolean =>
  place !== null || promises.length > 0 || broken !== null;

function messagesOf(standings: readonly Standing[]): Map<string, Message> {
  const messages = new Map<string, Message>();
  for (const [contact, some] of Map.groupBy(standings.filter(isNews), (it) => it.contact))
    messages.set(contact, { kind: 'standing', waits: some.map(waitOf) });
  return messages;
}

/** What visitors are told while they wait. Told anew as a whole: a message that gets lost leaves nothing wrong for long. */
export function createStandings(toVisitors: (room: string, message: Ephemeral) => void): Standings {
  let source: Source = () => [];
  let told = new Map<string, Message>();
  return {
    learn(from) {
      source = from;
    },
    tell(here) {
      const now = messagesOf(source(here));
      for (const [contact, message] of now)
        if (!isDeepStrictEqual(told.get(contact), message))
          toVisitors(contactRoom(contact), message);
      for (const contact of told.keys())
        if (!now.has(contact)) toVisitors(contactRoom(contact), { kind: 'standing', waits: [] });
      told = now;
    },
    of: (contact) => messagesOf(source([contact])).get(contact),
  };
}

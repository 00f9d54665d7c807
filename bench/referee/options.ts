import type { Mutant } from './mutants/names.ts';
import type { Point } from './nemesis/failpoints.ts';
import type { NemesisName } from './nemesis/names.ts';
import type { End } from './schedule.ts';

export type StoreKind = 'sqlite' | 'postgres';

export interface StormOptions {
  seed: number;
  /** Lives of a relay; each ends badly, most of them with `kill -9`. */
  kills: number;
  /** Default `sqlite`. */
  store?: StoreKind;
  /** Default 1. */
  relays?: number;
  /** Whether relays have a Redis between them; not by default. */
  redis?: boolean;
  /** Faults beside those at which relays die; none by default. */
  nemeses?: readonly (NemesisName | Exclude<End, 'kill' | 'term'>)[];
  /** Default 8 and 2. */
  visitors?: number;
  agents?: number;
  /** Visitors beside them who sit at real browsers. Default 0. */
  browsers?: number;
  /** Messages acknowledged in one life of a relay, on average, if it does not die before. Default 1200. */
  answers?: number;
  mutant?: Mutant;
  /** Where relays die; everywhere, and at times that mean nothing, by default. */
  points?: readonly Point[];
  /** How long others go on before a failpoint kills. */
  lingerMs?: number;
  /**
   * How likely each visitor, whose message may hang in the air, closes the page after a kill and never
   * comes back: everybody else sends it again, and a message shown too early is a phantom no more.
   */
  desertion?: number;
  /** Where the history goes, as JSON Lines. */
  historyFile?: string;
}

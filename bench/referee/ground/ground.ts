import type { Store } from '@throughline/server';
import type { Logged } from '../history.ts';
import type { Heads } from '../players/player.ts';
import type { RelaySpec } from '../relay-spec.ts';

/** Where a storm's log is, read past every line of the relay's code. */
export interface Ground {
  /** What a relay needs to know to use it. */
  spec: Pick<RelaySpec, 'dataDir' | 'databaseUrl'>;
  /** For what has to be there before the first relay. */
  open(): Promise<Store>;
  heads(): Promise<Heads>;
  readLog(): Promise<Logged[]>;
  /** Deliveries still to be made, and the places of those that were given up. */
  deliveries(): Promise<{ pending: number; dead: Set<number> }>;
  /** Where words that fit are found, in whatever file or table; no relay runs. */
  remains(pattern: RegExp): Promise<{ text: string; where: string }[]>;
  /** Keeps a copy of the log as it is, and puts it back later; the epoch it has then. No relay runs. */
  backUp(): Promise<void>;
  putBack(options: { keepEpoch: boolean }): Promise<string>;
  /** Takes away what keeps a mutant from its mischief. */
  dropIdIndex(): Promise<void>;
  /** Somebody else at the database: ends all connections of the relay, and says how many. */
  terminate?(): Promise<number>;
  /** Holds the rows of all conversations, or of so many, for a while. */
  holdRows?(ms: number, limit?: number): Promise<void>;
  /** Has written to the log, and takes it back after a while. */
  holdWrite?(ms: number): Promise<void>;
  /** Ends the database's server, where it is this storm's own, and starts it again. */
  stop?(how: 'fast' | 'crash'): Promise<void>;
  start?(): Promise<void>;
  remove(): Promise<void>;
}

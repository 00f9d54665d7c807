import type { Readable } from 'node:stream';

/**
 * Where the bytes of files are kept, apart from the log: a folder, or whatever else can keep bytes under
 * a name. Names are ids.
 */
export interface Blobs {
  /** Takes over a file of this machine; once it resolves, its bytes are on stable storage. */
  put(id: string, path: string): Promise<void>;
  /** Undefined: there is nothing under that id. */
  read(id: string): Promise<Readable | undefined>;
  /** What is not there may be removed as well. */
  remove(id: string): Promise<void>;
  /** Every id there is, in any order. */
  list(): AsyncIterable<string>;
  /** How full it is, from 0 to 1. */
  fullness(): Promise<number>;
}

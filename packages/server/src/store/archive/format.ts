import { migrations as deliveryMigrations } from '../sqlite/deliveries/index.ts';
import { logMigrations, newestIn } from '../sqlite/migrate.ts';

/**
 * An archive is lines of JSON, compressed by gzip. The first is a `Head`; then each table, a line that
 * names it and its columns, its rows as arrays, and a line with their number and hash; then each file people
 * sent, its id, its bytes in base64, and a line with their number and hash; the last holds the hash of all
 * lines before it.
 */
export const FORMAT = 1;

/** What tables there are and what stands in them, as the embedded store counts: of the log, of deliveries. */
export const SCHEMA = `${newestIn(logMigrations)}.${newestIn(deliveryMigrations)}`;

export interface Head {
  throughline: typeof FORMAT;
  schema: string;
  /** Of the program that wrote it. */
  version: string;
  /** Of the log. */
  epoch: string;
  /** When it was written, in milliseconds. */
  time: number;
  /** Whether files are in it. */
  files: boolean;
}

import pg, { type ClientBase, type Pool } from 'pg';
import { AppError } from '../../lib/errors.ts';

export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** One connection, or whichever of several is free. What fails is `storage_unavailable` with its cause. */
export interface Db {
  rows<T>(sql: string, values?: Value[]): Promise<T[]>;
  row<T>(sql: string, values?: Value[]): Promise<T | undefined>;
  /** How many rows it changed. */
  run(sql: string, values?: Value[]): Promise<number>;
  /**
   * Ends what reads one row by its name: a transaction holds what it read until it ends, because it is
   * going to write what it made of it.
   */
  readonly hold: '' | 'FOR UPDATE';
}

/** The same text is parsed and planned once for each connection. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known) return known;
  const name = `s${names.size + 1}`;
  names.set(sql, name);
  return name;
}

/** PostgreSQL has no NUL. What has one goes the way of broken surrogates, which UTF-8 does not have. */
function storable<V extends Value>(value: V): Value {
  if (Array.isArray(value)) return value.map(storable) as Value;
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}

export function dbOn(on: ClientBase | Pool, hold: Db['hold'] = ''): Db {
  const query = <T>(text: string, values: Value[] = []) =>
    engine(
      on.query<T & pg.QueryResultRow>({ name: nameOf(text), text, values: values.map(storable) }),
    );
  return {
    hold,
    rows: async <T>(sql: string, values?: Value[]) => (await query<T>(sql, values)).rows,
    row: async <T>(sql: string, values?: Value[]) => (await query<T>(sql, values)).rows[0],
    run: async (sql, values) => (await query(sql, values)).rowCount ?? 0,
  };
}

/** `$1, $2, …` */
export const places = (columns: readonly string[], from = 1): string =>
  columns.map((_, i) => `$${from + i}`).join(', ');

/** NUL, half of a character, or what else stands behind a backslash. */
const ESCAPED = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/** Written as escapes a `json` column takes them, and then nothing in it can be read any more. */
export function json(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text?.includes('\\u')) return text;
  return text.replace(ESCAPED, (found) => (found.length > 2 ? '\ufffd' : found));
}

export const jsonOrNull = (value: unknown): string | null => (value === null ? null : json(value));

/** As what a caller may be told. */
export const engine = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((cause: unknown) => {
    throw new AppError('storage_unavailable', { cause });
  });

/** What PostgreSQL itself says is wrong. */
export const stateOf = (error: unknown): string | undefined =>
  error instanceof AppError && error.cause instanceof pg.DatabaseError
    ? error.cause.code
    : undefined;

/** The server ends the session: it stops, somebody ended it, or it held a transaction for too long. */
const ENDED = ['57P01', '57P02', '57P03', '57P05', '25P03'];

/** The connection is gone: not PostgreSQL speaks, but what is between it and us, or it says goodbye. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof AppError) || error.cause === undefined) return false;
  const state = stateOf(error);
  return state === undefined || state.startsWith('08') || ENDED.includes(state);
}

import { ERRORS, type ErrorCode, type Problem } from '@throughline/shared';
import type { Request } from '../api.ts';
import type { Core } from './core.ts';

/** What became of a request: its data, or a sentence why not. */
export type Reply<T> =
  | { ok: true; data: T; etag: string | null }
  | {
      ok: false;
      /** Null: the relay did not answer. */
      code: ErrorCode | null;
      message: string;
      /** The field at fault. */
      field: string | null;
    };

/** The relay's HTTP API as whoever is signed in may use it. */
export interface Relay {
  ask<T>(request: Request): Promise<Reply<T>>;
}

const UNREACHABLE = 'The relay does not answer. Check your connection and try again.';

export function createRelayAccess(
  { store, api }: Core,
  refused: (problem: Problem) => Promise<void>,
): Relay {
  return {
    async ask<T>(request: Request): Promise<Reply<T>> {
      const { session } = store.getState();
      const csrf = session.phase === 'signed-in' ? session.csrf : '';
      const answer = await api.ask<T>(request, csrf);
      if (!answer) return { ok: false, code: null, message: UNREACHABLE, field: null };
      if (answer.ok) return { ok: true, data: answer.data, etag: answer.etag ?? null };
      const { code, message, field = null } = answer.error;
      void refused(answer.error);
      return { ok: false, code, message: message || ERRORS[code].message, field };
    },
  };
}

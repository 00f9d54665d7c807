import type { ErrorCode } from '@throughline/shared';
import { isWithin, type PiiLevel, type Role, type Scope } from '@throughline/shared/schema';
import type { FastifyRequest } from 'fastify';
import { sameSecret } from '../../lib/secrets.ts';
import type { ApiKey } from '../../settings/keys.ts';
import type { SignedIn } from '../../settings/sessions.ts';
import { networkReader, ownOrigin } from '../address.ts';
import { sessionToken } from '../cookies.ts';
import type { Parts } from '../parts.ts';

/** Who calls: an agent who is signed in, or a program with a key. */
export type Caller = ({ kind: 'agent' } & SignedIn) | { kind: 'bot'; key: ApiKey };

/** Who may call a route; agents of every role unless one is named, programs where a scope is. */
export interface Allowed {
  role?: Role;
  scope?: Scope;
  /** What a program has to be allowed to see of people. */
  pii?: PiiLevel;
}

export interface Callers {
  /** Counts a request, against its key or its address; milliseconds to wait, 0: go on. */
  count(request: FastifyRequest): Promise<number>;
  authenticate(request: FastifyRequest, allowed: Allowed): Promise<Caller | ErrorCode>;
  /** The key a program sent, whatever it may do; undefined: none that is good. */
  keyOf(request: FastifyRequest): ApiKey | undefined;
}

const BEARER = /^Bearer +(\S+)$/i;

const mayCall = ({ scopes, pii }: ApiKey, scope: Scope, needed: PiiLevel): boolean =>
  scopes.includes(scope) && isWithin(needed, pii);

export function createCallers({ keys, sessions, gates, config }: Parts): Callers {
  const networkFrom = networkReader(config.trustProxy);
  /** Looked up once: the limit asks first, the route again. */
  const known = new WeakMap<FastifyRequest, ApiKey>();

  async function agent({ raw, headers, method }: FastifyRequest): Promise<Caller | ErrorCode> {
    const token = sessionToken(raw, config);
    const found = token === undefined ? undefined : await sessions.whoIs(token);
    if (!found) return 'unauthorized';
    const caller: Caller = { kind: 'agent', ...found };
    if (method === 'GET') return caller;
    const { origin } = headers;
    if (origin !== undefined && origin !== ownOrigin(raw, config)) return 'csrf_failed';
    const proof = headers['x-csrf-token'];
    return typeof proof === 'string' && sameSecret(proof, found.session.csrf)
      ? caller
      : 'csrf_failed';
  }

  return {
    keyOf: (request) => known.get(request),

    async count(request) {
      const [, secret] = BEARER.exec(request.headers.authorization ?? '') ?? [];
      const key = secret === undefined ? undefined : await keys.whoHas(secret);
      if (!key) return gates.request(networkFrom(request.raw));
      known.set(request, key);
      return gates.program(key.id);
    },

    async authenticate(request, { role, scope, pii = 'none' }) {
      // A key that is sent is meant; a cookie beside it changes nothing.
      if (scope !== undefined && request.headers.authorization !== undefined) {
        const key = known.get(request);
        if (!key) return 'bad_key';
        return mayCall(key, scope, pii) ? { kind: 'bot', key } : 'missing_scope';
      }
      const caller = await agent(request);
      if (typeof caller === 'string' || caller.kind !== 'agent') return caller;
      return role === 'admin' && caller.agent.role !== 'admin' ? 'forbidden' : caller;
    },
  };
}

import { createHash, randomUUIDv7 } from 'node:crypto';
import type { Endpoint, EndpointChange } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import type { Egress } from '../lib/egress.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret, Store, Tx } from '../store/store.ts';
import type { Published } from './blueprint.ts';

/** How long a rotated secret signs beside its successor. */
const OVERLAP_MS = 24 * 3600 * 1000;

/** Who changes something, and which version of it that person saw. */
interface Revision {
  by: string;
  /** `versionOf` what was read. */
  version: string;
}

interface Issued {
  endpoint: Endpoint;
  secret: string;
}

export interface Endpoints {
  all(): Endpoint[];
  get(id: string): Endpoint | undefined;
  /**
   * Its secret is told here and never again.
   * @throws AppError `address_not_allowed`
   */
  create(about: Omit<Endpoint, 'id'>, by: string): Promise<Issued>;
  /** @throws AppError `not_found`, `changed_meanwhile`, `address_not_allowed` */
  change(id: string, change: EndpointChange, revision: Revision): Promise<Endpoint>;
  /** @throws AppError `not_found`, `changed_meanwhile` */
  remove(id: string, revision: Revision): Promise<void>;
  /**
   * A new secret; the old one signs beside it for a day.
   * @throws AppError `not_found`, `wrong_status` while an earlier rotation is open
   */
  rotate(id: string): Promise<Issued>;
  /** Those that sign now, the current one first. */
  secretsOf(id: string): Promise<Secret[]>;
}

/** Changes whenever anything about it does. */
export const versionOf = (endpoint: Endpoint): string =>
  createHash('sha256').update(JSON.stringify(endpoint)).digest('base64url').slice(0, 22);

const ownerOf = (id: string): string => `endpoint:${id}`;

interface Ground {
  store: Store;
  blueprint: Published;
  egress: Egress;
  now: Clock;
}

export function createEndpoints({ store, blueprint, egress, now }: Ground): Endpoints {
  const get = (id: string) => blueprint.current.endpoints.find((endpoint) => endpoint.id === id);

  async function checkAddress(url: string): Promise<void> {
    const fault = await egress.check(url);
    if (fault) throw new AppError('address_not_allowed', { detail: fault });
  }

  async function addSecret(tx: Tx, id: string): Promise<string> {
    const secret = newWebhookSecret();
    const owner = ownerOf(id);
    await tx.secrets.insert({ owner, secret, createdAt: now(), expiresAt: null });
    return secret;
  }

  /** Publishes the endpoints with one of them replaced by what `change` makes of it, or without it. */
  const revise = (
    id: string,
    { by, version }: Revision,
    change: (endpoint: Endpoint, tx: Tx) => Endpoint[] | Promise<Endpoint[]>,
  ) =>
    blueprint.publish(async (before, tx) => {
      const found = before.endpoints.find((endpoint) => endpoint.id === id);
      if (!found) throw new AppError('not_found');
      if (versionOf(found) !== version) throw new AppError('changed_meanwhile');
      const changed = await change(found, tx);
      const endpoints = before.endpoints.flatMap((it) => (it.id === id ? changed : it));
      return { ...before, endpoints };
    }, by);

  return {
    get,
    all: () => blueprint.current.endpoints,

    async create(about, by) {
      await checkAddress(about.url);
      const endpoint = { id: randomUUIDv7(), ...about };
      let secret = '';
      await blueprint.publish(async (before, tx) => {
        secret = await addSecret(tx, endpoint.id);
        return { ...before, endpoints: [...before.endpoints, endpoint] };
      }, by);
      return { endpoint, secret };
    },

    async change(id, change, revision) {
      if (change.url !== undefined) await checkAddress(change.url);
      await revise(id, revision, (endpoint) => [{ ...endpoint, ...change } as Endpoint]);
      return get(id) ?? raise('not_found');
    },

    remove: (id, revision) =>
      revise(id, revision, async (_endpoint, tx) => {
        await tx.secrets.removeOf(ownerOf(id));
        return [];
      }),

    async rotate(id) {
      const endpoint = get(id) ?? raise('not_found');
      const owner = ownerOf(id);
      const secret = await store.write('secrets', async (tx) => {
        await tx.secrets.removeExpired(now());
        if ((await tx.secrets.of(owner)).length > 1) throw new AppError('wrong_status');
        await tx.secrets.expire(owner, now() + OVERLAP_MS);
        return addSecret(tx, id);
      });
      return { endpoint, secret };
    },

    async secretsOf(id) {
      const secrets = await store.read.secrets.of(ownerOf(id));
      return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now());
    },
  };
}

function raise(code: 'not_found'): never {
  throw new AppError(code);
}

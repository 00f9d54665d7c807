import { randomUUIDv7 } from 'node:crypto';
import type { Endpoint, EndpointChange } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import type { Egress } from '../lib/egress.ts';
import { AppError } from '../lib/errors.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
import type { Secret, Store } from '../store/store.ts';
import type { Also, Published, Signature } from './blueprint.ts';
import { addSecret, ownerOf, rotateSecret, secretFrom, secretsOf } from './secrets.ts';

/** Who changes something, and which version of it that person saw. */
interface Revision extends Signature {
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
   * Its secret is told here, to a repeat as well, and never again.
   * @throws AppError `address_not_allowed`, `idempotency_conflict`, `secret_told`
   */
  create(about: Omit<Endpoint, 'id'>, signature: Signature): Promise<Issued>;
  /** @throws AppError `not_found`, `changed_meanwhile`, `address_not_allowed` */
  change(id: string, change: EndpointChange, revision: Revision): Promise<Endpoint>;
  /** @throws AppError `not_found`, `changed_meanwhile` */
  remove(id: string, revision: Revision): Promise<void>;
  /**
   * A new secret, told to a repeat as well; the old one signs beside it for a day.
   * @throws AppError `not_found`, `wrong_status` while an earlier rotation is open, `secret_told`
   */
  rotate(id: string, act: Act): Promise<Issued>;
  /** Switches on again what was switched off for failing; once under the same id. */
  enable(id: string, act: Act): Promise<void>;
  /** Those that sign now, the current one first. */
  secretsOf(id: string): Promise<Secret[]>;
}

/** Changes whenever anything about it does. */
export const versionOf = (endpoint: Endpoint): string => fingerprint(JSON.stringify(endpoint));

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

  /** Publishes the endpoints with one of them replaced by what `change` makes of it, or without it. */
  const revise = (
    id: string,
    { version, also, ...signature }: Revision & { also?: Also },
    change: (endpoint: Endpoint) => Endpoint[],
  ) =>
    blueprint.publish(
      (before) => {
        const found = before.endpoints.find((endpoint) => endpoint.id === id) ?? raise('not_found');
        if (versionOf(found) !== version) throw new AppError('changed_meanwhile');
        const changed = change(found);
        const endpoints = before.endpoints.flatMap((it) => (it.id === id ? changed : it));
        return { ...before, endpoints };
      },
      signature,
      also,
    );

  return {
    get,
    all: () => blueprint.current.endpoints,

    async create(about, { by, id = randomUUIDv7() }) {
      await checkAddress(about.url);
      const owner = ownerOf('endpoint', id);
      const time = await blueprint.publish(
        (before) => ({ ...before, endpoints: [...before.endpoints, { id, ...about }] }),
        { by, id },
        (tx, at) => addSecret(tx, { owner, secret: newWebhookSecret(), now: at }),
      );
      const secret = await secretFrom(store, { owner, now }, time);
      return { endpoint: get(id) ?? raise('not_found'), secret };
    },

    async change(id, change, revision) {
      if (change.url !== undefined) await checkAddress(change.url);
      await revise(id, revision, (endpoint) => [{ ...endpoint, ...change } as Endpoint]);
      return get(id) ?? raise('not_found');
    },

    async remove(id, revision) {
      const also: Also = (tx) => tx.secrets.removeOf(ownerOf('endpoint', id));
      await revise(id, { ...revision, also }, () => []);
    },

    async rotate(id, act) {
      const endpoint = get(id) ?? raise('not_found');
      const target = { kind: 'endpoint', id } as const;
      const secret = await rotateSecret(store, { target, make: newWebhookSecret, now, act });
      return { endpoint, secret };
    },

    enable: (id, act) =>
      store.write('endpoints', async (tx) => {
        const target = { kind: 'endpoint', id } as const;
        const said = { action: 'endpoint.enabled', target } as const;
        if (await doneBefore(tx, act, said)) return;
        const well = { disabled: null, failingSince: null, failures: 0 };
        await store.deliveries.saveState({ endpoint: id, ...well });
        await noteDone(tx, { ...act, time: now() }, said);
      }),

    secretsOf: (id) => secretsOf(store, ownerOf('endpoint', id), now),
  };
}

function raise(code: 'not_found'): never {
  throw new AppError(code);
}

import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Blueprint, blueprint, parse } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Awaitable } from '../store/awaitable.ts';
import { appendOutside } from '../store/outside.ts';
import type { LogRecord, Store, Tx } from '../store/store.ts';
import { checkBots } from './bots/check.ts';
import { checkFlows } from './flows/check.ts';
import { checkRouting } from './routing/check.ts';
import { knownAgents } from './routing/known.ts';

/** The published configuration, from memory, and the one way to change it. */
export interface Published {
  readonly current: Blueprint;
  readonly version: number;
  /**
   * Publishes what `change` makes of the newest version, together with what `also` writes. The same
   * again under the same id changes nothing (rule P6).
   * @returns when it was published
   * @throws AppError when the whole of it would not be valid, nothing is changed then;
   *   `bad_routing` with its findings;
   *   `idempotency_conflict` where the id stands for another change
   */
  publish(change: Change, signature: Signature, also?: Also): Promise<number>;
  /** Takes over what was published since, here or by another program. */
  refresh(): Promise<void>;
}

/** Made twice of the same version, it is the same. */
type Change = (before: Blueprint) => Blueprint;

/** What is written with it, once. */
export type Also = (tx: Tx, time: number) => Awaitable<void>;

/** Who publishes, and the id of the event that says so; a new one where none is given. */
export interface Signature {
  by: string;
  id?: string;
}

const NOTHING: Blueprint = { sites: [], endpoints: [], sources: [] };

const read = (document: string | undefined): Blueprint =>
  document === undefined ? NOTHING : blueprint.parse(JSON.parse(document));

function checked(next: Blueprint): Blueprint {
  const result = parse(blueprint, next);
  if (!result.ok) throw new AppError(result.error.code, { detail: result.error.field ?? '' });
  return result.value;
}

/**
 * Routing that is as it was published is left alone: somebody who has gone since must not keep the rest
 * from being changed. Flows lead to its queues.
 */
async function findBad(tx: Tx, before: Blueprint, after: Blueprint) {
  const isSame = (part: 'routing' | 'flows' | 'bots' | 'tools') =>
    isDeepStrictEqual(after[part], before[part]);
  const { routing, flows = [], tools } = after;
  const known = await knownAgents(tx.agents);
  const isFlowing = isSame('routing') && isSame('flows') && isSame('tools');
  return [
    ...(routing && !isSame('routing') ? checkRouting(routing, known) : []),
    ...(isFlowing ? [] : checkFlows(flows, { routing, tools })),
    ...(isSame('flows') && isSame('bots') ? [] : checkBots(after)),
  ];
}

async function refuseBad(tx: Tx, before: Blueprint, after: Blueprint): Promise<void> {
  const findings = await findBad(tx, before, after);
  if (findings.length > 0) throw new AppError('bad_routing', { findings });
}

/** Whether `change` is the one that made the version a record tells of. */
async function isRepeat({ blueprints }: Tx, record: LogRecord, change: Change): Promise<boolean> {
  if (record.type !== 'config.published' || !('version' in record.data)) return false;
  const { version } = record.data;
  const [before, after] = [await blueprints.get(version - 1), await blueprints.get(version)];
  const again = JSON.stringify(checked(change(read(before?.document))));
  return isDeepStrictEqual(read(again), read(after?.document));
}

export async function openBlueprint(store: Store, now: Clock): Promise<Published> {
  let current = NOTHING;
  let version = 0;

  async function refresh(): Promise<void> {
    const row = await store.read.blueprints.latest();
    if (!row || row.version === version) return;
    current = read(row.document);
    version = row.version;
  }

  async function write(
    tx: Tx,
    change: Change,
    { by, id = randomUUIDv7() }: Signature,
  ): Promise<LogRecord> {
    const row = await tx.blueprints.latest();
    const before = read(row?.document);
    const after = checked(change(before));
    await refuseBad(tx, before, after);
    const document = JSON.stringify(after);
    const next = (row?.version ?? 0) + 1;
    const publishedAt = now();
    await tx.blueprints.insert({ version: next, document, publishedAt, by });
    return appendOutside(tx, {
      id,
      type: 'config.published',
      time: publishedAt,
      actor: { kind: 'system', id: by },
      data: { version: next, by },
    });
  }

  await refresh();
  return {
    refresh,
    async publish(change, signature, also) {
      const time = await store.write('blueprint', async (tx) => {
        const prior = signature.id && (await tx.events.find(signature.id));
        if (prior) {
          if (await isRepeat(tx, prior, change)) return prior.time;
          throw new AppError('idempotency_conflict');
        }
        const record = await write(tx, change, signature);
        await also?.(tx, record.time);
        return record.time;
      });
      await refresh();
      return time;
    },
    get current() {
      return current;
    },
    get version() {
      return version;
    },
  };
}

import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Blueprint, blueprint, parse } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError, StartupError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Awaitable } from '../store/awaitable.ts';
import { appendOutside } from '../store/outside.ts';
import type { LogRecord, Reads, Store, Tx } from '../store/store.ts';
import { checkBots } from './bots/check.ts';
import { NEWER, read } from './document.ts';
import { checkFlows } from './flows/check.ts';
import { checkRouting } from './routing/check.ts';
import { knownAgents } from './routing/known.ts';
import { dropSecrets } from './secrets.ts';

/** The published configuration, from memory, and the one way to change it. */
export interface Published {
  readonly current: Blueprint;
  readonly version: number;
  /**
   * Publishes what `change` makes of the newest version, together with what `also` writes. The same
   * again under the same id changes nothing (rule P6).
   * @returns when it was published
   * @throws AppError when the whole of it would not be valid, nothing is changed then;
   *   `newer_settings` where the newest version says what this relay does not know: it would be lost;
   *   `bad_routing` with its findings;
   *   `idempotency_conflict` where the id stands for another change
   */
  publish(change: Change, signature: Signature, also?: Also): Promise<number>;
  /** Takes over what was published since, here or by another program. */
  refresh(): Promise<void>;
}

/** Made twice of the same version, it is the same; made of one, and not written, it changes nothing. */
type Change = (before: Blueprint) => Blueprint;

/** What is written with it, once. */
export type Also = (tx: Tx, time: number) => Awaitable<void>;

/** Who publishes, and the id of the event that says so; a new one where none is given. */
export interface Signature {
  by: string;
  id?: string;
}

const NOTHING: Blueprint = { sites: [], endpoints: [], sources: [] };

function checked(next: Blueprint): Blueprint {
  const result = parse(blueprint, next);
  if (!result.ok) throw new AppError(result.error.code, { detail: result.error.field ?? '' });
  return result.value;
}

/**
 * Routing that is as it was published is left alone: somebody who has gone since must not keep the rest
 * from being changed. Flows lead to its queues.
 */
async function findBad({ agents }: Pick<Reads, 'agents'>, before: Blueprint, after: Blueprint) {
  const isSame = (part: 'routing' | 'flows' | 'bots' | 'tools') =>
    isDeepStrictEqual(after[part], before[part]);
  const { routing, flows = [], tools } = after;
  const known = await knownAgents(agents);
  const isFlowing = isSame('routing') && isSame('flows') && isSame('tools');
  return [
    ...(routing && !isSame('routing') ? await checkRouting(routing, known) : []),
    ...(isFlowing ? [] : checkFlows(flows, { routing, tools })),
    ...(isSame('flows') && isSame('bots') ? [] : checkBots(after)),
  ];
}

/** What a change makes of a version, or why it cannot. */
interface Draft {
  version: number;
  before: Blueprint;
  after: Blueprint;
  error?: unknown;
}

/** Before the transaction: a large document takes seconds to check, and others write meanwhile. */
async function draftOf(reads: Reads, change: Change): Promise<Draft> {
  const row = await reads.blueprints.latest();
  const version = row?.version ?? 0;
  const { value: before = NOTHING, isWhole } = read(row?.document);
  try {
    if (!isWhole) throw new AppError('newer_settings');
    const after = checked(change(before));
    const findings = await findBad(reads, before, after);
    if (findings.length > 0) throw new AppError('bad_routing', { findings });
    return { version, before, after };
  } catch (error) {
    return { version, before, after: before, error };
  }
}

/** Whether `change` is the one that made the version a record tells of. */
async function isRepeat({ blueprints }: Tx, record: LogRecord, change: Change): Promise<boolean> {
  if (record.type !== 'config.published' || !('version' in record.data)) return false;
  const { version } = record.data;
  const [before, after] = [await blueprints.get(version - 1), await blueprints.get(version)];
  const again = JSON.stringify(checked(change(read(before?.document).value ?? NOTHING)));
  return isDeepStrictEqual(read(again).value, read(after?.document).value);
}

/**
 * What a newer relay has published is in force as far as it is understood: without the names this one
 * does not know, and where that is not enough, as it was before.
 * @throws StartupError where there is no such before
 */
export async function openBlueprint(
  store: Store,
  now: Clock,
  log?: Pick<Logger, 'warn' | 'error'>,
): Promise<Published> {
  let current = NOTHING;
  let version = 0;

  async function refresh(): Promise<void> {
    const row = await store.read.blueprints.latest();
    // Connections do not answer in the order they were asked.
    if (!row || row.version <= version) return;
    const { value, unknown } = read(row.document);
    if (!value && version === 0) throw new StartupError(NEWER);
    if (!value) log?.error({ version: row.version }, `${NEWER} What was published before stays.`);
    if (unknown.length > 0)
      log?.warn(
        { version: row.version, unknown },
        'a newer relay published what is not known here',
      );
    current = value ?? current;
    version = row.version;
  }

  async function insert(
    tx: Tx,
    { version, before, after }: Draft,
    { by, id = randomUUIDv7() }: Signature,
  ): Promise<LogRecord> {
    const next = version + 1;
    const publishedAt = now();
    const document = JSON.stringify(after);
    await dropSecrets(tx, before, after);
    await tx.blueprints.insert({ version: next, document, publishedAt, by });
    return appendOutside(tx, {
      id,
      type: 'config.published',
      time: publishedAt,
      actor: { kind: 'system', id: by },
      data: { version: next, by },
    });
  }

  /** Undefined: somebody was quicker, and it is another change now. */
  async function write(
    tx: Tx,
    draft: Draft,
    { change, signature, also }: { change: Change; signature: Signature; also: Also | undefined },
  ): Promise<number | undefined> {
    const prior = signature.id && (await tx.events.find(signature.id));
    if (prior) {
      if (await isRepeat(tx, prior, change)) return prior.time;
      throw new AppError('idempotency_conflict');
    }
    if (((await tx.blueprints.latest())?.version ?? 0) !== draft.version) return undefined;
    if (draft.error) throw draft.error;
    const { time } = await insert(tx, draft, signature);
    await also?.(tx, time);
    return time;
  }

  await refresh();
  return {
    refresh,
    async publish(change, signature, also) {
      let time: number | undefined;
      while (time === undefined) {
        const draft = await draftOf(store.read, change);
        time = await store.write('blueprint', (tx) =>
          write(tx, draft, { change, signature, also }),
        );
      }
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

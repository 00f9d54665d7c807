import { randomUUIDv7 } from 'node:crypto';
import { type Blueprint, blueprint, parse } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Awaitable } from '../store/awaitable.ts';
import { appendOutside } from '../store/outside.ts';
import type { Store, Tx } from '../store/store.ts';

/** The published configuration, from memory, and the one way to change it. */
export interface Published {
  readonly current: Blueprint;
  readonly version: number;
  /**
   * Publishes what `change` makes of the newest version, together with what else it writes.
   * @throws AppError when the whole of it would not be valid; nothing is changed then
   */
  publish(change: Change, by: string): Promise<void>;
  /** Takes over what was published since, here or by another program. */
  refresh(): Promise<void>;
}

type Change = (before: Blueprint, tx: Tx) => Awaitable<Blueprint>;

const NOTHING: Blueprint = { sites: [], endpoints: [], sources: [] };

const read = (document: string | undefined): Blueprint =>
  document === undefined ? NOTHING : blueprint.parse(JSON.parse(document));

export async function openBlueprint(store: Store, now: Clock): Promise<Published> {
  let current = NOTHING;
  let version = 0;

  async function refresh(): Promise<void> {
    const row = await store.read.blueprints.latest();
    if (!row || row.version === version) return;
    current = read(row.document);
    version = row.version;
  }

  async function write(tx: Tx, change: Change, by: string): Promise<void> {
    const row = await tx.blueprints.latest();
    const checked = parse(blueprint, await change(read(row?.document), tx));
    if (!checked.ok) throw new AppError(checked.error.code, { detail: checked.error.field ?? '' });
    const next = (row?.version ?? 0) + 1;
    const publishedAt = now();
    const document = JSON.stringify(checked.value);
    await tx.blueprints.insert({ version: next, document, publishedAt, by });
    await appendOutside(tx, {
      id: randomUUIDv7(),
      type: 'config.published',
      time: publishedAt,
      actor: { kind: 'system', id: by },
      data: { version: next, by },
    });
  }

  await refresh();
  return {
    refresh,
    async publish(change, by) {
      await store.write('blueprint', (tx) => write(tx, change, by));
      await refresh();
    },
    get current() {
      return current;
    },
    get version() {
      return version;
    },
  };
}

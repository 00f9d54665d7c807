import type { Blueprint } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Published, Signature } from '../blueprint.ts';

type Part = 'flows' | 'bots' | 'tools';
type Items<P extends Part> = NonNullable<Blueprint[P]>;

/** What answers first, as it is looked at and changed. */
export interface PartSettings<P extends Part> {
  readonly current: Items<P>;
  /** Changes with whatever it means. */
  readonly version: string;
  /**
   * Replaces all of them.
   * @throws AppError `bad_routing` with its findings, `changed_meanwhile`, `idempotency_conflict`
   */
  configure(items: Items<P>, revision: Signature & { version: string }): Promise<void>;
}

const versionOf = (items: object = []): string => fingerprint(canonical(items));

/** One list of the blueprint; an empty one is none. */
export function createPartSettings<P extends Part>(published: Published, part: P): PartSettings<P> {
  return {
    get current() {
      return (published.current[part] ?? []) as Items<P>;
    },
    get version() {
      return versionOf(published.current[part]);
    },
    async configure(items, { version, ...signature }) {
      await published.publish((before) => {
        if (versionOf(before[part]) !== version) throw new AppError('changed_meanwhile');
        return { ...before, [part]: items.length > 0 ? items : undefined };
      }, signature);
    },
  };
}

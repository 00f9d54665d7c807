import type { Flow } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Published, Signature } from '../blueprint.ts';

/** What answers first, as it is looked at and changed. */
export interface FlowSettings {
  readonly current: Flow[];
  /** Changes with whatever it means. */
  readonly version: string;
  /**
   * Replaces all of them.
   * @throws AppError `bad_routing` with its findings, `changed_meanwhile`, `idempotency_conflict`
   */
  configure(flows: Flow[], revision: Signature & { version: string }): Promise<void>;
}

const versionOf = (flows: Flow[] = []): string => fingerprint(canonical(flows));

export const createFlowSettings = (published: Published): FlowSettings => ({
  get current() {
    return published.current.flows ?? [];
  },
  get version() {
    return versionOf(published.current.flows);
  },
  async configure(flows, { version, ...signature }) {
    await published.publish(({ flows: before, ...rest }) => {
      if (versionOf(before) !== version) throw new AppError('changed_meanwhile');
      return { ...rest, ...(flows.length > 0 && { flows }) };
    }, signature);
  },
});

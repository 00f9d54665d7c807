import type {
  Blueprint,
  Rehearsal,
  Routing,
  RoutingFinding,
  RoutingView,
} from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import type { BlueprintRow, Store } from '../../store/store.ts';
import type { Published, Signature } from '../blueprint.ts';
import { readWhole } from '../document.ts';
import { checkRouting } from './check.ts';
import { compileRouting } from './compile.ts';
import { knownAgents } from './known.ts';
import { type Placement, place } from './place.ts';
import { type Period, rehearse } from './rehearse.ts';

type Version = Omit<BlueprintRow, 'document'>;

interface Revision extends Signature {
  /** `versionOf` what was read. */
  version: string;
}

/** Who gets which conversation, as it is looked at, tried and changed. */
export interface RoutingSettings {
  readonly current: Routing | null;
  /**
   * Replaces it; null: there is none.
   * @throws AppError `bad_routing` with its findings, `changed_meanwhile`, `idempotency_conflict`
   */
  configure(routing: Routing | null, revision: Revision): Promise<void>;
  /** What would keep it from being published. */
  check(routing: Routing | null): Promise<RoutingFinding[]>;
  /**
   * Where a conversation would wait.
   * @throws AppError `not_found` where nothing is published, and nothing else is to be tried
   */
  try(view: RoutingView, draft?: Routing): Placement;
  /** Where the conversations of the past would have waited. One after another, beside all else. */
  rehearse(draft: Routing, period: Period): Promise<Rehearsal>;
  /** What was published, newest first, before a version. */
  versions(before: number, limit: number): Promise<Version[]>;
  /**
   * Publishes routing, flows and bots of an old version as the newest ones.
   * @throws AppError `not_found`, `bad_routing` where it would not do today, `idempotency_conflict`
   */
  restore(version: number, signature: Signature): Promise<void>;
}

/** Changes with whatever it means. */
export const versionOf = (routing: Routing | null | undefined): string =>
  fingerprint(canonical(routing ?? null));

const withRouting = ({ routing: _, ...rest }: Blueprint, routing?: Routing | null): Blueprint => ({
  ...rest,
  ...(routing && { routing }),
});

export function createRoutingSettings(
  store: Pick<Store, 'read'>,
  published: Published,
): RoutingSettings {
  const { agents, blueprints } = store.read;
  const inTurn = createTurnstile();
  return {
    get current() {
      return published.current.routing ?? null;
    },

    async configure(routing, { version, ...signature }) {
      await published.publish((before) => {
        if (versionOf(before.routing) !== version) throw new AppError('changed_meanwhile');
        return withRouting(before, routing);
      }, signature);
    },

    async check(routing) {
      return routing ? await checkRouting(routing, await knownAgents(agents)) : [];
    },

    try(view, draft = published.current.routing) {
      if (!draft) throw new AppError('not_found');
      // Who is there does not matter to where it waits.
      return place(compileRouting(draft, []), view);
    },

    rehearse: (draft, period) =>
      inTurn(async () => {
        const begun = performance.now();
        const subject = { draft, period, current: published.current.routing, now: Date.now() };
        const found = await rehearse(store.read, subject);
        return { ...found, tookMs: Math.round(performance.now() - begun) };
      }),

    async versions(before, limit) {
      const newest = Math.min((await blueprints.latest())?.version ?? 0, before - 1);
      const numbers = Array.from({ length: Math.min(limit, newest) }, (_, i) => newest - i);
      const rows = await Promise.all(numbers.map((number) => blueprints.get(number)));
      return rows.flatMap((row) =>
        row ? [{ version: row.version, publishedAt: row.publishedAt, by: row.by }] : [],
      );
    },

    async restore(version, signature) {
      const row = await blueprints.get(version);
      if (!row) throw new AppError('not_found');
      const { routing, flows, bots } = readWhole(row);
      const parts = { ...(routing && { routing }), ...(flows && { flows }), ...(bots && { bots }) };
      await published.publish(
        ({ routing: _r, flows: _f, bots: _b, ...rest }) => ({ ...rest, ...parts }),
        signature,
      );
    },
  };
}

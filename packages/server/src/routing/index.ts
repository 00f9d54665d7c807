import { keepUp } from '../events/keep-up.ts';
import type { Log } from '../events/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { audit } from './audit.ts';
import type { Board } from './board.ts';
import { type Acting, createRouter, type Router, type RouterParts } from './router.ts';

export { freeFromLeavers } from './leavers.ts';

const AUDIT_MS = 60_000;

type Parts = RouterParts & { events: Log; metrics: Metrics };

export interface Routing {
  /** How things stand now. */
  board(): Board;
  standings: Router['standings'];
  /** Keeps up with the log, from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
  /** Gives orders from now on; returns the end of it. */
  act(acting: Acting): Promise<() => Promise<void>>;
}

export function createRouting(parts: Parts): Routing {
  const router = createRouter(parts);
  return {
    board: router.board,
    standings: router.standings,
    start: () => keepUp('routing', router, parts),
    act: (acting) => act(acting, router, parts),
  };
}

/** Tells of what should not be; what it finds is for people, and no work for routing. */
async function report({ queries, routing, now, log, metrics }: Parts): Promise<void> {
  if (!routing.current) return;
  const found = await audit(queries, { now: now(), routing: routing.current });
  metrics.routingViolations.set(found.length);
  if (found.length > 0) log.error({ found: found.slice(0, 20) }, 'routing broke an invariant');
}

async function act(acting: Acting, router: Router, parts: Parts): Promise<() => Promise<void>> {
  await router.act(acting);
  const onError = (err: unknown) => parts.log.error({ err }, 'routing was not audited');
  let auditing: Promise<void> = Promise.resolve();
  const auditor = setInterval(() => {
    auditing = report(parts).catch(onError);
  }, AUDIT_MS).unref();
  return async () => {
    clearInterval(auditor);
    await auditing;
    await router.act(undefined);
  };
}

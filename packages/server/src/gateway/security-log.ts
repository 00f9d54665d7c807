import type { ErrorCode } from '@throughline/shared';
import type { Logger } from '../lib/logger.ts';
import { type Metrics, seriesOf } from '../lib/metrics.ts';

interface Refusal {
  code: ErrorCode;
  /** An address, or the /64 it is in. */
  network: string;
  /** A name out of our own tables, never what was sent: a namespace, a command, a route. */
  at: string;
  site?: string | undefined;
}

export interface SecurityLog {
  /** Counts it, and says so once a minute for each network and code. */
  note(refusal: Refusal): void;
  /**
   * The same for what was let in before; refusals that people of good will meet every day are left out,
   * and to whom is asked of the others alone: under load most answers are refusals.
   */
  noteTelling(code: ErrorCode, find: () => Omit<Refusal, 'code'>): void;
}

/** What clients of ours, and programs that are written well, get seldom or never. */
const TELLING: ReadonlySet<ErrorCode> = new Set([
  ...(['bad_credentials', 'bad_json', 'bad_key', 'bad_type', 'csrf_failed'] as const),
  ...(['file_blocked', 'file_content_mismatch', 'forbidden', 'identity_invalid'] as const),
  ...(['key_in_address', 'link_used', 'missing_scope', 'origin_not_allowed'] as const),
  ...(['payload_too_large', 'rate_limited', 'signature_invalid', 'ticket_invalid'] as const),
  ...(['unknown_command', 'unknown_field', 'unknown_site'] as const),
]);

const QUIET_MS = 60_000;
/** Of networks and codes at a time: whoever has many addresses does not fill the log, or memory. */
const LINES_MAX = 1000;
const OTHERS = 'others';

/** One line for whoever looks for attacks: what was refused, to whom and where, and nothing that was sent. */
export function createSecurityLog({
  log,
  metrics,
}: {
  log: Pick<Logger, 'warn'>;
  metrics: Pick<Metrics, 'refusals'>;
}): SecurityLog {
  const counter = seriesOf(metrics.refusals);
  /** How many were left out since the last line, by network and code. */
  const left = new Map<string, number>();

  function startQuiet(key: string, refusal: Refusal): void {
    left.set(key, 0);
    const end = () => {
      const suppressed = left.get(key) ?? 0;
      left.delete(key);
      if (suppressed > 0) say(key, refusal, suppressed);
    };
    setTimeout(end, QUIET_MS).unref();
  }

  function say(key: string, refusal: Refusal, suppressed: number): void {
    log.warn({ ...refusal, suppressed }, 'security: refused');
    startQuiet(key, refusal);
  }

  function tell(refusal: Refusal): void {
    const key = `${refusal.network} ${refusal.code}`;
    const suppressed = left.get(key);
    if (suppressed !== undefined) left.set(key, suppressed + 1);
    else if (left.size < LINES_MAX || refusal.network === OTHERS) say(key, refusal, 0);
    else tell({ ...refusal, network: OTHERS });
  }

  function note(refusal: Refusal): void {
    counter(refusal.code).inc();
    tell(refusal);
  }

  return {
    note,
    noteTelling: (code, find) => {
      if (TELLING.has(code)) note({ code, ...find() });
    },
  };
}

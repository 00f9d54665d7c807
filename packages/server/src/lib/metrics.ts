import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  sockets: Gauge<'namespace'>;
  commands: Counter<'command' | 'outcome'>;
  commandSeconds: Histogram;
  events: Counter<'type'>;
  requests: Histogram<'route' | 'method' | 'status'>;
  refusedHandshakes: Counter<'code'>;
  /** Of the kinds the security log tells of, all of them. */
  refusals: Counter<'code'>;
  /** A client knew more than the log holds: a lost write or an unannounced restore. */
  cursorAheadOfHead: Counter;
  /** What the auditor of routing found; has to be 0. */
  routingViolations: Gauge;
  webhookAttempts: Counter<'outcome'>;
  webhookLagSeconds: Histogram;
}

/** Looks a labelled series up once: prom-client hashes the labels at every call. */
export function seriesOf<L extends string>(
  counter: Counter<L>,
): (...labels: string[]) => Counter.Internal {
  const known = new Map<string, Counter.Internal>();
  return (...labels) => {
    const key = labels.join(' ');
    const found = known.get(key);
    if (found) return found;
    const made = counter.labels(...labels);
    known.set(key, made);
    return made;
  };
}

/** Prometheus metrics; labels are names from tables, never ids or addresses. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    sockets: new Gauge({
      name: 'throughline_sockets_connected',
      help: 'Open sockets.',
      labelNames: ['namespace'],
      registers,
    }),
    commands: new Counter({
      name: 'throughline_commands_total',
      help: 'Commands and queries answered, by outcome (ok or error code).',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    commandSeconds: new Histogram({
      name: 'throughline_command_duration_seconds',
      help: 'From a command’s arrival to its answer.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    }),
    events: new Counter({
      name: 'throughline_events_total',
      help: 'Events fanned out from the log.',
      labelNames: ['type'],
      registers,
    }),
    requests: new Histogram({
      name: 'throughline_http_request_duration_seconds',
      help: 'HTTP requests.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    }),
    refusedHandshakes: new Counter({
      name: 'throughline_handshakes_refused_total',
      help: 'Socket handshakes refused, by error code.',
      labelNames: ['code'],
      registers,
    }),
    refusals: new Counter({
      name: 'throughline_security_refusals_total',
      help: 'Refusals of the kinds the security log tells of, by error code.',
      labelNames: ['code'],
      registers,
    }),
    cursorAheadOfHead: new Counter({
      name: 'throughline_cursor_ahead_of_head_total',
      help: 'Clients that knew more than the log holds.',
      registers,
    }),
    routingViolations: new Gauge({
      name: 'throughline_routing_violations',
      help: 'Open conversations and agents that break an invariant of routing; has to be 0.',
      registers,
    }),
    webhookAttempts: new Counter({
      name: 'throughline_webhook_attempts_total',
      help: 'Tries to deliver an event to an endpoint, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    webhookLagSeconds: new Histogram({
      name: 'throughline_webhook_first_attempt_lag_seconds',
      help: 'From an event’s commit to the first try to deliver it.',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 10, 60, 3600],
      registers,
    }),
  };
}

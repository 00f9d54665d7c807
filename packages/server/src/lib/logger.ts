import { type DestinationStream, type Logger, pino } from 'pino';
import { printable } from './json.ts';

export type { Logger } from 'pino';

/** Never in a log line, wherever it turns up: what people write, and what lets somebody in. */
const REDACTED = [
  'text',
  'password',
  'token',
  'cookie',
  'csrf',
  'authorization',
  'email',
  'name',
  'attributes',
  'data',
  'input',
];

/** One JSON line per record on standard output, whatever is in it. */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      hooks: { streamWrite: printable },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: '[redacted]',
      },
    },
    destination ?? pino.destination(1),
  );

import { erasure } from './erasure.ts';
import type { Check, Evidence, Violation } from './evidence.ts';
import { files, privacy } from './files.ts';
import { isolation } from './isolation.ts';
import { liveness } from './liveness.ts';
import { numbering, realTime, senderOrder } from './order.ts';
import { ownership } from './owners.ts';
import { pace } from './pace.ts';
import { receipts } from './receipts.ts';
import { honesty } from './recovery.ts';
import { acknowledged, invoked, once } from './sends.ts';
import { eventsOut } from './sinks.ts';
import { strikes } from './strikes.ts';
import { agreement, oneLine, screens, views } from './views.ts';

export type { Evidence, Violation } from './evidence.ts';

/** C0 to C16, each one pass over sorted records. */
const checks: Check[] = [
  strikes,
  acknowledged,
  invoked,
  once,
  numbering,
  views,
  screens,
  senderOrder,
  realTime,
  agreement,
  oneLine,
  honesty,
  eventsOut,
  ownership,
  erasure,
  liveness,
  pace,
  receipts,
  isolation,
  files,
  privacy,
];

/** Every check over the whole run; a few of each kind are enough to know. */
export const judge = (evidence: Evidence): Violation[] =>
  checks.flatMap((check) => check(evidence).slice(0, 3));

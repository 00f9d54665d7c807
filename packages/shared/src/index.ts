export {
  ERRORS,
  type ErrorCode,
  type Finding,
  isErrorCode,
  type Problem,
  problem,
} from './errors.ts';
export { type EffectiveFact, effectiveFacts, type FactReason } from './facts.ts';
export { UUID_V7, uuidv7 } from './ids.ts';
export { ACK_TIMEOUT_MS, HEARTBEAT_MS, LIMITS, SCALES, TEXT_CHARS } from './limits.ts';
export { safeHref, splitLinks } from './links.ts';
export { localeOf } from './locale.ts';
export { OLDEST_PROTOCOL, PROTOCOL } from './version.ts';
export { isVisible, oneLine } from './visible.ts';

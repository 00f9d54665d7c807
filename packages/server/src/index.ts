export { createRelay, type Relay, type RelayOptions } from './app.ts';
export { builtMounts, CONSOLE_POLICY } from './built.ts';
export { type Config, defaultLimits, type Limits, readConfig } from './config.ts';
export type { Mount } from './gateway/http/assets.ts';
export { StartupError } from './lib/errors.ts';
export { openSqliteStore } from './store/sqlite/index.ts';
export type { LogRecord, Store, Tx } from './store/store.ts';

/** On either store, with nothing but what Node has. */
export const ANYWHERE = [
  'pause',
  'clock',
  'cut',
  'silence',
  'slow',
  'stall',
  'loss',
  'endpoint',
] as const;
/** The same where a storm has time for it: up to ten seconds each. */
export const AT_LENGTH = ['pause-long'] as const;
/** With a compiler, and a file to write to. */
export const ON_DISK = ['disk-full', 'disk-slow'] as const;
export const ON_POSTGRES = ['terminate', 'lock', 'lock-long', 'writer-idle'] as const;
/** With a PostgreSQL server of the storm's own. */
export const ON_OWN_POSTGRES = ['database-stop', 'database-crash'] as const;
export const ON_SEVERAL = ['outsleep'] as const;
/** With a Redis between relays. */
export const ON_REDIS = ['redis-flush', 'redis-restart', 'redis-part', 'redis-full'] as const;

export type NemesisName =
  | (typeof ANYWHERE)[number]
  | (typeof AT_LENGTH)[number]
  | (typeof ON_DISK)[number]
  | (typeof ON_POSTGRES)[number]
  | (typeof ON_OWN_POSTGRES)[number]
  | (typeof ON_SEVERAL)[number]
  | (typeof ON_REDIS)[number];

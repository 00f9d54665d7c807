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
/** With a compiler, and a file to write to. */
export const ON_DISK = ['disk-full', 'disk-slow'] as const;
export const ON_POSTGRES = ['terminate', 'lock'] as const;
/** With a PostgreSQL server of the storm's own. */
export const ON_OWN_POSTGRES = ['database-stop', 'database-crash'] as const;
export const ON_SEVERAL = ['outsleep'] as const;
/** With a Redis between relays. */
export const ON_REDIS = ['redis-flush', 'redis-restart', 'redis-part'] as const;

export type NemesisName =
  | (typeof ANYWHERE)[number]
  | (typeof ON_DISK)[number]
  | (typeof ON_POSTGRES)[number]
  | (typeof ON_OWN_POSTGRES)[number]
  | (typeof ON_SEVERAL)[number]
  | (typeof ON_REDIS)[number];

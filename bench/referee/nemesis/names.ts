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

export type NemesisName =
  | (typeof ANYWHERE)[number]
  | (typeof ON_DISK)[number]
  | (typeof ON_POSTGRES)[number];

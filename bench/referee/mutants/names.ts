/** Relays, and clients, broken on purpose: a referee that lets one of them pass proves nothing. */
export const MUTANTS = {
  M1: 'answers before the commit',
  M2: 'does not know an id it has seen',
  M3: 'numbers by the wall clock',
  M4: 'replays from one too far',
  M5: 'shows events before the commit',
  M6: 'takes a sequence of PostgreSQL for a cursor',
  M7: 'loses frames, and the client looks at no heads',
  M8: 'sends webhooks before the commit',
  M9: 'keeps the epoch of the log when a backup is put back',
  M10: 'orders a screen by time',
  M11: 'runs with synchronous=OFF on a disk that loses power',
  M12: 'sends again under a new key',
  M13: 'lets a bot speak that has no floor',
  M14: 'keeps the words of an event with its deliveries',
  M15: 'waits for its own transactions only before it reads on, and not for another relay’s',
  M16: 'has a file before its disk does, which loses power',
} as const;
export type Mutant = keyof typeof MUTANTS;

/** The others are broken clients, or an operator's mistake. */
const OF_RELAYS = [
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M8',
  'M11',
  'M13',
  'M14',
  'M15',
  'M16',
] as const;
export type RelayMutant = (typeof OF_RELAYS)[number];

export const isOfRelay = (mutant: Mutant | undefined): mutant is RelayMutant =>
  OF_RELAYS.some((it) => it === mutant);

/** What the others break is there already, and they need not get well. */
export const showsAtTheEnd = (mutant: Mutant): boolean => mutant === 'M7' || mutant === 'M16';

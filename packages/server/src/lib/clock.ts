/** Milliseconds since 1970. Shown to people and compared with due times; order never depends on it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

import { type Check, only, violation } from './evidence.ts';

/** C0: a fault that has begun has struck at least once; one that never does would pass as survived. */
export const strikes: Check = ({ history }) => {
  const ends = only(history, 'nemesis').filter(({ phase }) => phase === 'end');
  return [...Map.groupBy(ends, ({ what }) => what)].flatMap(([what, all]) =>
    all.every(({ missed }) => missed !== undefined)
      ? violation('C0', `${what} never struck`, ...all)
      : [],
  );
};

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Asked between the steps of long work; lets others have their turn once it has run for so long. */
export type Breathe = () => Promise<void>;

const AT_A_TIME_MS = 8;

export function createBreath(): Breathe {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < AT_A_TIME_MS) return;
    await nextTurn();
    since = performance.now();
  };
}

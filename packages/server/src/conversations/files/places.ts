import { AppError } from '../../lib/errors.ts';

/** Uploads at a time, of everybody together and of one person. */
const [ALL_MAX, EACH_MAX] = [100, 10];

/** Runs work while there is a place for its owner; else refuses it, rather than let it queue. */
export function createPlaces(): <T>(owner: string, work: () => Promise<T>) => Promise<T> {
  const taken = new Map<string, number>();
  let all = 0;

  const change = (owner: string, by: number): void => {
    all += by;
    const left = (taken.get(owner) ?? 0) + by;
    if (left > 0) taken.set(owner, left);
    else taken.delete(owner);
  };

  return async (owner, work) => {
    if (all >= ALL_MAX) throw new AppError('overloaded');
    if ((taken.get(owner) ?? 0) >= EACH_MAX) throw new AppError('rate_limited');
    change(owner, 1);
    try {
      return await work();
    } finally {
      change(owner, -1);
    }
  };
}

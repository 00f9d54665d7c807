import type { Of } from '../history.ts';
import { around, type Check, only, violation } from './evidence.ts';

const isContiguous = ({ cursor, got }: Of<'resume'>): boolean =>
  got.every((n, i) => n === (cursor ?? 0) + 1 + i);

/** Reasons that hold where the log was restored, and nowhere else. */
const AFTER_RESTORE = new Set(['epoch_changed', 'ahead_of_head']);

/** C9: `recovered` has no hole, and `reset` has a reason that holds. */
export const honesty: Check = ({ history }) => {
  const restored = history.find(({ f }) => f === 'restore')?.i ?? Infinity;
  return only(history, 'resume').flatMap((page) => {
    if (page.state === 'recovered') {
      const last = page.got.at(-1) ?? page.cursor ?? 0;
      const isWhole = isContiguous(page) && (!page.end || last === page.head);
      return isWhole
        ? []
        : violation('C9', 'FALSE-RECOVERED: a hole in the replay', ...around(history, page));
    }
    const isGood = page.i > restored && AFTER_RESTORE.has(page.reason ?? '');
    return page.cursor === null || isGood
      ? []
      : violation('C9', `NEEDLESS-RESET: ${page.reason}`, ...around(history, page));
  });
};

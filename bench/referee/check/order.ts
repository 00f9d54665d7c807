import type { Of } from '../history.ts';
import { around, byKey, type Check, messages, nameOf, only, violation } from './evidence.ts';

const firstHole = (sorted: readonly number[]): number => sorted.findIndex((n, i) => n !== i + 1);

/** C4: both numberings run 1, 2, 3 … without holes. */
export const numbering: Check = ({ log }) =>
  [...Map.groupBy(log, ({ conv }) => conv)].flatMap(([conv, records]) => {
    if (conv === null) return [];
    return (['seq', 'pub'] as const).flatMap((by) => {
      const counted = records
        .filter((record) => record[by] !== null)
        .sort((a, b) => Number(a[by]) - Number(b[by]));
      const at = firstHole(counted.map((record) => Number(record[by])));
      return at === -1
        ? []
        : violation(
            'C4',
            `HOLE or REUSED ${by} in ${conv}`,
            ...counted.slice(Math.max(0, at - 3), at + 3),
          );
    });
  });

/** C6: one sender's messages keep the order in which they were asked for. */
export const senderOrder: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  const asked = only(history, 'send').filter(({ type }) => type === 'invoke');
  return [...Map.groupBy(asked, (it) => `${nameOf(it.proc)} ${it.conv}`).values()].flatMap(
    (sent) => {
      const there = sent.filter(({ key }) => known.has(key));
      const seqOf = (at: number) => Number(known.get(there[at]?.key ?? '')?.seq);
      const swapped = there.findIndex((_, i) => i > 0 && seqOf(i) < seqOf(i - 1));
      return swapped === -1
        ? []
        : violation('C6', 'two sends of one sender swapped', there[swapped - 1], there[swapped]);
    },
  );
};

/** C7: what was acknowledged before another was asked for stands before it. */
export const realTime: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  return [...Map.groupBy(only(history, 'send'), ({ conv }) => conv).values()].flatMap((events) => {
    let high = 0;
    let by: Of<'send'> | undefined;
    return events.flatMap((event) => {
      const seq = known.get(event.key)?.seq;
      if (typeof seq !== 'number') return [];
      if (event.type === 'ok' && seq > high) [high, by] = [seq, event];
      return event.type === 'invoke' && seq < high
        ? violation('C7', 'asked for later and placed before', by, ...around(history, event))
        : [];
    });
  });
};

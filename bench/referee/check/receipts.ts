import type { Logged } from '../history.ts';
import { type Check, only, type Violation, violation } from './evidence.ts';

/** What is wrong with a mark; all agents together are one side, and one mark is kept for them. */
function faultsOf(mark: Logged, { before, head }: { before: number; head: number }): Violation[] {
  const upTo = Number(mark.data?.upTo);
  return [
    ...(upTo <= before ? [violation('C14', 'a mark went back', mark)] : []),
    ...(upTo > head ? [violation('C14', 'a mark is past the head', mark)] : []),
  ];
}

/** C14: marks only rise, never past the head of their moment, and each was asked for. */
export const receipts: Check = ({ history, log }) => {
  const asked = new Set(only(history, 'receipt').map(({ key }) => key));
  return [...Map.groupBy(log, ({ conv }) => conv)].flatMap(([conv, records]) => {
    if (conv === null) return [];
    records.sort((a, b) => Number(a.seq) - Number(b.seq));
    const marks = new Map<string, number>();
    let head = 0;
    return records.flatMap((record) => {
      const before = marks.get(record.by) ?? 0;
      const isMark = record.type === 'message.read';
      const found = isMark ? faultsOf(record, { before, head }) : [];
      if (isMark) marks.set(record.by, Math.max(before, Number(record.data?.upTo)));
      if (isMark && asked.size > 0 && !asked.has(record.key))
        found.push(violation('C14', 'nobody said so', record));
      head = Math.max(head, record.pub ?? 0);
      return found;
    });
  });
};

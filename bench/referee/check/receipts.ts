import { byKey, type Check, only, violation } from './evidence.ts';

/** C14: marks only rise, never past the head of their moment, and each is its reader's own. */
export const receipts: Check = ({ history, log }) => {
  const known = byKey(log);
  const asked = new Map(only(history, 'receipt').map((it) => [it.key, it]));
  return [...Map.groupBy(log, ({ conv }) => conv)].flatMap(([conv, records]) => {
    if (conv === null) return [];
    records.sort((a, b) => Number(a.seq) - Number(b.seq));
    const marks = new Map<string, number>();
    let head = 0;
    return records.flatMap((record) => {
      const found = [];
      if (record.type === 'message.read') {
        const upTo = Number(record.data?.upTo);
        // All agents together are the other side: one mark is kept for them.
        const before = marks.get(record.by) ?? 0;
        marks.set(record.by, Math.max(before, upTo));
        if (upTo <= before) found.push(violation('C14', 'a mark went back', record));
        if (upTo > head) found.push(violation('C14', 'a mark is past the head', record));
        if (asked.size > 0 && !asked.has(record.key))
          found.push(violation('C14', 'nobody said so', record));
      }
      head = Math.max(head, known.get(record.key)?.pub ?? 0);
      return found;
    });
  });
};

import type { Logged } from '../history.ts';
import { type Check, only, restoredAt, type Violation, violation } from './evidence.ts';

interface Floor {
  epoch: number;
  /** The bot's run that has the floor. */
  run: unknown;
  last: Logged | undefined;
}

function step(floor: Floor, record: Logged): Violation[] {
  const { data = {} } = record;
  if (record.type === 'conversation.assigned') {
    const isNext = data.epoch === floor.epoch + 1;
    floor.epoch = Number(data.epoch);
    if (!isNext) return [violation('C11', 'two owners of one epoch, or none', floor.last, record)];
    floor.last = record;
  }
  if (record.type === 'bot.started') floor.run = data.run;
  // Its last words stand beside the end of its run, in one commit: `said` looks at those.
  if (record.type === 'bot.completed' && data.run === floor.run) floor.run = undefined;
  return [];
}

/** Records a bot's turn leaves beside its words, in the same breath. */
const TURN = ['bot.completed', 'bot.advanced'];

/** Whether the record is part of what a turn left: its first record leads, its words follow at once. */
function belongsToTurn(records: readonly Logged[], at: number): boolean {
  for (let i = at - 1; i >= 0; i -= 1) {
    const before = records[i] as Logged;
    if (TURN.includes(before.type)) return before.data?.outcome !== 'taken';
    if (before.by !== 'bot') return false;
  }
  return false;
}

/** C11: owners form one line, and a bot says nothing once a person has taken over. */
export const ownership: Check = ({ history, log }) => [
  ...[...Map.groupBy(log, ({ conv }) => conv)].flatMap(([conv, records]) => {
    if (conv === null) return [];
    records.sort((a, b) => Number(a.seq) - Number(b.seq));
    const floor: Floor = { epoch: 0, run: undefined, last: undefined };
    return records.flatMap((record, i) => {
      const found = step(floor, record);
      const isSaid = record.type === 'message.created' && record.by === 'bot';
      const isLate = isSaid && floor.run === undefined && !belongsToTurn(records, i);
      return isLate
        ? [
            ...found,
            violation(
              'C11',
              'a bot wrote without the floor',
              ...records.slice(Math.max(0, i - 6), i + 2),
            ),
          ]
        : found;
    });
  }),
  ...[
    ...Map.groupBy(
      only(history, 'assign').filter(({ type, i }) => type === 'ok' && i > restoredAt(history)),
      ({ conv, expected }) => `${conv} ${expected}`,
    ).values(),
  ].flatMap((same) =>
    new Set(same.map(({ key }) => key)).size > 1
      ? violation('C11', 'two were given one epoch', ...same)
      : [],
  ),
];

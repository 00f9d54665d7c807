import { alone, SIZES, STREAM_BYTES_PER_S, together } from './scene.ts';
import { type Need, needOf, type Scene } from './simulate.ts';

/** What gives way first in a cell, and which engine takes over there. */
const NEXT: Record<Need['bottleneck'], string> = {
  relay: 'a relay’s core, with its own: more relays',
  hearing: 'a relay’s core, with what others take: more cells; in one, NATS read by subject',
  memory: 'a relay’s memory: more relays',
  database: 'the database, writing: more cells; in one, PostgreSQL parted by Citus',
  tail: 'the database, read by every relay: more cells; in one, NATS JetStream or Kafka read instead',
};
const ONE_MACHINE = 'the one machine: PostgreSQL, Redis and more relays';

const whole = (value: number): string => Math.round(value).toLocaleString('en-GB');
const share = (value: number): string => `${Math.round(value * 100)} %`;

/** The events of all cells in the worst minute, and what carries them. */
function streamOf(bytesPerS: number): string {
  const partitions = Math.ceil(bytesPerS / STREAM_BYTES_PER_S);
  const carrier = partitions > 1 ? `Kafka, ${whole(partitions)} partitions` : 'JetStream';
  const mb = bytesPerS / 1e6;
  return `${mb < 1 ? mb.toFixed(2) : whole(mb)} MB/s: ${carrier}`;
}

function row(scene: Scene, visitors: number): string[] {
  const need = needOf(scene, visitors);
  if (!need) return [];
  const { costs, habits, machine } = scene;
  const { cells, relays, minute, bottleneck } = need;
  const people = visitors * habits.connected;
  const messages = people * habits.messagesPerS;
  const hasDatabase = machine.databaseCores > 0;
  const columns = [
    whole(visitors),
    whole(people),
    `${whole(messages)}/s`,
    whole(cells),
    whole(cells * relays),
    hasDatabase ? `${whole(cells)} PostgreSQL` : 'SQLite',
    share(minute.use.relay + minute.use.hearing),
    hasDatabase ? share(minute.use.database + minute.use.tail) : '',
    `${whole((messages * costs.storedBytes * 86_400) / 1e9)} GB`,
    streamOf(messages * habits.rush * costs.storedBytes),
    hasDatabase ? NEXT[bottleneck] : ONE_MACHINE,
  ];
  return [`| ${columns.join(' | ')} |`];
}

function given(): string[] {
  const [one, many] = [alone.costs, together.costs];
  const { habits, machine, promises } = together;
  const either = (single: string, several = single) => `${single} | ${several}`;
  return [
    '| | one relay, SQLite | relays, PostgreSQL, Redis |',
    '| --- | --- | --- |',
    `| an idle connection at a relay | ${either(`${whole(many.connectionBytes / 1000)} kB, ${many.connectionCpuUs} µs/s`)} |`,
    `| one that comes back after a cut | ${either(`${whole(many.returnCpuUs)} µs`)} |`,
    `| a relay, beside its messages | ${either('in what a message costs', `${whole(many.relayCpuUs)} µs/s`)} |`,
    `| a message, at the relay that takes it | ${either(`${whole(one.messageCpuUs)} µs`, `${whole(many.messageCpuUs)} µs`)} |`,
    `| the same, at every other relay | ${either('', `${whole(many.heardCpuUs)} µs`)} |`,
    `| the database, beside them | ${either('', `${whole(many.databaseCpuUs)} µs/s`)} |`,
    `| a message, in the database | ${either('in the relay’s', `${whole(many.storedCpuUs)} µs to store, ${many.tailedCpuUs} µs for each relay that reads it`)} |`,
    `| the same, on disk | ${either(`${whole(many.storedBytes)} bytes`)} |`,
    `| people on the pages who are connected | ${either(share(habits.connected))} |`,
    `| messages of one who is, and of who answers | ${either(`${whole(habits.messagesPerS * 3600)} an hour, ${habits.rush} times that in the worst minute`)} |`,
    `| a relay | ${either(`${machine.relayCores} core, ${whole(machine.relayBytes / 1e9)} GB`)} |`,
    `| a cell | ${either('1 relay', `${machine.relaysLeast} to ${machine.relaysMost} relays, a database of ${machine.databaseCores} cores`)} |`,
    `| one stream of all events | ${either(`${whole(STREAM_BYTES_PER_S / 1e6)} MB/s`)} |`,
    `| has to hold while each cell loses a relay | ${either(`a message waits ≤ ${promises.waitMs} ms, all are back ≤ ${promises.backS} s`)} |`,
  ];
}

/** The tables of docs/scaling.md: what goes into the simulation, and what comes out. */
export const scalingPage = (): string =>
  [
    '## What the simulation is given',
    given().join('\n'),
    '## What comes out',
    [
      '| people on the pages | connected | messages | cells | relays | databases | a relay’s core | a database | log a day | events of all, worst minute | gives way first: what takes over |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...SIZES.flatMap((size) => [alone, together].flatMap((scene) => row(scene, size))),
    ].join('\n'),
  ].join('\n\n');

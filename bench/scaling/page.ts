import { measured, SIZES } from './scene.ts';
import { needOf, type Scene } from './simulate.ts';

const WORDS = {
  relay: 'a relay’s core, with its own',
  hearing: 'a relay’s core, with what others take',
  memory: 'a relay’s memory',
  database: 'the database, writing',
  tail: 'the database, read by every relay',
};

const whole = (value: number): string => Math.round(value).toLocaleString('en-GB');
const share = (value: number): string => `${Math.round(value * 100)} %`;

function row(scene: Scene, visitors: number): string {
  const { costs, habits } = scene;
  const people = visitors * habits.connected;
  const messages = people * habits.messagesPerS;
  const { relays, minute, bottleneck } = needOf(scene, visitors);
  const cells = [
    whole(visitors),
    whole(people),
    `${whole(messages)}/s`,
    relays === undefined ? 'none holds' : whole(relays),
    share(minute.use.relay + minute.use.hearing),
    share(minute.use.database + minute.use.tail),
    `${whole((messages * costs.storedBytes * 86_400) / 1e9)} GB`,
    WORDS[bottleneck],
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The tables of docs/scaling.md: what goes into the simulation, and what comes out. */
export function scalingPage(scene: Scene = measured): string {
  const { costs, habits, machine, promises } = scene;
  const kb = whole(costs.connectionBytes / 1000);
  return [
    '## What the simulation is given',
    [
      '| | |',
      '| --- | --- |',
      `| an idle connection at a relay | ${kb} kB, ${costs.connectionCpuUs} µs/s |`,
      `| one that comes back after a cut | ${whole(costs.returnCpuUs)} µs |`,
      `| a message, at the relay that takes it | ${costs.messageCpuUs} µs |`,
      `| the same, at every other relay | ${costs.heardCpuUs} µs |`,
      `| the same, in the database | ${costs.storedCpuUs} µs to store, ${costs.tailedCpuUs} µs for each relay that reads it, ${whole(costs.storedBytes)} bytes |`,
      `| people on the pages who are connected | ${share(habits.connected)} |`,
      `| messages of one who is, and of who answers | ${whole(habits.messagesPerS * 3600)} an hour, ${habits.rush} times that in the worst minute |`,
      `| a relay | ${machine.relayCores} core, ${whole(machine.relayBytes / 1e9)} GB |`,
      `| the database | ${machine.databaseCores} cores |`,
      `| has to hold while one relay is lost | a message waits ≤ ${promises.waitMs} ms, all are back ≤ ${promises.backS} s |`,
    ].join('\n'),
    '## What comes out',
    [
      '| people on the pages | connected | messages | relays | a relay’s core | the database | log a day | gives way first |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...SIZES.map((size) => row(scene, size)),
    ].join('\n'),
  ].join('\n\n');
}

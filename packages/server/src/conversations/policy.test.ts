import {
  agentCommands,
  type CommandName,
  commands,
  visitorCommands,
} from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { unborn } from './evolve.ts';
import { mayGive, maySee, mayStill, mayStillOfErased, type Principal } from './policy.ts';

const names = Object.keys(commands) as CommandName[];

/** Who may give what, written down a second time. */
const agentsOnly: CommandName[] = [
  'payment:report',
  'note:add',
  'conversation:assign',
  'conversation:unassign',
  'approval:decide',
  'promise:withdraw',
  'conversation:hand_back',
  'conversation:transfer',
  'suggestion:hold',
  'suggestion:dismiss',
  'offer:accept',
  'offer:decline',
  'status:set',
  'conversation:resolve',
  'conversation:reopen',
  'conversation:snooze',
  'conversation:tag',
];
const visitorsOnly: CommandName[] = [
  'message:act',
  'form:submit',
  'survey:submit',
  'conversation:start',
  'conversation:describe',
  'conversation:label',
  'contact:identify',
  'contact:update',
  'event:track',
  'proactive:note',
];

describe('[EV-18] [CA-10] who may give which command', () => {
  test.each(names)('%s', (name) => {
    expect(mayGive('visitor', name)).toBe(!agentsOnly.includes(name));
    expect(mayGive('agent', name)).toBe(!visitorsOnly.includes(name));
    expect(mayGive('system', name)).toBe(true);
  });

  test('every command is somebody’s', () => {
    expect([...new Set<string>([...visitorCommands, ...agentCommands])].sort()).toEqual(
      [...names].sort(),
    );
  });
});

describe('[EV-15] [CA-10] [P17] who may see which conversation', () => {
  const row = unborn({ id: 'c', site: 'shop', contact: 'v' }, 0);
  const cases: [string, Principal, boolean][] = [
    ['its visitor', { kind: 'visitor', id: 'v', site: 'shop' }, true],
    ['another visitor', { kind: 'visitor', id: 'w', site: 'shop' }, false],
    ['the same id at another site', { kind: 'visitor', id: 'v', site: 'garage' }, false],
    ['an agent', { kind: 'agent', id: 'ada', name: 'Ada' }, true],
    ['the relay', { kind: 'system', id: 'timer' }, true],
  ];
  test.each(cases)('%s', (_who, who, may) => {
    expect(maySee(who, row)).toBe(may);
  });
});

describe('[P30] what is still done where the contact is blocked', () => {
  const agent: Principal = { kind: 'agent', id: 'a', name: 'Ada' };
  const bot: Principal = { kind: 'bot', id: 'b', name: 'Bot' };
  const visitor: Principal = { kind: 'visitor', id: 'v', site: 'shop' };

  test.each(visitorCommands)('nothing of the visitor’s: %s', (name) => {
    expect(mayStill(visitor, name)).toBe(false);
  });

  test.each(agentCommands)('all that an agent does but to give it to a bot: %s', (name) => {
    expect(mayStill(agent, name)).toBe(name !== 'conversation:hand_back');
  });

  test.each([...['message:send', 'bot:begin', 'suggestion:release', 'conversation:hand_back']])(
    'nothing of a program’s that reaches the visitor: %s',
    (name) => {
      expect(mayStill(bot, name)).toBe(false);
    },
  );

  test.each(['note:add', 'conversation:tag', 'bot:end', 'facts:record'])(
    'what of a program’s does not reach them: %s',
    (name) => {
      expect(mayStill(bot, name)).toBe(true);
    },
  );
});

describe('[PR-06] what is still done where the contact is erased', () => {
  const agent: Principal = { kind: 'agent', id: 'a', name: 'Ada' };
  const bot: Principal = { kind: 'bot', id: 'b', name: 'Bot' };

  test.each(agentCommands)(
    'all that an agent does, and of a program’s only the end: %s',
    (name) => {
      expect(mayStillOfErased(bot, name)).toBe(name === 'conversation:resolve');
      expect(mayStillOfErased(agent, name)).toBe(true);
    },
  );

  test.each(['bot:begin', 'facts:record', 'suggestion:make', 'suggestion:fail'])(
    'nothing of a bot’s: %s',
    (name) => {
      expect(mayStillOfErased(bot, name)).toBe(false);
    },
  );

  test.each(['bot:act', 'bot:end', 'bot:give_up'])('but what a turn has cost: %s', (name) => {
    expect(mayStillOfErased(bot, name)).toBe(true);
  });
});

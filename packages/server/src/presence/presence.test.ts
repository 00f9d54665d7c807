import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ALONE } from '../lib/bus.ts';
import { createPresence } from './presence.ts';

const ada = { id: 'ada', name: 'Ada' };
const bo = { id: 'bo', name: 'Bo' };
const GRACE_MS = 10_000;

function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: string[] = [];
  const presence = createPresence({
    agents: (online) => told.push(`agents ${online.map(({ id }) => id).join()}`),
    visitor: (contact, { online, context }) =>
      told.push(`${contact} ${online ? 'here' : 'gone'} ${context?.language ?? ''}`.trim()),
    viewers: (conversation, viewers) =>
      told.push(
        `${conversation}: ${viewers.map(({ id, writing }) => (writing ? `${id} writes` : id)).join()}`,
      ),
    delivered: ({ id, contact }, pub) => told.push(`${contact}: ${id} has come to ${pub}`),
  });
  const said = () => told.splice(0);
  return { presence, said };
}

describe('[P22] who of the agents is there', () => {
  test('is told when the first socket comes and after the last has gone', () => {
    const { presence, said } = setUp();
    presence.agentJoined('1', ada);
    presence.agentJoined('2', ada);
    presence.agentJoined('3', bo);
    expect(said()).toEqual(['agents ada', 'agents ada,bo']);
    presence.agentLeft('1');
    presence.agentLeft('2');
    expect(said()).toEqual([]);
    vi.advanceTimersByTime(GRACE_MS);
    expect(said()).toEqual(['agents bo']);
    expect(presence.agentsOnline()).toEqual([bo]);
  });

  test('a reload does not flicker', () => {
    const { presence, said } = setUp();
    presence.agentJoined('1', ada);
    said();
    for (let i = 1; i < 5; i++) {
      presence.agentLeft(`${i}`);
      vi.advanceTimersByTime(GRACE_MS - 1);
      presence.agentJoined(`${i + 1}`, ada);
    }
    vi.advanceTimersByTime(10 * GRACE_MS);
    expect(said()).toEqual([]);
    expect(presence.agentsOnline()).toEqual([ada]);
  });

  test('a socket nobody knows leaves without a word', () => {
    const { presence, said } = setUp();
    presence.agentLeft('ghost');
    vi.advanceTimersByTime(GRACE_MS);
    expect(said()).toEqual([]);
  });
});

describe('[P22] which visitors are on the site', () => {
  test('with the page they are on, until some time after the last left', () => {
    const { presence, said } = setUp();
    presence.visitorJoined('1', 'v', { language: 'de' });
    presence.visitorJoined('2', 'v', undefined);
    expect(said()).toEqual(['v here de', 'v here de']);
    expect(presence.visitorState('v')).toEqual({ online: true, context: { language: 'de' } });
    presence.visitorMoved('v', { language: 'fr' });
    expect(said()).toEqual(['v here fr']);
    presence.visitorLeft('1', 'v');
    vi.advanceTimersByTime(GRACE_MS);
    expect(said()).toEqual([]);
    presence.visitorLeft('2', 'v');
    vi.advanceTimersByTime(GRACE_MS);
    expect(said()).toEqual(['v gone fr']);
    expect(presence.visitorState('v')).toEqual({ online: false, context: undefined });
  });

  test('nobody moves who is not there', () => {
    const { presence, said } = setUp();
    presence.visitorMoved('v', { language: 'fr' });
    expect(said()).toEqual([]);
    expect(presence.visitorState('v').online).toBe(false);
  });
});

describe('[P22] who looks at a conversation, and who writes there', () => {
  test('one entry a person, however many tabs', () => {
    const { presence, said } = setUp();
    presence.agentJoined('1', ada);
    presence.agentJoined('2', ada);
    presence.agentJoined('3', bo);
    said();
    presence.startViewing('1', 'c');
    presence.startViewing('2', 'c');
    presence.setWriting('2', 'c', true);
    presence.startViewing('3', 'c');
    expect(said()).toEqual(['c: ada', 'c: ada', 'c: ada writes', 'c: ada writes,bo']);
    presence.stopViewing('2', 'c');
    presence.stopViewing('1', 'c');
    expect(said()).toEqual(['c: ada,bo', 'c: bo']);
  });

  test('writing is told once, and only of somebody who looks', () => {
    const { presence, said } = setUp();
    presence.agentJoined('1', ada);
    said();
    presence.setWriting('1', 'c', true);
    expect(said()).toEqual([]);
    presence.startViewing('1', 'c');
    presence.setWriting('1', 'c', true);
    presence.setWriting('1', 'c', true);
    expect(said()).toEqual(['c: ada', 'c: ada writes']);
  });

  test('a socket that is gone looks at nothing', () => {
    const { presence, said } = setUp();
    presence.agentJoined('1', ada);
    presence.startViewing('1', 'c');
    presence.startViewing('1', 'd');
    said();
    presence.agentLeft('1');
    expect(said()).toEqual(['c: ', 'd: ']);
  });
});

describe('[P22] how far a conversation has come through to a console', () => {
  test('is told when it comes further, and never goes back', () => {
    const { presence, said } = setUp();
    const conversation = { id: 'c', contact: 'v' };
    expect(presence.delivered('c')).toBe(0);
    for (const pub of [2, 2, 1, 3]) presence.reach(conversation, pub);
    expect(said()).toEqual(['v: c has come to 2', 'v: c has come to 3']);
    expect(presence.delivered('c')).toBe(3);
  });

  test('is remembered of ten thousand conversations, those told last', () => {
    const { presence } = setUp();
    presence.reach({ id: 'first', contact: 'v' }, 1);
    presence.reach({ id: 'second', contact: 'v' }, 1);
    presence.reach({ id: 'first', contact: 'v' }, 2);
    for (let i = 0; i < 9_999; i++) presence.reach({ id: `${i}`, contact: 'v' }, 1);
    expect(['first', 'second', '0', '9998'].map(presence.delivered)).toEqual([2, 0, 1, 1]);
  });
});

test('after stop no timer is left', () => {
  const { presence } = setUp();
  presence.agentJoined('1', ada);
  presence.visitorJoined('2', 'v', undefined);
  presence.agentLeft('1');
  presence.visitorLeft('2', 'v');
  // Two farewells, and what other relays are to be told.
  expect(vi.getTimerCount()).toBe(3);
  presence.stop();
  expect(vi.getTimerCount()).toBe(0);
});

describe('[P22] who is at other relays', () => {
  /** Another relay, as far as this one hears of it. */
  function withNeighbour() {
    const listeners: ((message: object) => void)[] = [];
    const nobody = { agents() {}, visitor() {}, viewers() {}, delivered() {} };
    const hear = (listener: (message: object) => void) => void listeners.push(listener);
    const presence = createPresence(nobody, { ...ALONE, hear });
    onTestFinished(() => presence.stop());
    const says = (said: object) => {
      for (const listen of listeners) listen({ kind: 'table', from: 'other', ...said });
    };
    return { presence, says };
  }

  test('is told as they come, go and take leave', () => {
    const { presence, says } = withNeighbour();
    says({ n: 1, all: true, changes: [['agent ada', ada]] });
    expect(presence.agentsOnline()).toEqual([ada]);
    const changes = [
      ['agent bo', bo],
      ['agent ada', null],
    ];
    says({ n: 2, changes });
    expect(presence.agentsOnline()).toEqual([bo]);
    says({ leaves: true });
    expect(presence.agentsOnline()).toEqual([]);
  });

  test('agents are found without a look at each visitor', () => {
    const { presence, says } = withNeighbour();
    const visitors = Array.from({ length: 1000 }, (_, n) => [`visitor ${n}`, { context: {} }]);
    says({ n: 1, all: true, changes: [...visitors, ['agent ada', ada]] });
    const looks = vi.spyOn(String.prototype, 'startsWith');
    onTestFinished(() => looks.mockRestore());
    expect(presence.agentsOnline()).toEqual([ada]);
    expect(looks).not.toHaveBeenCalled();
  });
});

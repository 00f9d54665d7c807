import { describe, expect, test, vi } from 'vitest';
import { runRare } from './rare.ts';

type Around = Parameters<typeof runRare>[0];

function setUp(place: object, conversations: object[] = []) {
  const state = { conversations };
  const listeners = new Set<() => void>();
  const client = {
    submit: vi.fn(),
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const around = {
    client,
    view: { getState: () => ({ place }) },
    run: (name: string) => (name === 'getState' ? state : undefined),
    undo: [],
  } as unknown as Around;
  const become = (some: object[]) => {
    state.conversations = some;
    for (const listener of listeners) listener();
  };
  const say = (attributes: object) => runRare(around, 'setConversation', { attributes });
  const said = () =>
    client.submit.mock.calls.map(([name, { conversation, attributes }]) => [
      name,
      conversation,
      attributes,
    ]);
  return { say, said, become, around };
}

const gone = { id: 'old', status: 'resolved' };
const going = { id: 'new', status: 'open' };

describe('setConversation', () => {
  test('is about the conversation that is shown', () => {
    const { say, said } = setUp({ at: 'thread', conversation: 'old' }, [going, gone]);
    say({ order: 'A-17' });
    expect(said()).toEqual([['conversation:describe', 'old', { order: 'A-17' }]]);
  });

  test('is about the one that goes on where none is shown', () => {
    const { say, said } = setUp({ at: 'list' }, [gone, going]);
    say({ order: 'A-17' });
    expect(said()).toEqual([['conversation:describe', 'new', { order: 'A-17' }]]);
  });

  test('waits for the next one where none goes on, and says it once', () => {
    const { say, said, become } = setUp({ at: 'thread', conversation: null }, [gone]);
    say({ order: 'A-17' });
    become([gone]);
    expect(said()).toEqual([]);
    become([going, gone]);
    become([going, gone]);
    expect(said()).toEqual([['conversation:describe', 'new', { order: 'A-17' }]]);
  });

  test('waits no longer than the widget is there', () => {
    const { say, said, become, around } = setUp({ at: 'list' });
    say({ order: 'A-17' });
    for (const step of around.undo) step();
    become([going]);
    expect(said()).toEqual([]);
  });
});

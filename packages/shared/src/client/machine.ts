/**
 * The life of a connection, as a complete table: every state says what every event means to it.
 *
 *   idle ──start──▶ connecting ──opened──▶ syncing ──synced──▶ online
 *                     ▲    │ lost             │ lost              │ lost, down
 *            retry,   │    ▼                  ▼                   ▼
 *            nudge    └─ waiting ◀────────────┴───────────────────┘
 *
 * `refused` is where a relay that says no for good leaves us; only a new start leads out.
 */
export type State = 'idle' | 'connecting' | 'syncing' | 'online' | 'waiting' | 'refused';

export type Event =
  /** The owner wants a connection. */
  | 'start'
  /** The relay accepted the handshake and said welcome. */
  | 'opened'
  /** Every followed conversation was caught up. */
  | 'synced'
  /** The link broke, or an answer did not come in time. */
  | 'lost'
  /** The relay will not have us: bad token, old protocol, foreign origin. */
  | 'refused'
  /** The waiting time is over. */
  | 'retry'
  /** The page came back: visible, focused, restored, network up. */
  | 'nudge'
  /** The browser says the network is gone. */
  | 'down'
  /** The owner wants no connection. */
  | 'stop';

type Table = Record<State, Record<Event, State>>;

const stay = <S extends State>(state: S): Record<Event, State> => ({
  start: state,
  opened: state,
  synced: state,
  lost: state,
  refused: state,
  retry: state,
  nudge: state,
  down: state,
  stop: 'idle',
});

export const table: Table = {
  idle: { ...stay('idle'), start: 'connecting' },
  connecting: {
    ...stay('connecting'),
    opened: 'syncing',
    lost: 'waiting',
    refused: 'refused',
    down: 'waiting',
  },
  syncing: {
    ...stay('syncing'),
    synced: 'online',
    lost: 'waiting',
    refused: 'refused',
    down: 'waiting',
  },
  online: {
    ...stay('online'),
    lost: 'waiting',
    refused: 'refused',
    down: 'waiting',
    nudge: 'syncing',
  },
  waiting: { ...stay('waiting'), retry: 'connecting', nudge: 'connecting', start: 'connecting' },
  refused: { ...stay('refused'), start: 'connecting' },
};

export const next = (state: State, event: Event): State => table[state][event];

/** What people are told; the machine keeps more. */
export type Status = 'idle' | 'connecting' | 'online' | 'reconnecting' | 'refused';

export function statusOf(state: State, wasOnline: boolean): Status {
  switch (state) {
    case 'idle':
    case 'online':
    case 'refused':
      return state;
    case 'waiting':
      return 'reconnecting';
    case 'connecting':
      return wasOnline ? 'reconnecting' : 'connecting';
    case 'syncing':
      return wasOnline ? 'online' : 'connecting';
  }
}

import { type ErrorCode, problem } from '@throughline/shared';
import type { ConnectionHandlers, Status } from '@throughline/shared/client';
import type {
  Ack,
  AgentEvent,
  AgentPage,
  ContactSummary,
  ConversationList,
  ConversationSummary,
  InboxChange,
  RoutingBoard,
} from '@throughline/shared/schema';
import { vi } from 'vitest';
import type { Api } from '../src/api.ts';
import type { Connect, Line } from '../src/connection/index.ts';
import type { Browser, News } from '../src/store/core.ts';
import { createDesk, type Desk } from '../src/store/desk.ts';
import type { Route } from '../src/store/route.ts';
import type { Storage } from '../src/store/storage.ts';

/** An id one can read: `id(7)` ends in 7. */
export const id = (n: number): string =>
  `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const ME = {
  id: id(0xada),
  name: 'Ada Okoye',
  email: 'ada@x.example',
  role: 'admin' as const,
};
export const JONAS = {
  id: id(0x107a5),
  name: 'Jonas Weber',
  email: 'j@x.example',
  role: 'agent' as const,
};

export const NOW = new Date(2026, 10, 25, 14, 7).getTime();

export function row(n: number, more: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id: id(n),
    site: 'shop',
    contact: { id: id(n + 0x1000), name: `Visitor ${n}`, email: null },
    status: 'open',
    assignee: null,
    epoch: 0,
    seq: 2,
    pub: 2,
    tags: [],
    snoozedUntil: null,
    createdAt: NOW - 60_000,
    activeAt: NOW - n * 1000,
    lastMessage: { id: id(n + 0x2000), text: `hello ${n}`, by: 'visitor' },
    unread: false,
    visitorPub: 2,
    visitorRead: 2,
    agentRead: 2,
    queue: null,
    unansweredSince: null,
    replyDue: null,
    offer: null,
    parked: false,
    promises: [],
    ...more,
  };
}

const counts = (more: Partial<ConversationList['counts']> = {}) => ({
  unassigned: 0,
  all: 0,
  snoozed: 0,
  resolved: 0,
  mine: {},
  ...more,
});

export const list = (
  data: ConversationSummary[],
  more: Partial<ConversationList> = {},
): ConversationList => ({ data, nextCursor: null, counts: counts(), offset: 10, ...more });

export const inboxChange = (
  from: number,
  to: number,
  changed: ConversationSummary[],
): InboxChange => ({ from, to, changed, counts: counts({ all: changed.length }) });

const actors = {
  visitor: { kind: 'visitor' as const, id: id(0x1001) },
  me: { kind: 'agent' as const, id: ME.id, name: ME.name },
  jonas: { kind: 'agent' as const, id: JONAS.id, name: JONAS.name },
  system: { kind: 'system' as const, id: 'relay' },
};

interface Place {
  seq: number;
  by?: keyof typeof actors;
  time?: number;
}

/** An event of conversation 1, by the visitor unless said otherwise; every number in it follows from its place. */
export function event<T extends AgentEvent['type']>(
  place: number | Place,
  type: T,
  data: Extract<AgentEvent, { type: T }>['data'],
): AgentEvent {
  const { seq, by = 'visitor', time }: Place = typeof place === 'number' ? { seq: place } : place;
  return {
    id: id(0x5000 + seq),
    conversation: id(1),
    seq,
    pub: seq,
    time: time ?? NOW + seq * 1000,
    actor: actors[by],
    type,
    data,
  } as AgentEvent;
}

export const page = (events: AgentEvent[], more: Partial<AgentPage> = {}): AgentPage => ({
  conversation: id(1),
  state: 'reset',
  reason: 'no_cursor',
  events,
  head: events.at(-1)?.seq ?? 0,
  end: true,
  epoch: 'e1',
  ...more,
});

export const board = (more: Partial<RoutingBoard> = {}): RoutingBoard => ({
  queues: [],
  agents: [],
  offers: [],
  promises: [],
  ...more,
});

/** A queue in which nothing waits. */
export const queue = (
  id: string,
  more: Partial<RoutingBoard['queues'][number]> = {},
): RoutingBoard['queues'][number] => ({
  ...{ id, name: id.charAt(0).toUpperCase() + id.slice(1), mode: 'offer', waiting: 0, offered: 0 },
  ...{ oldestSince: null, firstReplyMs: null, nextDueAt: null, late: 0, soon: 0, first: [] },
  ...more,
});

const contact = (n: number): ContactSummary => ({
  id: id(n + 0x1000),
  site: 'shop',
  name: `Visitor ${n}`,
  email: null,
  externalId: null,
  verified: false,
  blocked: false,
  facts: [],
  context: {},
  createdAt: NOW,
});

const ok = <T>(data: T): Ack<T> => ({ ok: true, data });
export const refusal = (code: ErrorCode): Ack<never> => ({ ok: false, error: problem(code) });

function fakeStorage(kept: Map<string, string>): Storage {
  return {
    read: (key) => kept.get(key) ?? null,
    write(key, value) {
      if (value === null) kept.delete(key);
      else kept.set(key, value);
    },
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

type Answers = Record<string, (input: never) => unknown>;

interface TestOptions {
  rows?: ConversationSummary[];
  api?: Partial<Api>;
  route?: Partial<Route>;
  isHome?: boolean;
  kept?: Map<string, string>;
  /** How the relay answers what comes over the socket; undefined: not at all. */
  answers?: Answers;
  isFocused?: boolean;
}

export interface TestDesk {
  desk: Desk;
  api: Api;
  kept: Map<string, string>;
  rung: News[];
  shown: Route[];
  /** What went over the socket. */
  sent: { name: string; input: Record<string, unknown> }[];
  answers: Answers;
  /** A message of the relay. */
  say(name: string, payload: unknown): void;
  online(): Promise<void>;
  status(status: Status, code?: ErrorCode): void;
  settle(): Promise<void>;
}

function fakeApi(rows: ConversationSummary[], more: Partial<Api>): Api {
  return {
    session: vi.fn(async () => ok({ agent: ME, csrf: 'c' })),
    signIn: vi.fn(async () => ok({ agent: ME, csrf: 'c' })),
    signOut: vi.fn(async () => ok(null)),
    checkSetUp: vi.fn(async () => ok({ email: null, name: null })),
    setUp: vi.fn(async () => ok({ agent: ME, csrf: 'c' })),
    list: vi.fn(async () => ok(list(rows))),
    detail: vi.fn(async (wanted: string) => {
      const conversation = rows.find((row) => row.id === wanted);
      return conversation
        ? ok({
            conversation,
            contact: { ...contact(1), ...conversation.contact },
            facts: [],
            effective: [],
          })
        : refusal('not_found');
    }),
    history: vi.fn(async () => ok({ events: [], more: false })),
    ask: vi.fn(async () => refusal('not_found')),
    timeline: vi.fn(async () => ok({ data: [], next: null })),
    card: vi.fn(async () => ok({ state: 'none' as const, card: null })),
    agents: vi.fn(async () => ok({ data: [ME, JONAS] })),
    board: vi.fn(async () => ok(board())),
    ...more,
  };
}

function fakeLine(test: Pick<TestDesk, 'sent' | 'answers'>) {
  let handlers: ConnectionHandlers | undefined;
  const connect: Connect = (_csrf, given) => {
    handlers = given;
    const line: Omit<Line, 'state'> = {
      start() {},
      stop() {},
      nudge() {},
      down() {},
      open: () => () => {},
      signal: (name, input) =>
        void test.sent.push({ name, input: input as Record<string, unknown> }),
      async request(name, input) {
        test.sent.push({ name, input: input as Record<string, unknown> });
        return test.answers[name]?.(input as never) as never;
      },
    };
    return line as Line;
  };
  return { connect, handlers: () => handlers as ConnectionHandlers };
}

function fakeBrowser(test: Pick<TestDesk, 'rung' | 'shown'>, options: TestOptions): Browser {
  return {
    now: () => NOW,
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    route: () => ({ place: null, view: 'all', conversation: null, query: '', ...options.route }),
    isHome: () => options.isHome ?? false,
    showRoute: (route) => void test.shown.push(route),
    ring: (news) => void test.rung.push(news),
    mayNotify: async () => false,
    hasFocus: () => options.isFocused ?? true,
    isWide: () => true,
    watch: () => () => {},
  };
}

/** A desk whose relay, browser and storage are plain objects. */
export function testDesk(options: TestOptions = {}): TestDesk {
  const kept = options.kept ?? new Map<string, string>();
  const sent: TestDesk['sent'] = [];
  const rung: News[] = [];
  const shown: Route[] = [];
  const answers: Answers = {
    'conversation:resume': () => ok(page([])),
    'conversation:leave': () => ok(null),
    ...options.answers,
  };
  const { connect, handlers } = fakeLine({ sent, answers });
  const api = fakeApi(options.rows ?? [], options.api ?? {});
  const browser = fakeBrowser({ rung, shown }, options);
  const desk = createDesk({ api, connect, storage: fakeStorage(kept), browser });
  const settle = () => new Promise<void>((done) => setTimeout(done, 0));
  return {
    desk,
    api,
    kept,
    rung,
    shown,
    sent,
    answers,
    settle,
    say: (name, payload) => handlers().message(name, payload),
    status: (status, code) => handlers().status(status, code && problem(code)),
    async online() {
      await desk.account.restore();
      handlers().welcome({ agent: ME, epoch: 'e1', now: NOW });
      handlers().status('connecting');
      await handlers().sync();
      handlers().status('online');
      await settle();
    },
  };
}

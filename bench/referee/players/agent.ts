import type { Entry } from '@throughline/shared/client';
import type { AgentEvent } from '@throughline/shared/schema';
import type { Random } from '../random.ts';
import { createAgent, type HeadlessAgent } from './agent-client.ts';
import { fetchAll } from './files.ts';
import { NOTE, type Player, type Stage, textOf } from './player.ts';
import { numberOf } from './wiretap.ts';

export interface AgentKeys {
  id: string;
  cookie: string;
  csrf: string;
}

/** What an agent knows of a conversation beside its words. */
interface Known {
  /** How often it changed hands. */
  epoch: number;
  pub: number;
  read: number;
  owner: string | null;
}

interface Seat {
  name: string;
  life: number;
  n: number;
  stage: Stage;
  keys: AgentKeys;
  known: Map<string, Known>;
  agent: HeadlessAgent;
}

const procOf = ({ name, life }: Seat): string => `${name}#${life}`;

const of = ({ known }: Seat, conversation: string): Known => {
  const found = known.get(conversation) ?? { epoch: 0, pub: 0, read: 0, owner: null };
  known.set(conversation, found);
  return found;
};

function learn(seat: Seat, event: AgentEvent, epoch: string): void {
  const { type, data, conversation: conv, id: key, seq: at, pub } = event;
  const known = of(seat, conv);
  known.pub = pub ?? known.pub;
  if (type === 'conversation.assigned' && 'epoch' in data) {
    known.epoch = data.epoch;
    known.owner = data.assignee?.id ?? null;
  }
  if (type === 'message.read' && 'upTo' in data && event.actor.kind === 'agent')
    known.read = Math.max(known.read, data.upTo);
  if (type !== 'message.created') return;
  const text = 'text' in data ? String(data.text) : '';
  seat.stage.history.add({ f: 'deliver', proc: procOf(seat), conv, key, at, text, epoch });
}

/** What was asked for, as the history has it. */
function recordOf(seat: Seat, { name, input }: Pick<Entry, 'name' | 'input'>) {
  const { conversation: conv = '' } = input as { conversation?: string };
  const base = { proc: procOf(seat), conv, key: input.id };
  if (name === 'message:send') return { f: 'send' as const, ...base };
  if (name === 'message:read' && 'upTo' in input)
    return { f: 'receipt' as const, ...base, at: input.upTo };
  if (name === 'conversation:assign' && 'expectedEpoch' in input)
    return { f: 'assign' as const, ...base, expected: input.expectedEpoch };
  return undefined;
}

function settled(seat: Seat, entry: Entry, at: number | null | undefined): void {
  const record = recordOf(seat, entry);
  // Where nothing had to change there is no number, and nobody was given anything.
  if (!record || (record.f === 'assign' && at === null)) return;
  const { history, bot } = seat.stage;
  if (at === undefined) {
    history.add({ ...record, type: 'fail' });
    return;
  }
  if (record.f === 'send') history.add({ ...record, type: 'ok', at });
  else history.add({ ...record, type: 'ok' });
  // Whoever answers takes over as well.
  if (record.f !== 'receipt') bot.hurry(record.conv);
}

function give(seat: Seat, ...[name, input]: Parameters<HeadlessAgent['submit']>): string {
  const id = seat.agent.submit(name, input);
  const record = recordOf(seat, { name, input: { id, ...input } } as never);
  if (record && record.f !== 'send') seat.stage.history.add({ ...record, type: 'invoke' });
  return id;
}

function say(seat: Seat, conv: string, isNote: boolean): void {
  const { name, stage } = seat;
  seat.n += 1;
  const owner = isNote ? NOTE : (stage.conversations.get(conv) ?? '');
  const text = textOf(name, seat.n, owner);
  const key = give(seat, isNote ? 'note:add' : 'message:send', { conversation: conv, text });
  if (isNote) return;
  stage.history.add({ f: 'send', type: 'invoke', proc: procOf(seat), conv, key, text });
}

const take = (seat: Seat, conversation: string): string =>
  give(seat, 'conversation:assign', {
    ...{ conversation, assignee: seat.keys.id },
    expectedEpoch: of(seat, conversation).epoch,
  });

const handBack = (seat: Seat, conversation: string): string =>
  give(seat, 'conversation:hand_back', { conversation, bot: 'helper', goal: 'Go on.' });

/** One thing an agent does about a conversation. */
function handle(seat: Seat, conversation: string, random: Random): void {
  const { pub, read } = of(seat, conversation);
  const roll = random.next();
  if (roll < 0.03) take(seat, conversation);
  else if (roll < 0.04) handBack(seat, conversation);
  else if (roll < 0.07 && pub > read) give(seat, 'message:read', { conversation, upTo: pub });
  else say(seat, conversation, roll > 0.8);
}

/** M13: an agent who takes over in the midst of a bot's turn, hands back, and takes over again. */
const handleBots = (seat: Seat, conversation: string): string =>
  seat.stage.bot.isThinkingIn(conversation)
    ? take(seat, conversation)
    : handBack(seat, conversation);

/** A console without a screen, which follows every conversation from its first event on. */
export function createAgentPlayer(name: string, keys: AgentKeys, stage: Stage): Player {
  const { history, conversations } = stage;
  const seat: Seat = { ...{ name, life: 1, n: 0, stage, keys }, known: new Map() } as never;
  const isBlind = stage.mutant === 'M7';
  const agent = createAgent({
    relay: stage.relay,
    ...keys,
    onEvent: (event, epoch) => learn(seat, event, epoch),
    onSettled: (entry, at) => settled(seat, entry, at),
    onPage: (cursor, { conversation: conv, epoch, state, reason, events, end, head }) => {
      const got = events.map(({ seq }) => seq);
      const about = { f: 'resume' as const, proc: procOf(seat), conv, epoch };
      history.add({ ...about, cursor: numberOf(cursor), state, reason, got, end, head });
    },
    isLost(kind, payload) {
      if (kind === 'heartbeat' && isBlind) return true;
      if (kind !== 'event' || !stage.random.chance(stage.lossiness)) return false;
      const { type, conversation: conv, seq: at } = payload as AgentEvent;
      if (type === 'message.created') history.add({ f: 'lost', proc: procOf(seat), conv, at });
      return true;
    },
  });
  seat.agent = agent;
  agent.start();
  /** Only what was followed from its first message on can be compared with the log as a whole. */
  const followed = new Set<string>();
  const watchAll = () => {
    for (const id of conversations.keys()) {
      followed.add(id);
      if (agent.headOf(id) === 0) agent.follow(id);
    }
  };
  return {
    act(random) {
      if (random.chance(0.1)) watchAll();
      if (random.chance(0.001)) agent.cut();
      if (!agent.isIdle || followed.size === 0) return;
      const conversation = random.pick([...followed]);
      if (agent.headOf(conversation) === 0) return;
      if (stage.mutant === 'M13') handleBots(seat, conversation);
      else handle(seat, conversation, random);
    },
    nudge() {
      agent.nudge();
      watchAll();
    },
    vanish() {},
    restart() {
      history.add({ f: 'close', proc: procOf(seat) });
      seat.life += 1;
      seat.known.clear();
      followed.clear();
      agent.forget();
      watchAll();
    },
    describe: () => ({ name, isIdle: agent.isIdle, followed: followed.size }),
    isCaughtUp(heads) {
      watchAll();
      return (
        agent.isIdle && [...followed].every((id) => agent.headOf(id) >= (heads.get(id)?.seq ?? 0))
      );
    },
    finish: () => fetchAll(agent.ask, procOf(seat), stage),
    stop: agent.stop,
  };
}

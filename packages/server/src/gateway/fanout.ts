import type { Namespace } from 'socket.io';
import { toAgentEvent, toVisitorEvent } from '../conversations/views.ts';
import type { LogRecord } from '../events/log.ts';
import { type Metrics, seriesOf } from '../lib/metrics.ts';
import { type AgentNamespace, agentRoom, contactRoom, type VisitorNamespace } from './rooms.ts';

export interface Fanout {
  handle(records: LogRecord[]): void;
  /** Tells every followed conversation's head to those who follow it. */
  heartbeat(now: number): void;
}

/** Heads by room and conversation, for rooms with somebody in them. */
type Heads = Map<string, Map<string, number>>;

function noteHead(heads: Heads, room: string, [conversation, head]: [string, number]): void {
  const known = heads.get(room);
  if (known) known.set(conversation, head);
  else heads.set(room, new Map([[conversation, head]]));
}

function forgetEmptyRooms(namespace: Pick<Namespace, 'adapter'>, heads: Heads): void {
  namespace.adapter.on('delete-room', (room: string) => heads.delete(room));
}

/**
 * The follower that shows the log to this relay's sockets; every other relay follows it as well. Heads are noted from the log itself, not from what was
 * sent, so that a heartbeat finds a frame that got lost on the way (rule P14).
 */
export function createFanout(
  visitors: VisitorNamespace,
  agents: AgentNamespace,
  metrics: Metrics,
): Fanout {
  const visitorHeads: Heads = new Map();
  const agentHeads: Heads = new Map();
  forgetEmptyRooms(visitors, visitorHeads);
  forgetEmptyRooms(agents, agentHeads);
  const counter = seriesOf(metrics.events);
  const hasVisitor = (room: string) => visitors.adapter.rooms.has(room);
  const hasAgent = (room: string) => agents.adapter.rooms.has(room);

  function show(record: LogRecord): void {
    const { conversation, contact, seq, pub } = record;
    counter(record.type).inc();
    if (conversation === null || seq === null) return;
    const room = agentRoom(conversation);
    if (hasAgent(room)) {
      noteHead(agentHeads, room, [conversation, seq]);
      agents.local.to(room).emit('event', toAgentEvent(record));
    }
    if (pub === null || contact === null) return;
    const theirs = contactRoom(contact);
    if (!hasVisitor(theirs)) return;
    noteHead(visitorHeads, theirs, [conversation, pub]);
    visitors.local.to(theirs).emit('event', toVisitorEvent(record));
  }

  return {
    handle(records) {
      for (const record of records) show(record);
    },
    heartbeat(now) {
      for (const [room, heads] of visitorHeads)
        visitors.local.to(room).emit('heartbeat', { heads: Object.fromEntries(heads), now });
      for (const [room, heads] of agentHeads)
        agents.local.to(room).emit('heartbeat', { heads: Object.fromEntries(heads), now });
    },
  };
}

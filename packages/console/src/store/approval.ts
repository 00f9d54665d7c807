import type { AgentEvent, EventData } from '@throughline/shared/schema';
import { isRedacted } from './live.ts';

type Requested = EventData<'approval.requested'>;

/** What a bot may do only when a person says yes. */
export interface Approval extends Pick<Requested, 'tool' | 'arguments' | 'expiresAt'> {
  id: string;
  /** The bot's name. */
  by: string;
}

/** These take the matter out of the bot's hands. */
const ENDING: ReadonlySet<string> = new Set(['conversation.assigned', 'conversation.resolved']);

/** The one nobody has decided about. */
export function approvalIn(events: readonly AgentEvent[]): Approval | undefined {
  const at = events.findLastIndex(({ type }) => type === 'approval.requested');
  const event = events[at];
  if (event?.type !== 'approval.requested' || isRedacted(event)) return undefined;
  const isOver = events
    .slice(at + 1)
    .some(
      ({ type, data }) => ENDING.has(type) || ('approval' in data && data.approval === event.id),
    );
  if (isOver) return undefined;
  const { tool, arguments: given, expiresAt, bot } = event.data as Requested;
  return { id: event.id, by: event.actor.name ?? bot, tool, arguments: given, expiresAt };
}

import type { AgentEvent, EventData } from '@throughline/shared/schema';
import { isRedacted } from './live.ts';
import type { State } from './state.ts';

type Made = EventData<'suggestion.made'>;

/** What a bot would say, for whoever answers. */
export interface Suggestion extends Made {
  id: string;
  /** The bot's name. */
  by: string;
}

/** The one that stands there. One of a bot in the shadow is for nobody's eyes until a person has answered. */
export function suggestionIn(events: readonly AgentEvent[]): Suggestion | undefined {
  const at = events.findLastIndex(({ type }) => type === 'suggestion.made');
  const event = events[at];
  if (event?.type !== 'suggestion.made' || isRedacted(event)) return undefined;
  const data = event.data as Made;
  if (data.mode === 'shadow') return undefined;
  const after = events
    .slice(at)
    .filter(({ data }) => 'suggestion' in data && data.suggestion === event.id);
  if (after.some(({ type }) => type === 'suggestion.ended')) return undefined;
  const isHeld = after.some(({ type }) => type === 'suggestion.held');
  const { id, actor } = event;
  return { ...data, id, by: actor.name ?? data.bot, ...(isHeld && { sendAt: null }) };
}

/** Of the conversation in the route, unless it is in the composer already. */
export function suggestionOf({ route, threads, sources }: State): Suggestion | undefined {
  const conversation = route.conversation ?? '';
  const found = suggestionIn(threads[conversation]?.events ?? []);
  return found && sources[conversation] !== found.id ? found : undefined;
}

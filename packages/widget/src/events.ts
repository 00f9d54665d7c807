import { uuidv7 } from '@throughline/shared';
import type { Actor, EventData, EventName, PageEventType } from '@throughline/shared/schema';
import type { Emitter } from './lib/emitter.ts';

/** What the page itself says is told to it as well, once the relay has it. */
type Said = Extract<EventName, 'contact.identified' | `proactive.${string}`>;
type Name = PageEventType | Said;

/** What happens on the page itself; it never reaches the relay. */
export type OwnEventType = Extract<
  Name,
  | `widget.${string}`
  | `availability.${string}`
  | `consent.${string}`
  | 'page.viewed'
  | 'form.shown'
  | 'form.abandoned'
  | 'survey.shown'
>;

/** What a page is told, by name. An event has one id and one name, wherever it turns up. */
export type PageEvents = {
  [T in Name]: {
    /** UUIDv7; of what the relay made, the id in its log. Empty if the widget's files did not load. */
    id: string;
    type: T;
    /** Milliseconds since 1970, by the clock of whoever made it. */
    time: number;
    conversation: T extends OwnEventType | Said ? null : string;
    actor: T extends OwnEventType ? null : Actor;
    data: EventData<T>;
  };
} & {
  /** True while it is told, and in no log. */
  [T in 'typing.started' | 'typing.stopped']: {
    id: string;
    type: T;
    time: number;
    conversation: string;
    actor: null;
    /** Who writes; empty where they have no name here. */
    data: { name: string };
  };
};
export type PageEvent = PageEvents[keyof PageEvents];

/** What `on` takes: the events, all of them as `*`, and what is a state rather than an event. */
export interface ClientEvents extends PageEvents {
  '*': PageEvent;
  'unread.changed': { count: number };
}

/** Takes an event to whoever is told of it. */
export type Tell = (event: PageEvent) => void;

/** To those who asked for it by name, then to those who hear everything. */
export function emitEvent({ emit }: Emitter<ClientEvents>, event: PageEvent): void {
  emit(event.type, event as never);
  emit('*', event);
}

/** An event of this page, now. */
export const happened = <T extends OwnEventType>(type: T, data: EventData<T>): PageEvents[T] =>
  ({
    id: uuidv7(),
    type,
    time: Date.now(),
    conversation: null,
    actor: null,
    data,
  }) as PageEvents[T];

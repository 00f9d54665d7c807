import type { CloudEvent } from '@throughline/shared/schema';
import { type EventFilter, filterQuery } from './place.ts';
import type { Relay, Reply } from './relay.ts';

interface Page {
  data: CloudEvent[];
  next: string;
  hasMore: boolean;
}

const PAGE_MAX = 1000;

/** The relay's cursors end in the offset. */
const offsetIn = (cursor: string): number => Number(cursor.slice(cursor.lastIndexOf('.') + 1));

export const eventsPath = (
  path: string,
  filter: EventFilter,
  more: Record<string, string>,
): string => {
  const values = Object.entries({ ...filterQuery(filter), ...more });
  const given = values.filter((it): it is [string, string] => Boolean(it[1]));
  return `${path}?${new URLSearchParams(given)}`;
};

/** Reads pieces of the log that fit a filter. */
export function createLogReader(relay: Relay, filter: EventFilter) {
  const page = (after: string, limit: number): Promise<Reply<Page>> =>
    relay.ask({
      method: 'GET',
      path: eventsPath('/v1/events', filter, { after, limit: String(limit) }),
    });

  return {
    page,
    /** How long the log is, and the cursor behind its last event. */
    async head(): Promise<Reply<{ offset: number; cursor: string }>> {
      const reply = await page('now', 1);
      if (!reply.ok) return reply;
      const { next: cursor } = reply.data;
      return { ...reply, data: { offset: offsetIn(cursor), cursor } };
    },
    /** What fits behind `from` and up to `until`, in the order of the log. */
    async between(from: number, until: number): Promise<Reply<CloudEvent[]>> {
      const found: CloudEvent[] = [];
      for (let after = String(from); ; ) {
        const reply = await page(after, PAGE_MAX);
        if (!reply.ok) return reply;
        const { data, next, hasMore } = reply.data;
        found.push(...data.filter(({ sequence }) => Number(sequence) <= until));
        if (!hasMore || offsetIn(next) >= until) return { ...reply, data: found };
        after = next;
      }
    },
  };
}

export type LogReader = ReturnType<typeof createLogReader>;

import type { CloudEvent } from '@throughline/shared/schema';
import { readJson, writeJson } from '../json-file.ts';
import { type RelayApi, RelayProblem } from '../relay-api.ts';
import { apply, emptyView, VIEWED, type View } from './view.ts';

/** What is on disk: a view, and the cursor in the relay's log it was made up to. */
interface Kept {
  cursor: string;
  /** `sequence` of the last event in the view. */
  upTo: string;
  view: View;
}

interface Page {
  data: CloudEvent[];
  next: string;
  hasMore: boolean;
}

export interface Follower {
  /** Reads on from the cursor to the end of the log. */
  catchUp(): Promise<void>;
  /** Takes an event that was delivered; false: it is known already, and nothing changes. */
  take(event: CloudEvent): boolean;
  view(): View;
}

const NOTHING: Kept = { cursor: '0', upTo: '', view: emptyView() };

/**
 * Webhooks are quick, and come at least once; only the log is complete and in order. So the cursor moves
 * by reading alone, and what is delivered is kept in memory, in the order of the log, until the cursor
 * has passed it. Whatever is lost with the memory is read again.
 */
export function createFollower(relay: RelayApi, file: string): Follower {
  let kept = readJson<Kept>(file) ?? structuredClone(NOTHING);
  let recent: CloudEvent[] = [];
  let shown: View | undefined;

  const isKnown = ({ id, sequence }: CloudEvent): boolean =>
    sequence <= kept.upTo || recent.some((event) => event.id === id);

  async function readPage(): Promise<boolean> {
    const query = new URLSearchParams({ after: kept.cursor, types: VIEWED.join(), limit: '500' });
    const { data } = await relay<Page>(`/events?${query}`);
    const view = data.data.reduce(apply, kept.view);
    kept = { cursor: data.next, upTo: data.data.at(-1)?.sequence ?? kept.upTo, view };
    recent = recent.filter(({ sequence }) => sequence > kept.upTo);
    shown = undefined;
    return data.hasMore;
  }

  return {
    async catchUp() {
      const before = kept.cursor;
      try {
        while (await readPage());
      } catch (error) {
        // A relay that was set up anew or restored: what was read from the old log is not true any more.
        if (!(error instanceof RelayProblem && error.code === 'log_replaced')) throw error;
        kept = structuredClone(NOTHING);
        recent = [];
        while (await readPage());
      }
      if (kept.cursor !== before) writeJson(file, kept);
    },

    take(event) {
      if (isKnown(event)) return false;
      const at = recent.findLastIndex(({ sequence }) => sequence < event.sequence) + 1;
      recent.splice(at, 0, event);
      shown = undefined;
      return true;
    },

    view() {
      shown ??= recent.reduce(apply, structuredClone(kept.view));
      return shown;
    },
  };
}

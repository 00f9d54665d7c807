import type { VisitorConversation, VisitorEvent } from '@throughline/shared/schema';
import type { Persist } from '../store/persist.ts';

/**
 * Which of the relay's events are new to the page: each once, whichever path shows it, and none that
 * an earlier page of this browser has told already.
 */
export interface News {
  /** Began on this page: all of it is news. */
  begin(id: string): void;
  /** The relay shows one for the first time: what was in it before is no news. */
  meet(id: string, head: number): void;
  /** Takes the relay's list; names the conversations with news that has to be asked for. */
  list(all: VisitorConversation[]): string[];
  /** Whether this one is news; from then on it is not. */
  take(event: VisitorEvent): boolean;
  /** Another visitor, or another log. */
  restart(): void;
}

export function createNews(persist: Persist, epoch: () => string | undefined): News {
  /** By conversation, the last position that was told. */
  const told = new Map<string, number>();
  let isFirst = true;

  /** What an earlier page told; what came before anybody kept count is no news. */
  function start(id: string, head: number): number {
    const [of, at] = persist.note(`told:${id}`).split('.');
    return of === epoch() ? Math.min(Number(at), head) : head;
  }

  const set = (id: string, upTo: number) => {
    if (!told.has(id)) told.set(id, upTo);
  };

  return {
    begin: (id) => set(id, 0),
    meet: (id, head) => set(id, start(id, head)),
    list(all) {
      // One that appears while the page is open began meanwhile.
      for (const { id, pub } of all) set(id, isFirst ? start(id, pub) : 0);
      isFirst = false;
      return all.filter(({ id, pub }) => pub > (told.get(id) ?? 0)).map(({ id }) => id);
    },
    take({ conversation, pub }) {
      if (pub <= (told.get(conversation) ?? 0)) return false;
      told.set(conversation, pub);
      persist.setNote(`told:${conversation}`, `${epoch()}.${pub}`);
      return true;
    },
    restart() {
      told.clear();
      isFirst = true;
    },
  };
}

import {
  type Connection,
  cursorOf,
  newStream,
  type Step,
  takePage,
} from '@throughline/shared/client';
import type {
  HistoryPage,
  VisitorConversation,
  VisitorEvent,
  VisitorPage,
} from '@throughline/shared/schema';
import { applyEvent, applyHistory, applySummary, resetItems } from '../store/apply.ts';
import { changeConversation, type WidgetStore } from '../store/store.ts';
import type { News } from './news.ts';

const positionOf = (event: VisitorEvent): number => event.pub;

/** Takes a step's outcome into the store; the caller sees to it that what is asked for is asked. */
export function takeStep(store: WidgetStore, id: string, step: Step<VisitorEvent>): void {
  changeConversation(store, id, (known) => {
    if (!known) return undefined;
    const low = step.apply[0]?.pub ?? step.stream.head + 1;
    let next = step.reset ? resetItems(known, low) : known;
    next = { ...next, stream: step.stream };
    for (const event of step.apply) next = applyEvent(next, event);
    return next;
  });
}

export interface Recovery {
  /** Brings the list up to date. */
  list(): Promise<boolean>;
  /** Brings one conversation up to date, page by page; one at a time. */
  catchUp(id: string): Promise<boolean>;
  /** Loads the page of history above what is there. */
  older(id: string): Promise<void>;
}

interface Around {
  store: WidgetStore;
  request: Connection['request'];
  news: News;
  /** An event of a page that was asked for, applied. */
  onEvent(event: VisitorEvent): void;
  onMissing(id: string): void;
}

/** Asks the relay for what is missing and applies the answers (P10 to P13). */
export function createRecovery({ store, request, news, onEvent, onMissing }: Around): Recovery {
  const busy = new Map<string, Promise<boolean>>();
  const loading = new Set<string>();

  /** It exists only in our outbox yet, or it does not exist for us at all. */
  function miss(id: string): void {
    const { outbox, conversations } = store.getState();
    const isOurs = (name: string, input: object) =>
      name === 'conversation:start' && 'conversation' in input && input.conversation === id;
    if (outbox.some(({ name, input }) => isOurs(name, input))) return;
    const { [id]: _, ...rest } = conversations;
    store.setState({ conversations: rest });
    onMissing(id);
  }

  function takePageOf(id: string, page: VisitorPage): boolean {
    const known = store.getState().conversations[id];
    if (!known?.stream) return false;
    const step = takePage(known.stream, page, positionOf);
    takeStep(store, id, step);
    news.meet(id, page.head);
    step.apply.forEach(onEvent);
    return step.ask;
  }

  async function run(id: string): Promise<boolean> {
    const stream = store.getState().conversations[id]?.stream;
    if (!stream) return true;
    const question = { conversation: id, cursor: cursorOf(stream) };
    const ack = await request<VisitorPage>('conversation:resume', question);
    if (ack?.ok) return takePageOf(id, ack.data) ? run(id) : true;
    if (ack?.error.code !== 'not_found') return false;
    miss(id);
    return true;
  }

  function catchUp(id: string): Promise<boolean> {
    const running = busy.get(id) ?? run(id).finally(() => busy.delete(id));
    busy.set(id, running);
    return running;
  }

  return {
    catchUp,
    async list() {
      const ack = await request<VisitorConversation[]>('conversation:list', {});
      if (!ack?.ok) return false;
      for (const said of ack.data)
        changeConversation(store, said.id, (known) => applySummary(known, said));
      store.setState({ listed: true });
      // What the page has not been told yet is loaded, also where nobody looks.
      for (const id of news.list(ack.data)) {
        changeConversation(store, id, (known) => known && { stream: newStream(), ...known });
        void catchUp(id);
      }
      return true;
    },

    async older(id) {
      const known = store.getState().conversations[id];
      if (!known?.stream || known.low <= 1 || loading.has(id)) return;
      loading.add(id);
      const question = { conversation: id, before: known.low };
      const ack = await request<HistoryPage<VisitorEvent>>('conversation:history', question);
      loading.delete(id);
      if (!ack?.ok) return;
      changeConversation(store, id, (now) => now && applyHistory(now, ack.data.events));
    },
  };
}

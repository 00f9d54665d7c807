import { uuidv7 } from '@throughline/shared';
import type { CommandInput, GreetingRule } from '@throughline/shared/schema';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Client } from '../../assemble.ts';
import {
  applies,
  arrive,
  isWelcome,
  type Memory,
  merge,
  type Situation,
} from '../../store/greetings.ts';
import { type Chat, useChat, useView } from '../context.ts';

/** Where scrolling and time are looked at. */
const LOOK_MS = 500;

type Act = CommandInput<'proactive:note'>['act'];

interface Page {
  /** Without what comes behind `#`. */
  url: string;
  beganAt: number;
  isLeaving: boolean;
  /** One greeting a page is enough. */
  isDone: boolean;
}

const newPage = (): Page => ({
  url: location.href.split('#', 1)[0] ?? '',
  beganAt: Date.now(),
  isLeaving: false,
  isDone: false,
});

function scrolledPerCent(): number {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
  const room = scrollHeight - clientHeight;
  return room > 0 ? (scrollTop / room) * 100 : 100;
}

function parse(text: string | null | undefined): Partial<Memory> {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
}

const keyOf = (site: string): string => `throughline:${site}:greetings`;

const areaOf = ({ isShared }: Client['persist']): Storage =>
  isShared ? localStorage : sessionStorage;

/** What another tab has written meanwhile. */
function readAgain({ persist }: Client, site: string): Partial<Memory> {
  try {
    return persist.durable ? parse(areaOf(persist).getItem(keyOf(site))) : {};
  } catch {
    return {};
  }
}

/** Writes beside what waits for the visitor to write. */
function writeAhead({ client: { persist }, view }: Chat, site: string, text: string): void {
  const mayKeep = view.getState().consent === 'granted' && persist.durable;
  if (persist.allowed || !mayKeep) return;
  try {
    areaOf(persist).setItem(keyOf(site), text);
  } catch {
    // Denied or full: it is forgotten with the page.
  }
}

/**
 * What is remembered of greetings, where the browser may keep anything. All that is kept of somebody who never wrote:
 * who saw one, or closed it, has to be known again, or would see it on every page. A page view alone leaves no trace.
 */
function openMemory(chat: Chat, site: string) {
  const { client } = chat;
  // What an earlier page remembered.
  const known = parse(client.persist.note('greetings'));
  const memory = arrive(known, Date.now());
  const note = (): string => {
    const text = JSON.stringify(memory);
    client.persist.setNote('greetings', text);
    return text;
  };
  const keep = () => writeAhead(chat, site, note());
  const catchUp = () => merge(memory, readAgain(client, site));
  if (known.seenAt) keep();
  else note();
  return {
    memory,
    catchUp,
    shown(id: string) {
      memory.shown[id] = [Date.now(), memory.visits];
      keep();
    },
    closed(id: string) {
      catchUp();
      memory.gone.push(id);
      keep();
    },
  };
}

/** The page and, with the visitor's next message, the relay hear of it, under one id. */
function report({ client, tell }: Chat, act: Act, data: { rule: string; delayMs?: number }): void {
  const id = uuidv7();
  client.submit('proactive:note', { id, act, ...data });
  const actor = { kind: 'visitor', id: client.getState().contact ?? '' } as const;
  const type = `proactive.${act}` as const;
  tell({ id, type, time: Date.now(), conversation: null, actor, data });
}

/** What the page tells by `track`, from now on. */
function watchEvents(client: Client): { names: Set<string>; stop(): void } {
  const names = new Set<string>();
  const read = () => {
    for (const { name, input } of client.getState().outbox)
      if (name === 'event:track') names.add(input.name);
  };
  read();
  return { names, stop: client.subscribe(read) };
}

interface Now {
  page: Page;
  visits: number;
  client: Client;
  events: Set<string>;
}

const situationOf = ({ page, visits, client, events }: Now): Situation => ({
  url: page.url,
  sinceMs: Date.now() - page.beganAt,
  scrolled: scrolledPerCent(),
  isLeaving: page.isLeaving,
  visits,
  facts: JSON.parse(client.persist.read().attributes ?? '{}'),
  events,
});

/** A mouse that leaves towards tabs and address; there is none on phones. */
function onLeaving(tell: () => void): () => void {
  const { documentElement: root } = document;
  const left = ({ clientY }: MouseEvent) => {
    if (clientY <= 0 && matchMedia('(hover: hover)').matches) tell();
  };
  root.addEventListener('mouseleave', left);
  return () => root.removeEventListener('mouseleave', left);
}

interface Shown {
  rule: GreetingRule;
  click(draft?: string): void;
  dismiss(): void;
}

/** The greeting that is due on this page, if any, and what may become of it. */
export function useGreeting(): Shown | undefined {
  const chat = useChat();
  const { client, view } = chat;
  const rules = useView(({ site }) => site?.greetings);
  const key = useView(({ site }) => site?.key ?? '');
  const open = useView((state) => state.open);
  const [shown, show] = useState<{ id: string; at: number }>();
  const page = useRef<Page>(undefined);
  page.current ??= newPage();
  const store = useMemo(() => openMemory(chat, key), [client, key]);

  useEffect(() => {
    if (open) show(undefined);
    if (open || !rules) return;
    const watch = watchEvents(client);
    const look = () => {
      if (newPage().url !== page.current?.url) page.current = newPage();
      const now = page.current as Page;
      if (now.isDone || document.hidden) return;
      const { memory } = store;
      store.catchUp();
      const at = { page: now, visits: memory.visits, client, events: watch.names };
      const situation = situationOf(at);
      const due = rules.find(
        (rule) => isWelcome(rule, memory, Date.now()) && applies(rule, situation),
      );
      if (!due) return;
      now.isDone = true;
      store.shown(due.id);
      show({ id: due.id, at: Date.now() });
      report(chat, 'shown', { rule: due.id });
    };
    const timer = setInterval(look, LOOK_MS);
    const still = onLeaving(() => {
      if (page.current) page.current.isLeaving = true;
      look();
    });
    return () => {
      clearInterval(timer);
      still();
      watch.stop();
    };
  }, [rules, open, store]);

  useEffect(() => {
    // Closed in one tab, it is closed in all of them.
    const heard = ({ key: changed }: StorageEvent) => {
      if (changed !== keyOf(key)) return;
      store.catchUp();
      show((known) => (known && store.memory.gone.includes(known.id) ? undefined : known));
    };
    addEventListener('storage', heard);
    return () => removeEventListener('storage', heard);
  }, [store]);

  const rule = rules?.find(({ id }) => id === shown?.id);
  if (!rule || !shown || open) return undefined;
  const end = (act: Act) => {
    show(undefined);
    report(chat, act, { rule: rule.id, delayMs: Date.now() - shown.at });
  };
  return {
    rule,
    click(draft) {
      end('clicked');
      view.setState({ greeted: rule });
      chat.begin(draft);
    },
    dismiss() {
      store.closed(rule.id);
      end('dismissed');
    },
  };
}

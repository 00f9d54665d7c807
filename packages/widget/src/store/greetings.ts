import type { GreetingRule } from '@throughline/shared/schema';

/** What rules are held against. */
export interface Situation {
  url: string;
  /** On this page. */
  sinceMs: number;
  /** Per cent. */
  scrolled: number;
  /** The pointer has left at the top. */
  isLeaving: boolean;
  /** This one counts. */
  visits: number;
  facts: Record<string, unknown>;
  /** Names of what happened on this page. */
  events: ReadonlySet<string>;
}

/** What is known of greetings, as long as the browser may keep it. */
export interface Memory {
  visits: number;
  /** When the visitor was last here. */
  seenAt: number;
  /** By rule: when it was shown last, and on which visit. */
  shown: Record<string, [at: number, visit: number]>;
  /** Rules whose greeting the visitor closed. */
  gone: string[];
}

const DAY_MS = 86_400_000;
/** Away for longer than that, whoever comes back begins another visit. */
const VISIT_MS = 30 * 60_000;

/** `*` is anything; a pattern that begins with `/` is about the path. */
export function isOnPage(pattern: string, url: string): boolean {
  const { origin, pathname, search } = new URL(url);
  const path = pathname + (pattern.includes('?') ? search : '');
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(pattern.startsWith('/') ? path : origin + path);
}

export function applies({ when }: GreetingRule, now: Situation): boolean {
  const { url, afterMs = 0, scroll = 0, exit, visits = 1, fact, event } = when;
  return (
    (url === undefined || isOnPage(url, now.url)) &&
    now.sinceMs >= afterMs &&
    now.scrolled >= scroll &&
    (!exit || now.isLeaving) &&
    now.visits >= visits &&
    (!fact || now.facts[fact.name] === fact.is) &&
    (event === undefined || now.events.has(event))
  );
}

/** Whether this person has not seen enough of it. */
export function isWelcome({ id, often = 'session' }: GreetingRule, memory: Memory, now: number) {
  const [at, visit] = memory.shown[id] ?? [];
  if (memory.gone.includes(id)) return false;
  if (at === undefined) return true;
  if (often === 'session') return visit !== memory.visits;
  return often !== 'once' && now - at >= often.days * DAY_MS;
}

/** What an earlier page remembered, as this page begins; a visitor nobody remembers is here for the first time. */
export function arrive(kept: Partial<Memory>, now: number): Memory {
  const { visits = 0, seenAt = 0, shown = {}, gone = [] } = kept;
  const isNew = now - seenAt > VISIT_MS;
  return { visits: visits + (isNew ? 1 : 0), seenAt: now, shown, gone };
}

/** Takes in what another tab remembers by now. */
export function merge(
  memory: Memory,
  { visits = 0, shown = {}, gone = [] }: Partial<Memory>,
): void {
  memory.visits = Math.max(memory.visits, visits);
  for (const [id, last] of Object.entries(shown))
    if (last[0] > (memory.shown[id]?.[0] ?? 0)) memory.shown[id] = last;
  memory.gone = [...new Set([...memory.gone, ...gone])];
}

import type { Violation } from './check/index.ts';
import { pacesOf } from './check/pace.ts';
import type { Logged, Recorded } from './history.ts';
import { AT_BROWSER } from './players/browser-seat.ts';

interface Percentiles {
  n: number;
  p50: number;
  p99: number;
  max: number;
}

interface Counts {
  /** Ends of relays. */
  kills: number;
  /** Of them, those that a `kill -9` ended. */
  killed: number;
  /** Of messages in the log. */
  messages: number;
  ok: number;
  fail: number;
  /** Neither: it may or may not have happened. */
  info: number;
  delivered: number;
  /** Of those that were acknowledged, typed in a browser. */
  typed: number;
  /** Brought. */
  files: number;
  hooks: number;
  streamed: number;
}

export interface Report extends Counts {
  seed: number;
  store: string;
  relays: number;
  redis: boolean;
  /** Visitors at real browsers. */
  browsers: number;
  /** From asking to being answered, by what was wrong when it was asked; milliseconds. */
  ackMs: Record<string, Percentiles>;
  /** From the loss of a frame to the screen that has it after all. */
  repairMs: Percentiles;
  /** From the end of a relay to the first answer of the next one. */
  backMs: Percentiles;
  /** How long nobody said that they lead, before another relay did. */
  leadMs: Percentiles;
  /** How fast all were again after each fault (C13); `unknown`: the machine was too busy to say. */
  paces: ReturnType<typeof pacesOf>;
  /** How often each fault came; and how often it found nothing to strike, where it ever did. */
  struck: Record<string, number>;
  missed: Record<string, number>;
  /** Messages that were acknowledged and are gone. */
  lost: number;
  violations: Violation[];
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Names of what was wrong at each moment, as the history goes by. */
function createWindows() {
  const open = new Map<string, number>();
  return {
    note({ what, phase }: { what: string; phase: 'begin' | 'end' }): void {
      open.set(what, Math.max(0, (open.get(what) ?? 0) + (phase === 'begin' ? 1 : -1)));
    },
    get now(): string {
      const names = [...open].flatMap(([name, count]) => (count > 0 ? [name] : []));
      return names.length > 1 ? 'several' : (names[0] ?? 'none');
    },
  };
}

const DOWN = 'relay down';

/** How long each send waited, by what was wrong when it was asked for. */
function acksOf(history: readonly Recorded[]): Map<string, number[]> {
  const windows = createWindows();
  const asked = new Map<string, { t: number; window: string }>();
  const acks = new Map<string, number[]>();
  for (const it of history) {
    if (it.f === 'nemesis') windows.note(it);
    if (it.f !== 'send') continue;
    if (it.type === 'invoke') asked.set(it.key, { t: it.t, window: windows.now });
    const from = asked.get(it.key);
    if (it.type !== 'ok' || !from) continue;
    const list = acks.get(from.window) ?? [];
    acks.set(from.window, list);
    list.push(it.t - from.t);
  }
  return acks;
}

/** From the loss of each frame to its message on the screen. */
function repairsOf(history: readonly Recorded[]): number[] {
  const lost = new Map<string, number>();
  return history.flatMap((it) => {
    if (it.f !== 'lost' && it.f !== 'deliver') return [];
    const place = `${it.proc} ${it.conv} ${it.at}`;
    const at = lost.get(place);
    if (it.f === 'lost') lost.set(place, it.t);
    else lost.delete(place);
    return it.f === 'deliver' && at !== undefined ? it.t - at : [];
  });
}

/** From the end of each relay to the first answer of the next. */
function backsOf(history: readonly Recorded[]): number[] {
  let downAt: number | undefined;
  return history.flatMap((it) => {
    if (it.f === 'nemesis' && it.what === DOWN && it.phase === 'begin') downAt = it.t;
    if (downAt === undefined || it.f !== 'send' || it.type !== 'ok') return [];
    const tookMs = it.t - downAt;
    downAt = undefined;
    return tookMs;
  });
}

/** Faults by name, as they ended. */
function strikesOf(history: readonly Recorded[], hasStruck: boolean): Record<string, number> {
  const ends = history.filter(
    (it) =>
      it.f === 'nemesis' &&
      it.phase === 'end' &&
      it.what !== DOWN &&
      (it.missed === undefined) === hasStruck,
  );
  const names = Map.groupBy(ends, (it) => (it.f === 'nemesis' ? it.what : ''));
  return Object.fromEntries([...names].sort().map(([name, all]) => [name, all.length]));
}

/** What a run comes to, in numbers. */
export function summarise(
  history: readonly Recorded[],
  log: readonly Logged[],
): Omit<Report, 'seed' | 'store' | 'relays' | 'redis' | 'browsers' | 'violations' | 'lost'> {
  const count = (wanted: (it: Recorded) => boolean) => history.filter(wanted).length;
  const sent = (type: string) => count((it) => it.f === 'send' && it.type === type);
  const [invoked, ok, fail] = [sent('invoke'), sent('ok'), sent('fail')];
  return {
    kills: count((it) => it.f === 'nemesis' && it.what === DOWN && it.phase === 'begin'),
    killed: count((it) => it.f === 'ended' && it.signal === 'SIGKILL'),
    ...{ struck: strikesOf(history, true), missed: strikesOf(history, false) },
    paces: pacesOf(history),
    messages: log.filter(({ type }) => type === 'message.created').length,
    ...{ ok, fail, info: invoked - ok - fail },
    delivered: count(({ f }) => f === 'deliver'),
    typed: count((it) => it.f === 'send' && it.type === 'ok' && it.proc.startsWith(AT_BROWSER)),
    files: count(({ f }) => f === 'upload'),
    hooks: count(({ f }) => f === 'hook_recv'),
    streamed: count(({ f }) => f === 'stream_recv'),
    ackMs: Object.fromEntries(
      [...acksOf(history)].sort().map(([name, ms]) => [name, percentilesOf(ms)]),
    ),
    repairMs: percentilesOf(repairsOf(history)),
    backMs: percentilesOf(backsOf(history)),
    leadMs: percentilesOf(history.flatMap((it) => (it.f === 'lead' ? it.afterMs : []))),
  };
}

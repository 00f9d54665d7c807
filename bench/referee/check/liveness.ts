import { around, type Check, only, violation } from './evidence.ts';

/** A frame that got lost on a connection that lives on is on the screen after this long (P14). */
const REPAIR_MS = 30_000;

/** For how long before `until` nothing was done to anybody, counted from `t` at most. */
const calmMs = (disturbances: readonly number[], { t, until }: { t: number; until: number }) =>
  until - Math.max(t, disturbances.findLast((at) => at <= until) ?? 0);

/** C13: what was lost on the way is found; what was asked for is answered once all is well. */
export const liveness: Check = ({ history, settledTo }) => {
  const seen = new Map(
    only(history, 'deliver').map((it) => [`${it.proc} ${it.conv} ${it.at}`, it]),
  );
  const closed = new Map(only(history, 'close').map(({ proc, t }) => [proc, t]));
  const sends = only(history, 'send');
  const settled = new Set(sends.filter(({ type }) => type !== 'invoke').map(({ key }) => key));
  const end = history.at(-1)?.t ?? 0;
  const disturbances = only(history, 'nemesis').map(({ t }) => t);
  const late = only(history, 'lost').flatMap((it) => {
    const repaired = seen.get(`${it.proc} ${it.conv} ${it.at}`);
    const until = Math.min(repaired?.t ?? Infinity, closed.get(it.proc) ?? end);
    const waitedMs = Math.round(calmMs(disturbances, { t: it.t, until }));
    const what = `a lost frame was found after ${waitedMs} ms`;
    return waitedMs > REPAIR_MS ? violation('C13', what, it, repaired) : [];
  });
  if (settledTo === undefined) return late;
  const left = new Set(only(history, 'close').map(({ proc }) => proc));
  const open = sends.filter(({ key, proc }) => !settled.has(key) && !left.has(proc));
  return [
    ...late,
    ...open.flatMap((it) => violation('C13', 'never answered', ...around(history, it))),
  ];
};

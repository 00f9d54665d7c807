import {
  byKey,
  type Check,
  erased,
  messages,
  only,
  positionFor,
  restoredAt,
  violation,
} from './evidence.ts';

/** C1: what was acknowledged is there, at the acknowledged place, with the same words. */
export const acknowledged: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  const gone = erased(history);
  const sends = only(history, 'send');
  const asked = new Map(sends.filter(({ type }) => type === 'invoke').map((it) => [it.key, it]));
  const since = restoredAt(history);
  return sends.flatMap((ok) => {
    if (ok.type !== 'ok' || ok.i < since) return [];
    const record = known.get(ok.key);
    if (!record) return violation('C1', 'LOST: acknowledged and gone', asked.get(ok.key), ok);
    const isSame = record.text === asked.get(ok.key)?.text || gone.has(ok.key);
    return positionFor(ok.proc, record) === ok.at && isSame
      ? []
      : violation('C1', 'ACK-MISMATCH: another place or other words', ok, record);
  });
};

/** C2: what is there was asked for and was not refused; what was shown is there. */
export const invoked: Check = ({ history, log }) => {
  const sends = only(history, 'send');
  const asked = new Set(sends.map(({ key }) => key));
  const said = new Set(only(history, 'bot_reply').map(({ text }) => text));
  const refused = new Set(sends.filter(({ type }) => type === 'fail').map(({ key }) => key));
  const there = new Set(log.map(({ key }) => key));
  const since = restoredAt(history);
  const isAsked = ({ key, by, text = '' }: (typeof log)[number]) =>
    by === 'system' || (by === 'bot' ? said.has(text) : asked.has(key));
  return [
    ...messages(log).flatMap((record) => {
      if (!isAsked(record)) return violation('C2', 'PHANTOM: nobody sent it', record);
      return refused.has(record.key) ? violation('C2', 'RESURRECTED: it was refused', record) : [];
    }),
    ...only(history, 'deliver').flatMap((seen) =>
      there.has(seen.key) || seen.i < since
        ? []
        : violation('C2', 'PHANTOM: shown and never committed', seen),
    ),
  ];
};

/** C3: one record for each key, and each message on each screen once. */
export const once: Check = ({ history, log }) => {
  const written = messages(log).filter(({ text, by }) => text !== undefined && by !== 'system');
  const twice = <T>(list: readonly T[], key: (item: T) => string, what: string) =>
    [...Map.groupBy(list, key).values()].flatMap((same) =>
      same.length > 1 ? violation('C3', what, ...same) : [],
    );
  return [
    ...twice(log, ({ key }) => key, 'DUPLICATE in the log'),
    ...twice(written, ({ text }) => text ?? '', 'DUPLICATE: the same words twice'),
    ...twice(only(history, 'deliver'), (it) => `${it.proc} ${it.key}`, 'DUPLICATE on a screen'),
    ...only(history, 'screen').flatMap((shown) =>
      new Set(shown.keys).size === shown.keys.length
        ? []
        : violation('C3', 'DUPLICATE on a screen', shown),
    ),
  ];
};

import { byKey, type Check, only, restoredAt, violation } from './evidence.ts';

/** C12: what was erased is nowhere: not in the log, not in a file, not in what goes out later. */
export const erasure: Check = ({ history, log, remains }) => {
  const known = byKey(log);
  const since = restoredAt(history);
  // A backup has what was there then.
  const done = only(history, 'erase').filter(({ type, i }) => type === 'ok' && i > since);
  const words = new Set(done.map(({ text }) => text));
  return [
    ...done.flatMap((ok) =>
      known.get(ok.message)?.text === undefined
        ? []
        : violation('C12', 'the log still has what was erased', ok, known.get(ok.message)),
    ),
    ...remains.flatMap((it) =>
      words.has(it.text) ? violation('C12', `erased words are in ${it.where}`, it) : [],
    ),
  ];
};

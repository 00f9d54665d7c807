import type { Of } from '../history.ts';
import { type Check, isVisitor, nameOf, only, restoredAt, violation } from './evidence.ts';

const isTheirs = (proc: string, owner: string): boolean =>
  !isVisitor(proc) || nameOf(proc) === nameOf(owner);

/** C16: nobody else can fetch a visitor's file, but they and agents. */
export const privacy: Check = ({ history }) => {
  const brought = new Map(only(history, 'upload').map((it) => [it.file, it]));
  return only(history, 'fetch').flatMap((it) => {
    const upload = brought.get(it.file);
    return it.hash === null || !upload || isTheirs(it.proc, upload.proc)
      ? []
      : violation('C16', `LEAKED: ${it.proc} has a file of ${upload.proc}`, upload, it);
  });
};

interface Brought {
  upload: Of<'upload'>;
  fetched: Of<'fetch'>[];
}

function faultsOf({ upload, fetched }: Brought, isSettled: boolean) {
  const theirs = fetched.filter(({ proc }) => isTheirs(proc, upload.proc));
  const isOpen = theirs.some(({ proc }) => !isVisitor(proc));
  return [
    ...(isSettled && !isOpen ? [violation('C16', 'GONE: no agent was told where', upload)] : []),
    ...theirs.flatMap((it) => {
      // A broken relay need not be there any more when it is asked.
      if (it.hash === upload.hash || (it.hash === null && !isSettled)) return [];
      const what = it.hash === null ? 'GONE: a file of a message' : 'other bytes in a file';
      return violation('C16', what, upload, it);
    }),
  ];
}

/** C16: a file that had come may be sent, and that of an acknowledged message is there, whole, for both sides. */
export const files: Check = ({ history, settledTo }) => {
  const since = restoredAt(history);
  const brought = new Map(only(history, 'upload').map((it) => [it.file, it]));
  const fetched = Map.groupBy(only(history, 'fetch'), ({ file }) => file);
  const sends = only(history, 'send').filter(({ i }) => i > since);
  const fileOf = new Map(sends.flatMap(({ key, file }) => (file ? [[key, file]] : [])));
  return sends.flatMap((answer) => {
    const file = answer.type === 'invoke' ? undefined : fileOf.get(answer.key);
    const upload = brought.get(file ?? '');
    if (!file || !upload) return [];
    if (answer.type === 'fail')
      return violation('C16', 'REFUSED: its file had come', upload, answer);
    return faultsOf({ upload, fetched: fetched.get(file) ?? [] }, settledTo !== undefined);
  });
};

import { type Check, isVisitor, nameOf, only, violation } from './evidence.ts';

/**
 * C15: no byte of one visitor's reaches another, and none of what is for agents only. Every text has the
 * mark of whose conversation it is in; notes have one of their own.
 */
export const isolation: Check = ({ history }) =>
  only(history, 'canary').flatMap((seen) =>
    isVisitor(seen.proc) && nameOf(seen.proc) !== seen.of
      ? violation('C15', `${seen.proc} saw what is ${seen.of}'s`, seen)
      : [],
  );

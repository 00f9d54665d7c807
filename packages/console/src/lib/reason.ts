import { capitalised } from './time.ts';

/** A reason of the relay's, as a line of its own; the names of rules and facts stay as they are. */
export const reasonText = (reason: string): string =>
  /^[\w-]+[.[(]/.test(reason) ? reason : capitalised(reason);

/**
 * The wire's version. Raise it whenever `schema/lock.test.ts` says the schemas changed, with a line
 * below; raise `OLDEST_PROTOCOL` when the relay can no longer serve a client that old.
 *
 * 1  first release
 */
export const PROTOCOL = 1;
export const OLDEST_PROTOCOL = 1;

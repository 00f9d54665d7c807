import { randomBytes } from 'node:crypto';

/** Identity of a log: whoever holds a cursor of another one is told to start over. */
export const newEpoch = (): string => randomBytes(8).toString('base64url');

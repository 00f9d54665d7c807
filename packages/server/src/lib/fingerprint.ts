import { createHash } from 'node:crypto';

/** Changes whenever the text does; short enough for a header. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

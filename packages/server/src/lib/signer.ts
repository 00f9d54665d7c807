import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from './secrets.ts';

/** Signs what this process hands out and takes back within minutes. */
export interface Signer {
  sign(...parts: (string | number)[]): string;
  isSigned(signature: string, ...parts: (string | number)[]): boolean;
}

/** The key is made anew at every start: what it signed does not outlive a restart, and need not. */
export function createSigner(): Signer {
  const key = randomBytes(32);
  const sign: Signer['sign'] = (...parts) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  return { sign, isSigned: (signature, ...parts) => sameSecret(signature, sign(...parts)) };
}

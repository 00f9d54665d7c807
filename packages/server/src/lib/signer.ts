import { createHmac } from 'node:crypto';
import { sameSecret } from './secrets.ts';

/** Signs what the relay hands out and takes back. */
export interface Signer {
  sign(...parts: (string | number)[]): string;
  isSigned(signature: string, ...parts: (string | number)[]): boolean;
}

export function createSigner(key: string): Signer {
  const sign: Signer['sign'] = (...parts) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  return { sign, isSigned: (signature, ...parts) => sameSecret(signature, sign(...parts)) };
}

import { issuedKey, keyList, newKey } from '@throughline/shared/schema';
import { KEYED } from './stamp.ts';

export const listKeys = {
  method: 'GET',
  url: '/v1/keys',
  role: 'admin',
  name: 'listKeys',
  about: 'Every key there is, without its secret.',
  answer: keyList,
} as const;

export const createKey = {
  method: 'POST',
  url: '/v1/keys',
  role: 'admin',
  name: 'createKey',
  about:
    'Makes a key; its secret is told this once. A repeat is refused with `secret_told` and the `Location` of the key, to be revoked if its secret is lost.',
  body: newKey,
  answer: issuedKey,
  statuses: [201],
  reads: KEYED.reads,
  gives: ['location'],
  refuses: [...KEYED.refuses, 'secret_told'],
} as const;

export const rotateKey = {
  method: 'POST',
  url: '/v1/keys/:id/rotate',
  role: 'admin',
  name: 'rotateKey',
  about:
    'Makes a new secret, told this once; the one before stays good for a day. A repeat is refused with `secret_told`: if the secret is lost, revoke the key.',
  answer: issuedKey,
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'wrong_status', 'secret_told'],
} as const;

export const revokeKey = {
  method: 'DELETE',
  url: '/v1/keys/:id',
  role: 'admin',
  name: 'revokeKey',
  about: 'Ends a key at once.',
  statuses: [204],
  ...KEYED,
} as const;

import {
  callReceipt,
  issuedSecret,
  sourceBody,
  sourceList,
  storedSource,
} from '@throughline/shared/schema';
import { KEYED, PUBLISHED } from './stamp.ts';

const one = '/v1/sources/:id';

export const listSources = {
  method: 'GET',
  url: '/v1/sources',
  role: 'admin',
  name: 'listSources',
  about: 'The business’s own systems that call in.',
  answer: sourceList,
} as const;

export const putSource = {
  method: 'PUT',
  url: one,
  role: 'admin',
  name: 'putSource',
  about: 'Adds a source or changes it; the secret of a new one is told this once, and to a repeat.',
  body: sourceBody,
  answer: storedSource,
  statuses: [200, 201],
  reads: PUBLISHED.reads,
  refuses: [...PUBLISHED.refuses, 'unknown_site', 'secret_told'],
} as const;

export const removeSource = {
  method: 'DELETE',
  url: one,
  role: 'admin',
  name: 'removeSource',
  about: 'Takes no more calls from a source.',
  statuses: [204],
  ...PUBLISHED,
} as const;

export const rotateSourceSecret = {
  method: 'POST',
  url: `${one}/rotate`,
  role: 'admin',
  name: 'rotateSourceSecret',
  about: 'Makes a new secret, told to a repeat as well; the one before stays good for a day.',
  answer: issuedSecret,
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'wrong_status', 'secret_told'],
} as const;

export const receiveCall = {
  method: 'POST',
  url: one,
  name: 'receiveCall',
  about: 'Where a source says what happened, signed by Standard Webhooks 1.0.',
  isSigned: true,
  answer: callReceipt,
  refuses: ['signature_invalid', 'bad_value', 'idempotency_conflict', 'too_long'],
} as const;

import { document } from '@throughline/shared/schema';

export const getDescription = {
  method: 'GET',
  url: '/v1/openapi.json',
  name: 'getDescription',
  about: 'This document.',
  answer: document,
  statuses: [200, 304],
  reads: ['if-none-match'],
  gives: ['etag'],
} as const;

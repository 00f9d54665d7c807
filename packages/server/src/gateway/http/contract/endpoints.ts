import {
  deliveriesQuery,
  deliveryDetail,
  deliveryPage,
  endpointChange,
  endpointList,
  endpointSummary,
  issuedEndpoint,
  newEndpoint,
  replay,
  replayCount,
} from '@throughline/shared/schema';
import { KEYED, PUBLISHED, VERSIONED } from './stamp.ts';

const ACCESS = { scope: 'endpoints:write', role: 'admin' } as const;
const one = '/v1/endpoints/:id';

export const listEndpoints = {
  method: 'GET',
  url: '/v1/endpoints',
  ...ACCESS,
  name: 'listEndpoints',
  about: 'Where events are sent to.',
  answer: endpointList,
} as const;

export const createEndpoint = {
  method: 'POST',
  url: '/v1/endpoints',
  ...ACCESS,
  name: 'createEndpoint',
  about: 'Adds an endpoint and sends it a test; its secret is told this once, and to a repeat.',
  body: newEndpoint,
  answer: issuedEndpoint,
  statuses: [201],
  reads: PUBLISHED.reads,
  gives: ['location'],
  refuses: [...PUBLISHED.refuses, 'address_not_allowed', 'forbidden', 'secret_told'],
} as const;

export const getEndpoint = {
  method: 'GET',
  url: one,
  ...ACCESS,
  name: 'getEndpoint',
  about: 'An endpoint, how it does, and the version a change has to name.',
  answer: endpointSummary,
  gives: ['etag'],
} as const;

export const changeEndpoint = {
  method: 'PATCH',
  url: one,
  ...ACCESS,
  name: 'changeEndpoint',
  about: 'Changes an endpoint; what is missing stays.',
  body: endpointChange,
  answer: endpointSummary,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: [...PUBLISHED.refuses, ...VERSIONED.refuses, 'address_not_allowed', 'forbidden'],
} as const;

export const removeEndpoint = {
  method: 'DELETE',
  url: one,
  ...ACCESS,
  name: 'removeEndpoint',
  about: 'Removes an endpoint and what waits for it.',
  statuses: [204],
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  refuses: [...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const pingEndpoint = {
  method: 'POST',
  url: `${one}/ping`,
  ...ACCESS,
  name: 'pingEndpoint',
  about: 'Sends a test event to this endpoint alone.',
  statuses: [202],
  reads: KEYED.reads,
  refuses: ['bad_value'],
} as const;

export const rotateEndpointSecret = {
  method: 'POST',
  url: `${one}/rotate`,
  ...ACCESS,
  name: 'rotateEndpointSecret',
  about: 'Makes a new secret, told to a repeat as well; for a day the one before signs too.',
  answer: issuedEndpoint,
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'wrong_status', 'forbidden', 'secret_told'],
} as const;

export const enableEndpoint = {
  method: 'POST',
  url: `${one}/enable`,
  ...ACCESS,
  name: 'enableEndpoint',
  about: 'Sends again to an endpoint that was switched off for failing.',
  answer: endpointSummary,
  ...KEYED,
} as const;

export const listDeliveries = {
  method: 'GET',
  url: `${one}/deliveries`,
  ...ACCESS,
  name: 'listDeliveries',
  about: 'What was sent to an endpoint and what waits, newest first.',
  query: deliveriesQuery,
  answer: deliveryPage,
} as const;

export const getDelivery = {
  method: 'GET',
  url: `${one}/deliveries/:offset`,
  ...ACCESS,
  name: 'getDelivery',
  about: 'One delivery, with every try.',
  answer: deliveryDetail,
} as const;

export const replayEvents = {
  method: 'POST',
  url: `${one}/replay`,
  ...ACCESS,
  name: 'replayEvents',
  about: 'Sends once more: one event, what failed since a time, or everything since a time.',
  body: replay,
  answer: replayCount,
  statuses: [202],
  ...KEYED,
} as const;

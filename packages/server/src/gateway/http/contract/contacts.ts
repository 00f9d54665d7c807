import {
  cardAnswer,
  contactChange,
  contactDetail,
  contactList,
  contactQuery,
  contactUpsert,
  merge,
  newEvent,
  newFacts,
  receipt,
  reference,
  timelinePage,
  timelineQuery,
} from '@throughline/shared/schema';
import { STAMPED, VERSIONED } from './stamp.ts';

const READ = { scope: 'contacts:read', pii: 'contact' } as const;
const WRITE = { scope: 'contacts:write', ...STAMPED } as const;

export const findContact = {
  method: 'GET',
  url: '/v1/contacts',
  ...READ,
  name: 'findContact',
  about: 'The contact that has an id of the business’s own.',
  query: contactQuery,
  answer: contactList,
} as const;

export const putContact = {
  method: 'PUT',
  url: '/v1/contacts',
  ...WRITE,
  name: 'putContact',
  about: 'Makes the contact that has an id of the business’s own, or changes it.',
  body: contactUpsert,
  answer: reference,
  statuses: [200, 201],
  gives: ['location'],
  refuses: [...STAMPED.refuses, 'unknown_site'],
} as const;

export const getContact = {
  method: 'GET',
  url: '/v1/contacts/:id',
  ...READ,
  name: 'getContact',
  about: 'A contact, or the one it became part of, with all that is said about it.',
  answer: contactDetail,
  gives: ['etag'],
} as const;

export const changeContact = {
  method: 'PATCH',
  url: '/v1/contacts/:id',
  ...WRITE,
  // It answers with all there is.
  pii: READ.pii,
  name: 'changeContact',
  about: 'Changes who a contact is said to be; what is missing stays.',
  body: contactChange,
  answer: contactDetail,
  reads: [...STAMPED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: [...STAMPED.refuses, ...VERSIONED.refuses, 'already_taken'],
} as const;

export const getContactCard = {
  method: 'GET',
  url: '/v1/contacts/:id/card',
  ...READ,
  name: 'getContactCard',
  about: 'What the site’s own system shows of a contact.',
  answer: cardAnswer,
} as const;

export const exportContact = {
  method: 'GET',
  url: '/v1/contacts/:id/export',
  scope: 'contacts:read',
  pii: 'content',
  role: 'admin',
  name: 'exportContact',
  about: 'All there is of a contact, for the person it is about: a line of JSON a thing.',
  media: 'application/x-ndjson',
} as const;

export const recordFacts = {
  method: 'POST',
  url: '/v1/contacts/:id/facts',
  ...WRITE,
  name: 'recordFacts',
  about: 'Records what a source says about a contact.',
  body: newFacts,
  answer: receipt,
  statuses: [201],
} as const;

export const trackEvent = {
  method: 'POST',
  url: '/v1/contacts/:id/events',
  ...WRITE,
  name: 'trackEvent',
  about: 'Records that something happened that concerns a contact.',
  body: newEvent,
  answer: receipt,
  statuses: [201],
} as const;

export const mergeContact = {
  method: 'POST',
  url: '/v1/contacts/:id/merge',
  ...WRITE,
  name: 'mergeContact',
  about: 'Makes a contact part of another one, with all it has.',
  body: merge,
  answer: receipt,
} as const;

export const blockContact = {
  method: 'POST',
  url: '/v1/contacts/:id/block',
  ...WRITE,
  name: 'blockContact',
  about: 'Takes nothing from a contact any more, and lets no bot write to them.',
  answer: receipt,
  statuses: [201],
} as const;

export const unblockContact = {
  method: 'POST',
  url: '/v1/contacts/:id/unblock',
  ...WRITE,
  name: 'unblockContact',
  about: 'Lets a blocked contact write again.',
  answer: receipt,
  statuses: [201],
} as const;

export const eraseContact = {
  method: 'POST',
  url: '/v1/contacts/:id/erase',
  ...WRITE,
  scope: 'contacts:erase',
  role: 'admin',
  name: 'eraseContact',
  about: 'Takes all that is known of a contact out of the log, for good, and shuts them out.',
  answer: receipt,
  statuses: [201],
} as const;

export const listTimeline = {
  method: 'GET',
  url: '/v1/contacts/:id/timeline',
  ...READ,
  name: 'listTimeline',
  about: 'What concerns a contact and none of its conversations, newest first.',
  query: timelineQuery,
  answer: timelinePage,
} as const;

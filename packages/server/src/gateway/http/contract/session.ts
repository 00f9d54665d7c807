import * as schema from '@throughline/shared/schema';

export const signIn = {
  method: 'POST',
  url: '/v1/session',
  name: 'signIn',
  about: 'Signs an agent in; the answer sets the session cookie.',
  body: schema.signIn,
  answer: schema.sessionInfo,
  statuses: [201],
  gives: ['set-cookie'],
  refuses: ['bad_credentials', 'csrf_failed'],
} as const;

export const checkLink = {
  method: 'POST',
  url: '/v1/setup/check',
  name: 'checkLink',
  about: 'Whom a one-time link is for.',
  body: schema.setUpCheck,
  answer: schema.invitation,
  refuses: ['link_used'],
} as const;

export const redeemLink = {
  method: 'POST',
  url: '/v1/setup',
  name: 'redeemLink',
  about: 'Sets name and password by a one-time link, and signs in.',
  body: schema.setUp,
  answer: schema.sessionInfo,
  statuses: [201],
  gives: ['set-cookie'],
  refuses: ['link_used', 'weak_password', 'csrf_failed'],
} as const;

export const getSession = {
  method: 'GET',
  url: '/v1/session',
  name: 'getSession',
  about: 'Who is signed in, and the proof its writes have to carry.',
  answer: schema.sessionInfo,
} as const;

export const signOut = {
  method: 'DELETE',
  url: '/v1/session',
  name: 'signOut',
  about: 'Ends the session and its sockets.',
  statuses: [204],
  gives: ['set-cookie'],
} as const;

export const signOutEverywhere = {
  method: 'DELETE',
  url: '/v1/sessions',
  name: 'signOutEverywhere',
  about: 'Ends every session of whoever asks, this one too, and their sockets within 5 s.',
  statuses: [204],
  gives: ['set-cookie'],
} as const;

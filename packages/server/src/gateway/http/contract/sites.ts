import {
  contextSource,
  identity,
  issuedSecret,
  site,
  siteConfig,
  siteContext,
  siteIdentity,
  siteList,
  siteQuery,
  siteSettings,
} from '@throughline/shared/schema';

import { KEYED, PUBLISHED, VERSIONED } from './stamp.ts';

export const getSite = {
  method: 'GET',
  url: '/v1/sites/:key',
  name: 'getSite',
  about: 'What a site looks like and says, for its own pages.',
  query: siteQuery,
  answer: siteConfig,
  statuses: [200, 304],
  reads: ['if-none-match'],
  gives: ['etag'],
  refuses: ['unknown_site', 'origin_not_allowed'],
} as const;

export const listSites = {
  method: 'GET',
  url: '/v1/sites',
  role: 'admin',
  name: 'listSites',
  about: 'Every site there is, with all that is configured of it.',
  answer: siteList,
} as const;

export const getSiteSettings = {
  method: 'GET',
  url: '/v1/sites/:key/settings',
  role: 'admin',
  name: 'getSiteSettings',
  about: 'All that is configured of a site, and the version a change has to name.',
  answer: site,
  gives: ['etag'],
  refuses: ['unknown_site'],
} as const;

export const putSiteSettings = {
  method: 'PUT',
  url: '/v1/sites/:key/settings',
  role: 'admin',
  name: 'putSiteSettings',
  about:
    'Configures a site anew; pages that show it take it over at once. What is left out is as if it had never been said; identity and context have addresses of their own.',
  body: siteSettings,
  answer: site,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: ['unknown_site', ...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const putSiteIdentity = {
  method: 'PUT',
  url: '/v1/sites/:key/identity',
  role: 'admin',
  name: 'putSiteIdentity',
  about: 'Sets how a site’s business proves who its visitors are.',
  body: identity,
  answer: siteIdentity,
  reads: PUBLISHED.reads,
  refuses: [...PUBLISHED.refuses, 'unknown_site'],
} as const;

export const putSiteContext = {
  method: 'PUT',
  url: '/v1/sites/:key/context',
  role: 'admin',
  name: 'putSiteContext',
  about: 'Sets where a site’s business is asked about its contacts.',
  body: contextSource,
  answer: siteContext,
  reads: PUBLISHED.reads,
  refuses: [...PUBLISHED.refuses, 'unknown_site', 'address_not_allowed'],
} as const;

const titles = { identity: 'SiteIdentity', context: 'SiteContext' } as const;
type Purpose = keyof typeof titles;

export const removeSetting = (purpose: Purpose) =>
  ({
    method: 'DELETE',
    url: `/v1/sites/:key/${purpose}`,
    role: 'admin',
    name: `remove${titles[purpose]}`,
    about: 'Takes the setting away.',
    statuses: [204],
    reads: PUBLISHED.reads,
    refuses: [...PUBLISHED.refuses, 'unknown_site'],
  }) as const;

export const rotateSecret = (purpose: Purpose) =>
  ({
    method: 'POST',
    url: `/v1/sites/:key/${purpose}/rotate`,
    role: 'admin',
    name: `rotate${titles[purpose]}`,
    about: 'Makes a new secret, told to a repeat as well; the one before stays good for a day.',
    answer: issuedSecret,
    reads: KEYED.reads,
    refuses: [...KEYED.refuses, 'unknown_site', 'wrong_status', 'secret_told'],
  }) as const;

import {
  blueprintRestored,
  blueprintVersionPage,
  botsDocument,
  botsPublished,
  flowsDocument,
  issuedSecret,
  placement,
  rehearsal,
  rehearsalRequest,
  routingDocument,
  routingFindings,
  routingTrial,
  toolsDocument,
  toolsPublished,
  versionsQuery,
} from '@throughline/shared/schema';
import { KEYED, PUBLISHED, VERSIONED } from './stamp.ts';

export const getRouting = {
  method: 'GET',
  url: '/v1/blueprint/routing',
  role: 'admin',
  name: 'getRouting',
  about: 'Who gets which conversation, and the version a change has to name.',
  answer: routingDocument,
  gives: ['etag'],
} as const;

export const putRouting = {
  method: 'PUT',
  url: '/v1/blueprint/routing',
  role: 'admin',
  name: 'putRouting',
  about:
    'Publishes who gets which conversation; the next one is placed by it. What cannot work is refused with all its findings.',
  body: routingDocument,
  answer: routingDocument,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: ['bad_routing', ...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const checkRouting = {
  method: 'POST',
  url: '/v1/blueprint/routing/check',
  role: 'admin',
  name: 'checkRouting',
  about: 'All that would keep it from being published; changes nothing.',
  body: routingDocument,
  answer: routingFindings,
} as const;

export const tryRouting = {
  method: 'POST',
  url: '/v1/blueprint/routing/try',
  role: 'admin',
  name: 'tryRouting',
  about: 'Where a conversation would wait of which this is known, and why; changes nothing.',
  body: routingTrial,
  answer: placement,
  refuses: ['not_found'],
} as const;

export const rehearseRouting = {
  method: 'POST',
  url: '/v1/blueprint/routing/rehearse',
  role: 'admin',
  name: 'rehearseRouting',
  about:
    'Which conversations of the past would have waited elsewhere, had this been in force; changes nothing.',
  body: rehearsalRequest,
  answer: rehearsal,
} as const;

export const getFlows = {
  method: 'GET',
  url: '/v1/blueprint/flows',
  role: 'admin',
  name: 'getFlows',
  about: 'What answers before any person does, and the version a change has to name.',
  answer: flowsDocument,
  gives: ['etag'],
} as const;

export const putFlows = {
  method: 'PUT',
  url: '/v1/blueprint/flows',
  role: 'admin',
  name: 'putFlows',
  about:
    'Publishes what answers before any person does; the next conversation begins with it. What cannot work is refused with all its findings.',
  body: flowsDocument,
  answer: flowsDocument,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: ['bad_routing', ...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const getBots = {
  method: 'GET',
  url: '/v1/blueprint/bots',
  role: 'admin',
  name: 'getBots',
  about: 'The programs that answer, and the version a change has to name.',
  answer: botsDocument,
  gives: ['etag'],
} as const;

export const putBots = {
  method: 'PUT',
  url: '/v1/blueprint/bots',
  role: 'admin',
  name: 'putBots',
  about:
    'Publishes the programs that answer; a run that goes on goes on with what is published. What cannot work is refused with all its findings.',
  body: botsDocument,
  answer: botsPublished,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: ['bad_routing', ...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const getTools = {
  method: 'GET',
  url: '/v1/blueprint/tools',
  role: 'admin',
  name: 'getTools',
  about: 'The programs of the business that flows ask, and the version a change has to name.',
  answer: toolsDocument,
  gives: ['etag'],
} as const;

export const putTools = {
  method: 'PUT',
  url: '/v1/blueprint/tools',
  role: 'admin',
  name: 'putTools',
  about: 'Publishes which programs of the business flows may ask, and where they are.',
  body: toolsDocument,
  answer: toolsPublished,
  reads: [...PUBLISHED.reads, ...VERSIONED.reads],
  gives: ['etag'],
  refuses: ['bad_routing', 'address_not_allowed', ...PUBLISHED.refuses, ...VERSIONED.refuses],
} as const;

export const rotateToolSecret = {
  method: 'POST',
  url: '/v1/blueprint/tools/:id/rotate',
  role: 'admin',
  name: 'rotateToolSecret',
  about:
    'Makes what the relay signs its questions to a tool with, told to a repeat as well; the one before stays good for a day.',
  answer: issuedSecret,
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'not_found', 'wrong_status', 'secret_told'],
} as const;

export const listBlueprintVersions = {
  method: 'GET',
  url: '/v1/blueprint/versions',
  role: 'admin',
  name: 'listBlueprintVersions',
  about: 'What was published, when and by whom.',
  query: versionsQuery,
  answer: blueprintVersionPage,
} as const;

export const restoreRouting = {
  method: 'POST',
  url: '/v1/blueprint/versions/:version/restore',
  role: 'admin',
  name: 'restoreRouting',
  about:
    'Publishes routing, flows and bots of an old version as the newest ones; everything else stays.',
  answer: blueprintRestored,
  reads: PUBLISHED.reads,
  gives: ['etag'],
  refuses: ['bad_routing', 'not_found', ...PUBLISHED.refuses],
} as const;

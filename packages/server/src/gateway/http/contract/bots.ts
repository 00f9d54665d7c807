import { botSwitches, switchChange } from '@throughline/shared/schema';
import { KEYED } from './stamp.ts';

export const listBots = {
  method: 'GET',
  url: '/v1/bots',
  name: 'listBots',
  about: 'Flows and bots, whether they may answer, and how many turns each thinks about.',
  answer: botSwitches,
} as const;

const SWITCH = {
  method: 'PUT',
  role: 'admin',
  body: switchChange,
  answer: botSwitches,
  reads: KEYED.reads,
  refuses: KEYED.refuses,
} as const;

export const switchBots = {
  ...SWITCH,
  url: '/v1/bots/switch',
  name: 'switchBots',
  about: 'Stops all flows and bots at once, or lets them answer again; who has one gets a person.',
} as const;

export const switchBot = {
  ...SWITCH,
  url: '/v1/bots/:id/switch',
  name: 'switchBot',
  about:
    'Stops one at once, or lets it answer again; who has it gets what is named to go on, or a person.',
  refuses: [...KEYED.refuses, 'not_found'],
} as const;

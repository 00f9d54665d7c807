import { journeys } from '@throughline/shared/schema';

export const getJourneys = {
  method: 'GET',
  url: '/v1/journeys',
  name: 'getJourneys',
  about:
    'For each flow: who began, where they wait, how it ended, and what became of promises; of the newest 2,000 runs.',
  answer: journeys,
} as const;

import { routingBoard } from '@throughline/shared/schema';

export const getBoard = {
  method: 'GET',
  url: '/v1/routing/board',
  name: 'getRoutingBoard',
  about:
    'What waits in which queue, who may take it and how much they have, and what was promised.',
  answer: routingBoard,
} as const;

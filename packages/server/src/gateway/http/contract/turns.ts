import { reply } from '@throughline/shared/schema';

export const replyToTurn = {
  method: 'POST',
  url: '/v1/turns/:id/reply',
  name: 'replyToTurn',
  about:
    'A bot’s answer to a turn it took with 202, under the token that came with the turn (`throughline-reply-token`) as `Authorization: Bearer`; the same answer again is taken again.',
  body: reply,
  statuses: [202],
  refuses: ['turn_over'],
} as const;

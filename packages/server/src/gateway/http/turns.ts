import type { Parts } from '../parts.ts';
import * as contract from './contract/turns.ts';
import { open, type Route, send } from './route.ts';

const BEARER = /^Bearer +(\S+)$/i;

/** Where bots answer that were not done at once. */
export const turnRoutes = ({ turnReplies }: Parts): Route[] => [
  open(contract.replyToTurn, async ({ params, body, request, reply }) => {
    const { id = '' } = params;
    const [, token = ''] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    // Whose token is another one’s sees no turn at all.
    if (!turnReplies.isToken(id, token)) return send(reply, 'not_found');
    return (await turnReplies.give(id, body)) ? reply.send() : send(reply, 'turn_over');
  }),
];

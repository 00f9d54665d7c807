import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { NewReply, Turn } from '@throughline/shared/schema';
import { verify } from '@throughline/shared/webhooks';

const ORDERS = new Map([
  ['90441', 'is on its way to you'],
  ['90127', 'was delivered on 4 November'],
]);

/** Knows where orders are; everything else is for people. */
function answer({ lines }: Turn): NewReply {
  const said = lines.at(-1)?.text ?? '';
  const [number = ''] = /\b\d{5}\b/.exec(said) ?? [];
  const state = ORDERS.get(number);
  if (state)
    return { acts: [{ do: 'say', text: `Order ${number} ${state}.` }], next: { do: 'end' } };
  if (!/\border\b/i.test(said) || number) return { next: { do: 'hand_off' } };
  return { acts: [{ do: 'say', text: 'Which one? Its number has five digits.' }] };
}

export const startBot = (port: number, secret: string): Server =>
  createServer(async (request, response) => {
    try {
      const turn = verify<Turn>(await text(request), request.headers, secret);
      response.end(JSON.stringify(answer(turn)));
    } catch {
      response.writeHead(401).end();
    }
  }).listen(port, '127.0.0.1');

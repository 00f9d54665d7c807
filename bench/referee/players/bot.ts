import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '@throughline/shared/schema';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';

export interface Bot {
  url: string;
  close(): void;
}

/** Longer than it takes a person to take over. */
const LATE_MS = 1500;

/** A program that answers visitors; now and then so late that somebody else has. */
export async function startBot(history: History, random: Random): Promise<Bot> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', async () => {
      const { id, conversation } = JSON.parse(body) as Turn;
      const text = `bot/${id}`;
      history.add({ f: 'bot_reply', conv: conversation.id, key: id, text });
      await sleep(random.chance(0.3) ? LATE_MS * random.next() : random.between(0, 50));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ acts: [{ do: 'say', text }] }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/turns`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

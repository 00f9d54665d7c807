import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Turn } from '@throughline/shared/schema';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';

export interface Bot {
  url: string;
  isThinkingIn(conversation: string): boolean;
  /** A person has taken a conversation over: what it thinks about there it answers in the same moment. */
  hurry(conversation: string): void;
  close(): void;
}

interface BotParts {
  history: History;
  random: Random;
  /** How many of its turns may end too late, of 1. */
  slowness: number;
}

/** Longer than it takes a person to take over. */
const LATE_MS = 1500;
/** About as long as a relay takes to learn that somebody has taken over. */
const MOMENT_MS = 20;

/** A program that answers visitors; now and then so late that somebody else has. */
export async function startBot({ history, random, slowness }: BotParts): Promise<Bot> {
  const hurries = new Map<string, () => void>();
  const think = (conversation: string, ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        if (hurries.get(conversation) === end) hurries.delete(conversation);
        resolve();
      };
      const timer = setTimeout(end, ms);
      hurries.set(conversation, end);
    });
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', async () => {
      const { id, conversation } = JSON.parse(body) as Turn;
      const text = `bot/${id}`;
      history.add({ f: 'bot_reply', conv: conversation.id, key: id, text });
      const isSlow = random.chance(slowness);
      await think(conversation.id, isSlow ? LATE_MS * random.next() : random.between(0, 50));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ acts: [{ do: 'say', text }] }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/turns`,
    isThinkingIn: (conversation) => hurries.has(conversation),
    hurry(conversation) {
      const answer = hurries.get(conversation);
      if (answer) setTimeout(answer, random.between(0, MOMENT_MS));
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

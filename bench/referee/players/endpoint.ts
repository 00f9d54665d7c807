import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from '@throughline/shared/schema';
import type { History } from '../history.ts';

/** How a business's server behaves: well, or one of the ways in which they do not. */
export type Manners = 'well' | 'refuses' | 'hangs' | 'slow' | 'busy';

export interface Endpoint {
  url: string;
  behave(manners: Manners): void;
  /** Ids it has said yes to. */
  accepted: ReadonlySet<string>;
  close(): void;
}

/** Never answered: whether it counts is not known. */
const HELD = 599;

const answers: Record<Exclude<Manners, 'hangs'>, (response: ServerResponse) => number> = {
  well: (response) => end(response, 204),
  refuses: (response) => end(response, 503),
  slow: (response) => {
    setTimeout(() => response.writeHead(204).end(), 300);
    return 204;
  },
  busy: (response) => end(response.setHeader('retry-after', '1'), 429),
};

function end(response: ServerResponse, status: number): number {
  response.writeHead(status).end();
  return status;
}

const conversationOf = ({ subject }: CloudEvent): string | null =>
  subject?.startsWith('conversations/') ? subject.slice('conversations/'.length) : null;

/** What both kinds of outside readers note of an event. */
export const sighting = (event: CloudEvent) => ({
  key: event.id,
  conv: conversationOf(event),
  place: Number(event.sequence),
});

/** The business's own server: it notes what comes before it answers, as it should. */
export async function startEndpoint(history: History): Promise<Endpoint> {
  let manners: Manners = 'well';
  const accepted = new Set<string>();
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const event = JSON.parse(body) as CloudEvent;
      if (manners === 'hangs') {
        history.add({ f: 'hook_recv', ...sighting(event), status: HELD });
        return void held.add(response);
      }
      const status = answers[manners](response);
      if (status < 300) accepted.add(event.id);
      history.add({ f: 'hook_recv', ...sighting(event), status });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    accepted,
    behave(to) {
      manners = to;
      for (const response of held) response.destroy();
      held.clear();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  url: string;
  close(): Promise<void>;
}

/** A connection to the first of these ports that answers. */
async function reach(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const relay = connect({ port, host: '127.0.0.1', noDelay: true });
    try {
      await once(relay, 'connect');
      return relay;
    } catch {
      relay.destroy();
    }
  }
  return undefined;
}

function join(one: Socket, other: Socket): void {
  for (const [end, far] of [
    [one, other],
    [other, one],
  ] as const) {
    end.on('error', () => {});
    end.on('close', () => far.destroy());
    end.pipe(far);
  }
}

/**
 * In front of relays, and keeps nobody to one of them: each connection goes to the next that answers.
 * Sockets take turns of their own, so that of two people each is at another relay.
 */
export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  const turns = { socket: 0, other: 0 };
  const clients = new Set<Socket>();

  async function forward(client: Socket, head: Buffer): Promise<void> {
    const first = turns[head.includes('GET /v1/socket') ? 'socket' : 'other']++ % ports.length;
    const relay = await reach([...ports.slice(first), ...ports.slice(0, first)]);
    if (!relay || client.destroyed) {
      client.destroy();
      relay?.destroy();
      return;
    }
    relay.write(head);
    join(client, relay);
  }

  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.once('data', (head: Buffer) => {
      client.pause();
      void forward(client, head);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const client of clients) client.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a command was answered with; `code` where it was refused. */
interface Answer {
  ok: boolean;
  code?: string;
}

export interface Light {
  ask(name: string, payload: object): Promise<Answer>;
  close(): void;
}

interface Dial {
  namespace: '/visitor' | '/agent';
  auth: object;
  headers: Record<string, string>;
  /** Hears the text of every event, unparsed. */
  onEvent?(packet: string): void;
}

const read = (packet: string): Answer => {
  if (packet.startsWith('[{"ok":true')) return { ok: true };
  const [{ ok, error }] = JSON.parse(packet) as [{ ok: boolean; error: { code: string } }];
  return { ok, code: error.code };
};

/**
 * A client that speaks just enough of engine.io 4 and socket.io 5 to send, to be answered and to stay
 * connected. It costs a fifth of socket.io-client, so that on a machine which server and clients share
 * the server is what is measured.
 */
export async function dial(
  url: string,
  { namespace, auth, headers, onEvent }: Dial,
): Promise<Light> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/v1/socket/?EIO=4&transport=websocket`,
    { headers, perMessageDeflate: false },
  );
  const answers = new Map<number, (answer: Answer) => void>();
  const [ack, event] = [`43${namespace},`, `42${namespace},["event"`];
  const welcome = `42${namespace},["welcome"`;
  let asked = 0;
  const { promise: welcomed, resolve, reject } = Promise.withResolvers<void>();

  function hear(data: Buffer): void {
    const packet = data.toString();
    if (packet === '2') socket.send('3');
    else if (packet.startsWith(event)) onEvent?.(packet);
    else if (packet.startsWith(ack)) settle(packet.slice(ack.length));
    else if (packet.startsWith(welcome)) resolve();
    else if (packet.startsWith('0')) socket.send(`40${namespace},${JSON.stringify(auth)}`);
    else if (packet.startsWith('44')) reject(new Error(`refused: ${packet}`));
  }

  function settle(rest: string): void {
    const at = rest.indexOf('[');
    const n = Number(rest.slice(0, at));
    answers.get(n)?.(read(rest.slice(at)));
    answers.delete(n);
  }

  socket.on('message', hear);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('closed before it was welcome')));
  await Promise.all([once(socket, 'open'), welcomed]);
  return {
    ask(name, payload) {
      asked += 1;
      const n = asked;
      socket.send(`42${namespace},${n}${JSON.stringify([name, payload])}`);
      return new Promise((done) => answers.set(n, done));
    },
    close: () => socket.terminate(),
  };
}

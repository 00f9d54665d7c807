import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a network does to those who use it; everything missing is as it should be. */
export interface Weather {
  latencyMs?: number;
  /** Of each direction of a connection. */
  bytesPerSecond?: number;
  /** Writes come in pieces of this size. */
  sliceBytes?: number;
  /** Nothing arrives any more, and nobody is told (half-open). */
  isSilent?: boolean;
  /** What the relay sends is not read any more. */
  isStalled?: boolean;
}

export interface FaultProxy {
  /** Where clients connect; stays the same whichever relays live behind it. */
  readonly url: string;
  /** Ports of the relays that new connections go to, in turn. */
  aim(ports: readonly number[]): void;
  /** Weather for those connections, old and new, that `hits` chooses; hands back its end. */
  weather(weather: Weather, hits: () => boolean): () => void;
  /** Resets connections. */
  cut(hits: () => boolean): void;
  close(): Promise<void>;
}

interface Line {
  client: Socket;
  relay: Socket;
  weather: Weather;
}

function reset({ client, relay }: Line): void {
  for (const end of [client, relay]) end.resetAndDestroy();
}

/** Bytes in the air at most; behind that the sender waits. */
const AIR_BYTES = 1_048_576;

/** Carries one direction: at once in good weather, later, slower and in pieces in bad; always in order. */
function carry(from: Socket, to: Socket, weather: () => Weather): void {
  const air: Buffer[] = [];
  let inAir = 0;
  let freeAt = 0;
  const write = (bytes: Buffer) => {
    const { sliceBytes } = weather();
    if (!sliceBytes) return to.write(bytes);
    for (let at = 0; at < bytes.length; at += sliceBytes)
      to.write(bytes.subarray(at, at + sliceBytes));
    return true;
  };
  /** Lands what has been in the air longest, not what its timer began with: timers overtake each other. */
  const land = () => {
    const bytes = air.shift() as Buffer;
    inAir -= bytes.length;
    if (!to.destroyed && !weather().isSilent) write(bytes);
    if (inAir < AIR_BYTES) from.resume();
    if (from.destroyed) close();
  };
  /** The end of one side comes to the other behind everything that was under way. */
  const close = () => {
    if (air.length === 0 && !weather().isSilent) to.end();
  };
  from.on('error', () => {});
  from.on('close', close);
  from.on('data', (bytes: Buffer) => {
    const { latencyMs = 0, bytesPerSecond, isSilent } = weather();
    if (isSilent || to.destroyed) return;
    const now = performance.now();
    const takesMs = bytesPerSecond ? (bytes.length * 1000) / bytesPerSecond : 0;
    freeAt = Math.max(now + latencyMs, freeAt) + takesMs;
    if (freeAt <= now && inAir === 0) {
      if (write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
      return;
    }
    air.push(bytes);
    inAir += bytes.length;
    if (inAir >= AIR_BYTES) from.pause();
    setTimeout(land, freeAt - now);
  });
}

/** Between clients and relays: TCP with faults. Nothing in it knows what is said. */
export async function createProxy(): Promise<FaultProxy> {
  const lines = new Set<Line>();
  const fronts: { weather: Weather; hits: () => boolean }[] = [];
  let ports: readonly number[] = [];
  let turn = 0;

  const under = (line: Line, weather: Weather): void => {
    // Whatever comes over it: only its end clears a line that has swallowed bytes.
    if (line.weather.isSilent) return;
    line.weather = weather;
    if (weather.isStalled) line.relay.pause();
    else line.relay.resume();
  };

  function clear(line: Line): void {
    // What was swallowed is missing from the middle: nothing sensible can follow on this line.
    if (line.weather.isSilent) reset(line);
    else under(line, {});
  }

  const server = createServer((client) => {
    const port = ports[turn++ % Math.max(ports.length, 1)];
    // As a load balancer with nobody behind it: refuses at once.
    if (port === undefined) return void client.destroy();
    const relay = connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const line: Line = { client, relay, weather: {} };
    lines.add(line);
    carry(client, relay, () => line.weather);
    carry(relay, client, () => line.weather);
    for (const end of [client, relay])
      end.on('close', () => client.destroyed && relay.destroyed && lines.delete(line));
    for (const { weather, hits } of fronts) if (hits()) under(line, weather);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    aim: (to) => {
      ports = to;
    },
    weather(weather, hits) {
      const front = { weather, hits };
      fronts.push(front);
      for (const line of lines) if (hits()) under(line, weather);
      return () => {
        fronts.splice(fronts.indexOf(front), 1);
        for (const line of lines) if (line.weather === weather) clear(line);
      };
    },
    cut(hits) {
      for (const line of lines) if (hits()) reset(line);
    },
    async close() {
      for (const { client, relay } of lines) for (const end of [client, relay]) end.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

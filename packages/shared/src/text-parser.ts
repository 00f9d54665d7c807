import { Emitter } from '@socket.io/component-emitter';

/** Stands in for `socket.io-parser` in the SDK's build, like its neighbour: text only (decision 0005). */
export interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

/** socket.io protocol 5; the two binary types are left out. */
export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 };

export const protocol = 5;

export class Encoder {
  encode({ type, nsp, data, id }: Packet): string[] {
    const place = nsp && nsp !== '/' ? `${nsp},` : '';
    return [`${type}${place}${id ?? ''}${data == null ? '' : JSON.stringify(data)}`];
  }
}

/** type, then `/namespace,`, then the number of an ack, then JSON. */
const FRAME = /^([0-4])(?:(\/[^,]*)(?:,|$))?(\d*)(.*)$/s;

export class Decoder extends Emitter<
  Record<never, never>,
  Record<never, never>,
  { decoded(packet: Packet): void }
> {
  add(text: unknown): void {
    const parts = typeof text === 'string' ? FRAME.exec(text) : null;
    if (!parts) throw new Error('unknown packet');
    const [, type, nsp = '/', id, json] = parts;
    const packet: Packet = { type: Number(type), nsp };
    if (id) packet.id = Number(id);
    if (json) packet.data = JSON.parse(json);
    const isCall = packet.type === PacketType.EVENT || packet.type === PacketType.ACK;
    if (isCall && !Array.isArray(packet.data)) throw new Error('invalid payload');
    this.emitReserved('decoded', packet);
  }

  destroy(): void {}
}

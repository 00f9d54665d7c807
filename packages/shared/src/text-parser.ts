import { Emitter } from '@socket.io/component-emitter';

/**
 * socket.io's packets as text and nothing else (protocol 5 without its two binary types): what the
 * relay speaks, and what stands in for `socket.io-parser` in the SDK. A frame that announces binary
 * parts is refused as a whole, so none is ever waited for (decision 0005).
 */
export interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 };

export const protocol = 5;

/** Old Prototype.js gives arrays a `toJSON` of its own, which makes texts of them. */
function stringify(data: unknown): string {
  const common = Array.prototype as { toJSON?: unknown };
  const { toJSON } = common;
  delete common.toJSON;
  try {
    return JSON.stringify(data);
  } finally {
    if (toJSON) common.toJSON = toJSON;
  }
}

export class Encoder {
  encode({ type, nsp, data, id }: Packet): string[] {
    const place = nsp && nsp !== '/' ? `${nsp},` : '';
    return [`${type}${place}${id ?? ''}${data == null ? '' : stringify(data)}`];
  }
}

/** type, then `/namespace,`, then the number of an ack, then JSON. */
const FRAME = /^([0-4])(?:(\/[^,]*)(?:,|$))?(\d{0,15})(.*)$/s;

/** Names that mean something to an emitter on either side. */
const RESERVED = /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/;

const isObject = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** What each type may carry, by its number. */
const carries: ((data: unknown) => boolean)[] = [
  (data) => data === undefined || isObject(data),
  (data) => data === undefined,
  (data) => Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.test(data[0]),
  Array.isArray,
  (data) => typeof data === 'string' || isObject(data),
];

export class Decoder extends Emitter<
  Record<never, never>,
  Record<never, never>,
  { decoded(packet: Packet): void }
> {
  /** Throws on anything that is not one whole, well-formed packet; its connection is closed then. */
  add(text: unknown): void {
    const parts = typeof text === 'string' ? FRAME.exec(text) : null;
    if (!parts) throw new Error('unknown packet');
    const [, type, nsp = '/', id, json] = parts;
    const packet: Packet = { type: Number(type), nsp };
    if (id) packet.id = Number(id);
    if (json) packet.data = JSON.parse(json);
    if (!carries[packet.type]?.(packet.data)) throw new Error('invalid payload');
    this.emitReserved('decoded', packet);
  }

  destroy(): void {}
}

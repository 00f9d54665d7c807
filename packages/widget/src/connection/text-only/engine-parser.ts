/**
 * Stands in for `engine.io-parser` in the SDK's build: packets as text, nothing else. The protocol has
 * no binary frames (docs/protocol.md), and a visitor need not load code for them (decision 0005).
 */
export interface Packet {
  type: string;
  data?: string;
}

/** A packet's type is its place in this list (engine.io protocol 4). */
const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

export const protocol = 4;

export const encodePacket = (
  { type, data }: Packet,
  _supportsBinary: boolean,
  done: (text: string) => void,
): void => done(TYPES.indexOf(type) + (data ?? ''));

export function decodePacket(text: unknown): Packet {
  const type = typeof text === 'string' && /^[0-6]/.test(text) ? TYPES[Number(text[0])] : undefined;
  if (typeof text !== 'string' || !type) return { type: 'error', data: 'parser error' };
  return text.length > 1 ? { type, data: text.slice(1) } : { type };
}

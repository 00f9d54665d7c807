/** Any UUIDv7 in its canonical lower-case form: the only id the wire accepts. */
export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

let lastMs = 0;

/**
 * A new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits from Web Crypto. Ids made
 * one after another sort that way: within a millisecond the clock is run ahead a little.
 * It is an event's id and thereby the idempotency key of the command that carries it.
 */
export function uuidv7(): string {
  lastMs = Math.max(Date.now(), lastMs + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const h = hex(bytes);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

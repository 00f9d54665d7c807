import { generateKeyPairSync, sign } from 'node:crypto';

/** DER, by hand: Node reads certificates and makes none. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const integer = (value: number) => der(0x02, Buffer.from([value]));
const object = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));

const ECDSA_SHA256 = sequence(object('2a8648ce3d040302'));
const COMMON_NAME = object('550403');
const ALT_NAME = object('551d11');

const named = (name: string) =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));

/** `20260102030405Z` */
const timeOf = (time: Date) =>
  der(0x18, Buffer.from(`${time.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

const pem = (kind: string, bytes: Uint8Array) =>
  `-----BEGIN ${kind}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${kind}-----\n`;

const DAY_MS = 24 * 3600 * 1000;

/** A certificate for 127.0.0.1 that vouches for itself, good until `end`. */
export function selfSigned(end: Date): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const begin = new Date(end.getTime() - 30 * DAY_MS);
  const address = sequence(der(0x87, Buffer.from([127, 0, 0, 1])));
  const told = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA_SHA256,
    named('127.0.0.1'),
    sequence(timeOf(begin), timeOf(end)),
    named('127.0.0.1'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALT_NAME, der(0x04, address)))),
  );
  const signature = sign('sha256', told, privateKey);
  const whole = sequence(told, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: pem('CERTIFICATE', whole) };
}

import { generateKeyPairSync, type KeyObject, randomInt, randomUUID, sign } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';

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
const extension = (id: string, value: Uint8Array) => sequence(object(id), der(0x04, value));
/** Basic constraints: it may vouch for others. */
const AUTHORITY = extension('551d13', sequence(der(0x01, Buffer.from([255]))));

/** Alternative names: an address, or a name. */
const isFor = (host: string) =>
  extension(
    '551d11',
    sequence(
      /^[\d.]+$/.test(host)
        ? der(0x87, Buffer.from(host.split('.').map(Number)))
        : der(0x82, Buffer.from(host)),
    ),
  );

const named = (name: string) =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));

/** `20260102030405Z` */
const timeOf = (time: Date) =>
  der(0x18, Buffer.from(`${time.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

const pem = (kind: string, bytes: Uint8Array) =>
  `-----BEGIN ${kind}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${kind}-----\n`;

const DAY_MS = 24 * 3600 * 1000;

interface About {
  name: string;
  extension: Uint8Array;
  end?: Date;
}

interface Signer {
  name: string;
  privateKey: KeyObject;
}

/** Whoever vouches for nobody else's vouches for itself. */
function certify(
  { name, extension: told, end = new Date(Date.now() + DAY_MS) }: About,
  by?: Signer,
) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = by ?? { name, privateKey };
  const content = sequence(
    der(0xa0, integer(2)),
    integer(randomInt(1, 127)),
    ECDSA_SHA256,
    named(signer.name),
    sequence(timeOf(new Date(end.getTime() - 30 * DAY_MS)), timeOf(end)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(told)),
  );
  const signature = sign('sha256', content, signer.privateKey);
  const whole = sequence(content, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  return { name, privateKey, cert: pem('CERTIFICATE', whole) };
}

/** What a server needs to say who it is. */
export interface Pair {
  key: string;
  cert: string;
}

interface Server {
  /** An IPv4 address or a name. */
  host: string;
  end?: Date;
}

function pairFor({ host, ...more }: Server, by?: Signer): Pair {
  const { privateKey, cert } = certify({ name: host, extension: isFor(host), ...more }, by);
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

/** A certificate that vouches for itself. */
export const selfSigned = (server: Server): Pair => pairFor(server);

/** An authority of one's own: what it issues is good wherever its own certificate is trusted. */
export function createAuthority() {
  const authority = certify({ name: `Authority ${randomUUID()}`, extension: AUTHORITY });
  return { cert: authority.cert, issue: (server: Server): Pair => pairFor(server, authority) };
}

/** For this test, this process trusts the authority as it does the ones Node comes with. */
export function trust({ cert }: { cert: string }): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}

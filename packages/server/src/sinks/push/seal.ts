import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto';

/** A P-256 pair: a point and a number, base64url. */
interface Keys {
  publicKey: string;
  privateKey: string;
}

/** What a browser gave out for this: its point, and a secret beside it. */
interface Browser {
  p256dh: string;
  auth: string;
}

interface Made {
  keys: Keys;
  salt: Buffer;
}

const RECORD_BYTES = 4096;
const TOKEN_SECONDS = 12 * 3600;

function make(): Made {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const keys = {
    publicKey: pair.getPublicKey('base64url'),
    privateKey: pair.getPrivateKey('base64url'),
  };
  return { keys, salt: randomBytes(16) };
}

/** From a secret and its salt, one key for each purpose. */
const deriver =
  (secret: Buffer, salt: Buffer) =>
  (info: Buffer | string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));

/**
 * A text that only this browser can open (RFC 8291, in one record of RFC 8188).
 * @param made chosen by tests: the keys and the salt of this one text
 */
export function seal(text: string, { p256dh, auth }: Browser, made: Made = make()): Buffer {
  const { keys, salt } = made;
  const theirs = Buffer.from(p256dh, 'base64url');
  const ours = Buffer.from(keys.publicKey, 'base64url');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(keys.privateKey, 'base64url');
  const meet = deriver(pair.computeSecret(theirs), Buffer.from(auth, 'base64url'));
  const derive = deriver(
    meet(Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]), 32),
    salt,
  );
  const key = derive('Content-Encoding: aes128gcm\0', 16);
  const cipher = createCipheriv('aes-128-gcm', key, derive('Content-Encoding: nonce\0', 12));
  const size = Buffer.alloc(5);
  size.writeUInt32BE(RECORD_BYTES);
  size.writeUInt8(ours.length, 4);
  // The 2 ends the last record.
  const sealed = [cipher.update(text), cipher.update('\x02'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([salt, size, ours, ...sealed]);
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

interface Sender extends Keys {
  /** Whom push services may write to: an https or mailto address. */
  subject: string;
}

/** Who sends, as push services check it (VAPID, RFC 8292): a token of half a day for this service. */
export function vapid(endpoint: string, { subject, publicKey, privateKey }: Sender): string {
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((it) => it.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: privateKey };
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const claims = { aud: new URL(endpoint).origin, exp, sub: subject };
  const content = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`;
  const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
  const mark = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${content}.${mark.toString('base64url')}, k=${publicKey}`;
}

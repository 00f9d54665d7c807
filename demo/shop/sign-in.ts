import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from '../systems/json-file.ts';

/** The one customer who can sign in at this shop. */
const ROBIN = {
  sub: 'C-40117',
  name: 'Robin Hale',
  email: 'robin.hale@post.example',
  facts: { plan: 'Trail Club', orders: 3 },
};
/** A token is good for an hour at most. */
const LIFETIME_S = 3600;
const RENEW_MS = 10 * 60_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token, as docs/guides/identity.md has it. */
function tokenFor(site: string, key: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { ...ROBIN, aud: site, iat, exp: iat + LIFETIME_S };
  const said = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
  return `${said}.${sign(null, Buffer.from(said), createPrivateKey(key)).toString('base64url')}`;
}

/** What the shop signs with: that of the last start, or a new one. */
export function openSignInKey(dataDir: string): string {
  const file = join(dataDir, 'systems/shop-key.json');
  const known = readJson<string>(file);
  if (known) return known;
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeJson(file, pem);
  return pem;
}

/** What the relay checks its tokens with. */
export const publicPart = (key: string): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

/** Keeps a good token in the folder's file `token`. A shop with more customers signs one for whoever asks. */
export function keepToken(dir: string, { site, key }: { site: string; key: string }): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const renew = (): void => writeFileSync(join(dir, 'token'), tokenFor(site, key));
  renew();
  setInterval(renew, RENEW_MS).unref();
}

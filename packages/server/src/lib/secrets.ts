import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** A secret nobody can guess: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. The token is random, so a plain hash cannot be searched for it. */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

const derive = promisify(argon2);

/** OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

const key = (password: string, nonce: Buffer, cost = COST): Promise<Buffer> =>
  derive('argon2id', { message: password.normalize('NFKC'), nonce, ...cost });

/** A PHC string: parameters, salt and hash in one. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await key(password, salt);
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]{11,})\$([\w+/]{43})$/;

/**
 * Checks at the price the password was hashed at, so that raising `COST` locks nobody out. Takes as
 * long for an agent who does not exist (`stored` null) as for one who does.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const found = PHC.exec(stored ?? '');
  if (!found) return key(password, Buffer.alloc(16)).then(() => false);
  const [, m, t, p, salt = '', hash = ''] = found;
  const cost = { ...COST, memory: Number(m), passes: Number(t), parallelism: Number(p) };
  const made = await key(password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(made, Buffer.from(hash, 'base64'));
}

export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

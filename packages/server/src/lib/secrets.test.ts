import { argon2Sync, createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { hashPassword, hashToken, newToken, sameSecret, verifyPassword } from './secrets.ts';

/** What each call of the expensive function was asked for. */
const asked = vi.hoisted(() => [] as { memory: number; passes: number }[]);

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const argon2: typeof real.argon2 = (algorithm, parameters, callback) => {
    asked.push({ memory: parameters.memory, passes: parameters.passes });
    real.argon2(algorithm, parameters, callback);
  };
  return { ...real, argon2 };
});

test('[CA-02] [ID-10] an account nobody has costs as much work as one that somebody has', async () => {
  const stored = await hashPassword('correct horse battery');
  asked.length = 0;
  await verifyPassword('wrong horse battery', stored);
  await verifyPassword('wrong horse battery', null);
  expect(asked).toEqual(Array(2).fill({ memory: 19_456, passes: 2 }));
});

describe('a password', () => {
  test('is kept as a PHC string of argon2id, at the price OWASP names', async () => {
    const stored = await hashPassword('correct horse battery');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    const [, , , , salt = '', hash = ''] = stored.split('$');
    const again = argon2Sync('argon2id', {
      message: 'correct horse battery',
      nonce: Buffer.from(salt, 'base64'),
      memory: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    expect(Buffer.from(hash, 'base64').equals(again)).toBe(true);
  });

  test('is salted: the same twice looks different', async () => {
    const [a, b] = await Promise.all([hashPassword('x'.repeat(12)), hashPassword('x'.repeat(12))]);
    expect(a).not.toBe(b);
  });

  test('is verified, however it was typed', async () => {
    const stored = await hashPassword('Ångström unit 🙂');
    expect(await verifyPassword('Ångström unit 🙂', stored)).toBe(true);
    expect(await verifyPassword('A\u030angstro\u0308m unit 🙂', stored)).toBe(true);
    expect(await verifyPassword('Ångström unit', stored)).toBe(false);
    expect(await verifyPassword('', stored)).toBe(false);
  });

  test('is verified at the price it was hashed at, also when new ones cost more', async () => {
    const old = { memory: 64, passes: 1, parallelism: 2 };
    const nonce = Buffer.alloc(16, 7);
    const hash = argon2Sync('argon2id', { message: 'of old', nonce, ...old, tagLength: 32 });
    const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const stored = `$argon2id$v=19$m=64,t=1,p=2$${encode(nonce)}$${encode(hash)}`;
    expect(await verifyPassword('of old', stored)).toBe(true);
    expect(await verifyPassword('of new', stored)).toBe(false);
  });

  test('nobody has, or that is stored in a way we do not know, fits none', async () => {
    for (const stored of [null, '', '$', '$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHRzYWx0$', 'plain'])
      for (const password of ['', 'null', 'plain'])
        expect(await verifyPassword(password, stored || null)).toBe(false);
  });
});

test('a token is 256 random bits, and kept as its hash', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(hashToken('a')).toBe(createHash('sha256').update('a').digest('base64url'));
});

test('secrets are compared whole, whatever their lengths', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  for (const [a, b] of [
    ['abc', 'abd'],
    ['abc', 'ab'],
    ['', 'a'],
    ['abc', 'ABC'],
  ] as const)
    expect(sameSecret(a, b)).toBe(false);
});

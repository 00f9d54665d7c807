import type { Identity, Site } from '@throughline/shared/schema';
import { type CryptoKey, errors, importSPKI, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { SiteSecrets } from './site-secrets.ts';

/** A token is for signing in, not for keeping. */
const LIFETIME_MAX_S = 3600;
const SKEW_S = 60;

/** Who a visitor is, as the business's backend says. */
interface Claims {
  /** The business's own id for this person. */
  externalId: string;
  name: string | undefined;
  email: string | undefined;
  /** More that the business vouches for, by name. */
  facts: unknown;
  /** When it was signed. */
  issuedAt: number;
}

export interface Identities {
  /**
   * @throws AppError `identity_expired`, or `identity_invalid` for everything else that is wrong: the
   *   algorithm is the site's, the audience is the site's key, and it lives an hour at most
   */
  verify(site: Site, token: string): Promise<Claims>;
  /** Whether tokens can be checked with it: one key that is none would keep everybody out. */
  isUsable(identity: Identity): Promise<boolean>;
}

export function createIdentities(secrets: SiteSecrets, now: Clock): Identities {
  const imported = new Map<string, Promise<CryptoKey>>();

  function keyFrom(pem: string, algorithm: string): Promise<CryptoKey> {
    const name = `${algorithm} ${pem}`;
    const known = imported.get(name) ?? importSPKI(pem, algorithm);
    imported.set(name, known);
    known.catch(() => imported.delete(name));
    return known;
  }

  const publicKeys = ({ algorithm, keys }: Identity) =>
    Promise.all(keys.map((pem) => keyFrom(pem, algorithm)));

  async function keysOf({ key }: Site, identity: Identity) {
    if (identity.algorithm !== 'HS256') return publicKeys(identity);
    const good = await secrets.of('identity', key);
    return good.map((secret) => new TextEncoder().encode(secret));
  }

  return {
    async isUsable(identity) {
      if (identity.algorithm === 'HS256') return true;
      const isGood = publicKeys(identity).then(
        () => true,
        () => false,
      );
      return identity.keys.length > 0 && isGood;
    },

    async verify(site, token) {
      if (!site.identity) throw new AppError('identity_invalid');
      const fault = { error: new AppError('identity_invalid') };
      for (const key of await keysOf(site, site.identity)) {
        const found = await jwtVerify(token, key, {
          algorithms: [site.identity.algorithm],
          audience: site.key,
          clockTolerance: SKEW_S,
          maxTokenAge: LIFETIME_MAX_S,
          requiredClaims: ['sub', 'exp', 'iat'],
          currentDate: new Date(now()),
        }).catch((error: Error) => {
          if (error instanceof errors.JWTExpired) fault.error = new AppError('identity_expired');
          return undefined;
        });
        if (found) return claimsIn(found.payload);
      }
      throw fault.error;
    },
  };
}

function claimsIn({ sub = '', iat = 0, exp = 0, name, email, facts }: JWTPayload): Claims {
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  if (!isText(sub) || sub.length > 200 || exp - iat > LIFETIME_MAX_S)
    throw new AppError('identity_invalid');
  return {
    externalId: sub,
    name: isText(name) ? name : undefined,
    email: isText(email) ? email : undefined,
    facts,
    issuedAt: iat * 1000,
  };
}

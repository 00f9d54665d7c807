import type { Blueprint } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
import type { Secret, Store, Tx } from '../store/store.ts';

export type { Act } from '../store/audit.ts';

/** How long a rotated secret is good beside its successor. */
const OVERLAP_MS = 24 * 3600 * 1000;

interface Owner {
  /** Whose: `endpoint:<id>`, `identity:<site>`. */
  owner: string;
  now: Clock;
}

interface Owned {
  owner: string;
  secret: string;
  now: number;
}

export const addSecret = async (tx: Tx, { owner, secret, now }: Owned): Promise<void> => {
  await tx.secrets.insert({ owner, secret, createdAt: now, expiresAt: null });
};

type Kind = 'endpoint' | 'source' | 'identity' | 'context' | 'bot' | 'tool';

interface Rotation {
  target: { kind: Kind; id: string };
  make(): string;
  now: Clock;
  act: Act;
}

export const ownerOf = (kind: Kind, id: string): string => `${kind}:${id}`;

/** Another system issued it for the tools of a bot; no id of a bot has a stroke in it. */
export const ownerOfTools = (bot: string): string => ownerOf('bot', `${bot}/tools`);

type Holding = Pick<Blueprint, 'bots' | 'tools'>;

const ownersIn = ({ bots = [], tools = [] }: Holding): string[] => [
  ...bots.flatMap(({ id }) => [ownerOf('bot', id), ownerOfTools(id)]),
  ...tools.map(({ id }) => ownerOf('tool', id)),
];

/** What was published and is no more keeps no secret: whoever takes its name later starts without one. */
export async function dropSecrets(tx: Tx, before: Holding, after: Holding): Promise<void> {
  const left = new Set(ownersIn(after));
  for (const owner of ownersIn(before)) if (!left.has(owner)) await tx.secrets.removeOf(owner);
}

/**
 * Takes a new secret into use; the old one, if there is one, stays good for a day.
 * @returns the new one, to a repeat as well
 * @throws AppError `wrong_status` while an earlier rotation is open, `idempotency_conflict`,
 *   `secret_told` to a repeat when it is not there any more
 */
export async function rotateSecret(
  store: Store,
  { target, make, now, act }: Rotation,
): Promise<string> {
  const owner = ownerOf(target.kind, target.id);
  const said = { action: 'secret.rotated', target } as const;
  const madeAt = await store.write('secrets', async (tx) => {
    const prior = await doneBefore(tx, act, said);
    if (prior) return prior.time;
    await tx.secrets.removeExpired(now());
    const [current, previous] = await tx.secrets.of(owner);
    if (previous) throw new AppError('wrong_status');
    // A secret is told by its time: no two of an owner have the same, whatever the clock does.
    const time = Math.max(now(), (current?.createdAt ?? 0) + 1);
    await tx.secrets.expire(owner, now() + OVERLAP_MS);
    await addSecret(tx, { owner, secret: make(), now: time });
    await noteDone(tx, { ...act, time }, said);
    return time;
  });
  return secretFrom(store, { owner, now }, madeAt);
}

/**
 * The one that was made at a time, to tell it to whoever had it made.
 * @throws AppError `secret_told` when it is not there any more
 */
export async function secretFrom(store: Store, { owner, now }: Owner, time: number) {
  const made = (await secretsOf(store, owner, now)).find(({ createdAt }) => createdAt === time);
  if (!made) throw new AppError('secret_told');
  return made.secret;
}

/** Those that are good now, the current one first. */
export async function secretsOf(store: Store, owner: string, now: Clock): Promise<Secret[]> {
  const secrets = await store.read.secrets.of(owner);
  return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now());
}

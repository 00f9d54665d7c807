import { randomUUIDv7 } from 'node:crypto';
import { createBotSecrets, openBlueprint, type Store } from '@throughline/server';

const ID = 'orders';

/**
 * Publishes the shop's bot, which begins where it is given a conversation and nowhere by itself.
 * @returns what its turns are signed with
 */
export async function publishBot(store: Store, url: string): Promise<string> {
  const blueprint = await openBlueprint(store, Date.now);
  const others = (blueprint.current.bots ?? []).filter(({ id }) => id !== ID);
  const known = blueprint.current.bots?.find(({ id }) => id === ID);
  const bot = {
    ...{ id: ID, kind: 'http' as const, name: 'Fern', url, shape: 'throughline' as const },
    ...{ deadlineMs: 15_000, mode: 'live' as const },
  };
  if (known?.kind !== 'http' || known.url !== url)
    await blueprint.publish((before) => ({ ...before, bots: [...others, bot] }), { by: 'demo' });
  const secrets = createBotSecrets(store, { blueprint, now: Date.now });
  const [secret] = await secrets.of(ID);
  const act = { id: randomUUIDv7(), actor: { kind: 'system' as const, id: 'demo' } };
  return secret ?? secrets.rotate(ID, act);
}

import { randomUUIDv7 } from 'node:crypto';
import { ERRORS } from '@throughline/shared';
import type { Unsigned } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, StartupError, UsageError } from '../lib/errors.ts';
import { openBlueprint, type Published } from '../settings/blueprint.ts';
import { createBotSecrets } from '../settings/bots/secrets.ts';
import { createTools } from '../settings/tools.ts';
import type { Store } from '../store/store.ts';
import type { Command } from './invocation.ts';
import { withStore } from './with-store.ts';

/** What bots and tools know the relay by. */
export function secretsIn(store: Store, blueprint: Published) {
  const parts = { blueprint, now: systemClock };
  return { botSecrets: createBotSecrets(store, parts), tools: createTools(store, parts) };
}

export const sentenceFor = ({ kind, id }: Unsigned[number]): string =>
  `The ${kind} "${id}" has no secret, and is not asked without: throughline secret rotate ${kind} ${id}`;

function explain(error: unknown, name: string): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'not_found') return new StartupError(`There is no ${name}.`);
  if (error.code === 'wrong_status')
    return new StartupError(`The ${name} has two that are good already, one of them for a day.`);
  return new StartupError(ERRORS[error.code].message);
}

export const rotateSecret: Command = {
  about: 'Make a new secret for a bot or a tool and print it, this once.',
  takes: 'bot|tool ID',
  options: {},
  words: 2,
  async run({ env, words: [kind, id], print, note }) {
    if ((kind !== 'bot' && kind !== 'tool') || id === undefined)
      throw new UsageError('Name whose: throughline secret rotate bot ID, or tool ID');
    return withStore(readConfig(env), async (store) => {
      const { botSecrets, tools } = secretsIn(store, await openBlueprint(store, systemClock));
      const act = { id: randomUUIDv7(), actor: { kind: 'system', id: 'cli' } } as const;
      const { rotate } = kind === 'bot' ? botSecrets : tools;
      const secret = await rotate(id, act).catch((error: unknown) => {
        throw explain(error, `${kind} "${id}"`);
      });
      note('The one before, if there was one, stays good for a day.');
      print(secret);
      return 0;
    });
  },
};

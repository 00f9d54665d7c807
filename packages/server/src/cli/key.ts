import { randomUUIDv7 } from 'node:crypto';
import { oneLine } from '@throughline/shared';
import { newKey, parse, piiLevels, scopes } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, StartupError, UsageError } from '../lib/errors.ts';
import { createKeys, type Keys } from '../settings/keys.ts';
import type { Call, Command } from './invocation.ts';
import { withStore } from './with-store.ts';

const takes: Record<string, string> = {
  name: 'Name what the key is for: --name "CRM"',
  scopes: `--scope takes ${scopes.join(', ')}.`,
  pii: `--pii takes ${piiLevels.join(', ')}.`,
};

const withKeys = (env: Call['env'], use: (keys: Keys) => Promise<void>): Promise<number> =>
  withStore(readConfig(env), async (store) => {
    await use(createKeys(store, systemClock));
    return 0;
  });

export const createKey: Command = {
  about: 'Make a key for a program and print its secret, this once.',
  takes: `--name N [--scope events:read]… [--pii ${piiLevels.join('|')}]`,
  options: {
    name: { type: 'string' },
    scope: { type: 'string', multiple: true },
    pii: { type: 'string' },
  },
  run({ env, values, print, note }) {
    const { name, scope = ['events:read'], pii } = values;
    const checked = parse(newKey, { name, scopes: scope, pii });
    if (!checked.ok) {
      const [field = ''] = (checked.error.field ?? '').split('.');
      throw new UsageError(takes[field] ?? checked.error.message);
    }
    return withKeys(env, async (keys) => {
      const { key, secret } = await keys.create({ ...checked.value, createdBy: 'cli' });
      note(`Key ${key.id} may ${key.scopes.join(', ')} and sees personal data: ${key.pii}.`);
      print(secret);
    });
  },
};

export const listKeys: Command = {
  about: 'List the keys of programs.',
  takes: '[--json]',
  options: { json: { type: 'boolean' } },
  run: ({ env, values, print }) =>
    withKeys(env, async (keys) => {
      const list = (await keys.list()).map(({ hash, previousHash, revoked, ...key }) => key);
      if (values.json) print(JSON.stringify(list));
      else
        for (const { id, name, scopes: some, pii, usedAt } of list) {
          const used = usedAt ? `used ${new Date(usedAt).toISOString()}` : 'never used';
          print([id, oneLine(name), some.join(','), pii, used].join('  '));
        }
    }),
};

export const revokeKey: Command = {
  about: 'Shut out whoever has this key.',
  takes: 'ID',
  options: {},
  words: 1,
  run({ env, words: [id], note }) {
    if (id === undefined) throw new UsageError('Name the key: throughline key revoke ID');
    return withKeys(env, async (keys) => {
      const act = { id: randomUUIDv7(), actor: { kind: 'system', id: 'cli' } } as const;
      await keys.revoke(id, act).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        throw new StartupError('There is no key with this id; see throughline key list.');
      });
      note(`Key ${id} is revoked.`);
    });
  },
};

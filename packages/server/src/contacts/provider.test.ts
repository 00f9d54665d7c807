import { expect, test } from 'vitest';
import { AppError } from '../lib/errors.ts';
import { createProvider } from './provider.ts';

type Options = Parameters<typeof createProvider>[0];

test('a store that is away fails the question, and nothing else: nobody waits for the answer', async () => {
  const errors: unknown[] = [];
  const away = new AppError('storage_unavailable');
  const contacts = { summary: () => Promise.reject(away) };
  const onError = (error: unknown) => void errors.push(error);
  const provider = createProvider({ contacts, onError } as unknown as Options);
  expect(await provider.ask('somebody')).toMatchObject({ state: 'failed' });
  expect(errors).toEqual([away]);
});

import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { VERSION } from './version.ts';

test('the widget says the version it is', () => {
  expect(VERSION).toBe(manifest.version);
});

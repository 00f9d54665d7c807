import { expect, test } from 'vitest';
import { createViewStore } from './view.ts';

test('the last language asked for counts, whichever is loaded first', async () => {
  const loads: Record<string, (tag: string) => void> = {};
  const view = createViewStore('en', (tag = '') => new Promise((done) => (loads[tag] = done)));
  const both = [view.getState().setLanguage('de'), view.getState().setLanguage('fr')];
  loads.fr?.('fr');
  loads.de?.('de');
  await Promise.all(both);
  expect(view.getState().language).toBe('fr');
});

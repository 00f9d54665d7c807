import { site as schema } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { site } from '../../test/relay.ts';
import { defaultFiles } from '../config-files.ts';
import { publicConfig } from './sites.ts';

test('where the page’s events are mirrored to is told to the page; by default nowhere', () => {
  expect(publicConfig(site(), defaultFiles)).not.toHaveProperty('pageEvents');
  const shop = schema.parse(site({ pageEvents: { dataLayer: true } as never }));
  const pageEvents = { dataLayer: true, analytics: false };
  expect(publicConfig(shop, defaultFiles)).toMatchObject({ pageEvents });
  expect(schema.safeParse({ ...shop, pageEvents: { ...pageEvents, pixel: true } }).success).toBe(
    false,
  );
});

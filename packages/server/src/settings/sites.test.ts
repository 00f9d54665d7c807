import { describe, expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import { site } from '../../test/relay.ts';
import { defaultFiles } from '../config-files.ts';
import { openBlueprint } from './blueprint.ts';
import { createSites, publicConfig } from './sites.ts';

async function setUp() {
  const at = await ground();
  const blueprint = await openBlueprint(at.store, at.now);
  return { ...at, blueprint, sites: createSites(blueprint) };
}

describe('publishing', () => {
  test('adds a site, or changes the one with its key, in one version each', async () => {
    const { sites, blueprint, records, clock } = await setUp();
    expect(blueprint.version).toBe(0);
    await sites.put(site(), 'cli');
    await sites.put(site({ key: 'garage' }), 'cli');
    await sites.put(site({ name: 'The other shop' }), 'cli');
    expect(blueprint.version).toBe(3);
    expect(sites.all().map(({ key, name }) => [key, name])).toEqual([
      ['garage', 'The Shop'],
      ['shop', 'The other shop'],
    ]);
    expect(
      (await records()).map(({ type, data, actor, time }) => ({ type, data, actor, time })).at(-1),
    ).toEqual({
      type: 'config.published',
      data: { version: 3, by: 'cli' },
      actor: { kind: 'system', id: 'cli' },
      time: clock.now,
    });
  });

  test('two at once are both published', async () => {
    const { sites, blueprint } = await setUp();
    await Promise.all(['one', 'two', 'three'].map((key) => sites.put(site({ key }), 'cli')));
    expect(blueprint.version).toBe(3);
    expect(sites.all().map(({ key }) => key)).toEqual(['one', 'two', 'three']);
  });

  test('is taken over by another program, and by a restart', async () => {
    const { sites, store, now } = await setUp();
    const otherBlueprint = await openBlueprint(store, now);
    const other = createSites(otherBlueprint);
    await sites.put(site(), 'cli');
    expect(other.get('shop')).toBeUndefined();
    await otherBlueprint.refresh();
    expect(other.get('shop')).toEqual(site());
    expect(createSites(await openBlueprint(store, now)).get('shop')).toEqual(site());
  });

  test.each([
    ['a key with a slash', { key: '../shop' }],
    ['a key in capitals', { key: 'Shop' }],
    ['a key of prototypes', { key: '__proto__' }],
    ['a key too short', { key: 'a' }],
    ['no name', { name: ' ' }],
    ['any origin', { origins: ['*'] }],
    ['an origin with a wildcard', { origins: ['https://*.example.com'] }],
    ['no origin', { origins: ['null'] }],
    ['an origin with a path', { origins: ['https://shop.example/'] }],
    ['an origin without a scheme', { origins: ['shop.example'] }],
    ['an origin with a user', { origins: ['https://a@shop.example'] }],
    ['an origin in capitals', { origins: ['https://Shop.example'] }],
    ['an origin with a port that goes without saying', { origins: ['https://shop.example:443'] }],
    ['a file', { origins: ['file:///etc/passwd'] }],
    ['a script', { origins: ['javascript:alert(1)'] }],
    ['a colour with a style in it', { accent: '#123456;}' }],
    ['a colour by name', { accent: 'red' }],
    ['a position nobody knows', { position: 'top' }],
    ['a field nobody knows', { script: 'x' }],
  ])('[CF-02] with %s is refused, and the version before stays', async (_what, more) => {
    const { sites, blueprint, records } = await setUp();
    await sites.put(site(), 'cli');
    await expect(sites.put(site(more as never), 'cli')).rejects.toMatchObject({ name: 'AppError' });
    expect(blueprint.version).toBe(1);
    expect(sites.all()).toEqual([site()]);
    expect(await records()).toHaveLength(1);
  });

  test('local pages may be origins', async () => {
    const { sites } = await setUp();
    const origins = [
      'http://localhost:5173',
      'http://127.0.0.1',
      'http://[::1]:8080',
      'https://xn--bcher-kva.example',
    ];
    await sites.put(site({ origins }), 'cli');
    expect(sites.get('shop')?.origins).toEqual(origins);
  });
});

test('what everybody may read leaves out which pages may use the site', async () => {
  const shown = publicConfig(site({ origins: ['https://secret.example'] }), defaultFiles);
  expect(Object.keys(shown).sort()).toEqual(
    [
      'accent',
      'files',
      'greeting',
      'key',
      'language',
      'name',
      'position',
      'protocol',
      'version',
    ].sort(),
  );
});

test('a site that takes no files says nothing of them', () => {
  expect(publicConfig(site({ files: false }), defaultFiles)).not.toHaveProperty('files');
  expect(publicConfig(site(), defaultFiles).files).toEqual({
    maxBytes: 20 * 1024 * 1024,
    accept: expect.stringMatching(/^image\/png,image\/jpeg,.*\.pdf/),
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { uuidv7 } from '@throughline/shared';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Blobs } from '../src/store/blobs.ts';
import { openDiskBlobs } from '../src/store/disk-blobs.ts';
import { openS3Blobs } from '../src/store/s3-blobs.ts';
import { begin, linkOf, put, bring as sendFile } from './files.ts';
import { startRelay, tempDir } from './relay.ts';
import { startS3 } from './s3.ts';

function folder(): string {
  const dir = tempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  return dir.path;
}

async function s3() {
  const server = await startS3();
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function bring(blobs: Blobs, id: string, content: string): Promise<void> {
  const path = join(folder(), id);
  await writeFile(path, content);
  await blobs.put(id, path);
}

const read = async (blobs: Blobs, id: string) => {
  const body = await blobs.read(id);
  return body && text(body);
};

async function idsOf(blobs: Blobs): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.list()) ids.push(id);
  return ids;
}

const kinds: [string, () => Promise<Blobs>][] = [
  ['a folder', async () => openDiskBlobs(folder())],
  ['an object store', async () => openS3Blobs((await s3()).settings)],
];

describe.each(kinds)('%s', (_, open) => {
  test('hands back what was put there, and says of nothing else that it is there', async () => {
    const blobs = await open();
    const [one, other] = [uuidv7(), uuidv7()];
    await bring(blobs, one, 'Grüße');
    expect(await read(blobs, one)).toBe('Grüße');
    expect(await blobs.read(other)).toBeUndefined();
  });

  test('the same again is the same; removed is gone, and may be removed again', async () => {
    const blobs = await open();
    const id = uuidv7();
    await bring(blobs, id, 'first');
    await bring(blobs, id, 'second');
    expect(await read(blobs, id)).toBe('second');
    await blobs.remove(id);
    await blobs.remove(id);
    expect(await blobs.read(id)).toBeUndefined();
  });

  test('lists every id, past its first page', async () => {
    const blobs = await open();
    const ids = Array.from({ length: 5 }, uuidv7);
    for (const id of ids) await bring(blobs, id, 'x');
    expect((await idsOf(blobs)).sort()).toEqual(ids.toSorted());
  });
});

describe('an object store', () => {
  test('what passes is tried again; what does not is an error that names the store and no secret', async () => {
    const server = await s3();
    const blobs = openS3Blobs(server.settings);
    server.failNext(503, 2);
    const id = uuidv7();
    await bring(blobs, id, 'kept');
    expect(server.objects.get(id)?.toString()).toBe('kept');
    const wrong = openS3Blobs({ ...server.settings, secretAccessKey: 'CANARY' });
    const failed = await wrong.read(id).catch((error: Error) => error);
    expect(failed).toMatchObject({
      message: `The file store at ${server.settings.endpoint}/files did not GET`,
      cause: { message: 'it answers 403 SignatureDoesNotMatch' },
    });
    expect(JSON.stringify(failed) + String(failed)).not.toContain('CANARY');
  });

  test('a file has as long as it takes on a slow line; what has no bytes is given up sooner', async () => {
    const blobs = openS3Blobs((await s3()).settings);
    const waits = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => waits.mockRestore());
    const id = uuidv7();
    await bring(blobs, id, 'x'.repeat(200_000));
    expect(waits.mock.calls.map(([, ms]) => ms)).toContain(32_000);
    await blobs.remove(id);
    expect(waits.mock.calls.map(([, ms]) => ms)).toContain(30_000);
  });

  test('a bucket that is not there is no empty one', async () => {
    const blobs = openS3Blobs({ ...(await s3()).settings, bucket: 'elsewhere' });
    await expect(blobs.read(uuidv7())).rejects.toThrow('did not GET');
    await expect(idsOf(blobs)).rejects.toThrow('did not GET');
  });

  test('other things in the bucket are left alone', async () => {
    const server = await s3();
    server.objects.set('backup.tar', Buffer.from('not ours'));
    expect(await idsOf(openS3Blobs(server.settings))).toEqual([]);
  });

  test('a list goes on behind whatever names others gave their things, and comes to its end', async () => {
    const server = await s3();
    const id = uuidv7();
    for (const key of ['0&1', '0&2', '0<3', '0<4', id]) server.objects.set(key, Buffer.from('x'));
    const blobs = openS3Blobs(server.settings);
    const found: string[] = [];
    for await (const key of blobs.list()) if (found.push(key) > 1 || server.asked.length > 9) break;
    expect(found).toEqual([id]);
    expect(server.asked).toHaveLength(3);
  });

  test('keeps what visitors send; while it is away nothing is taken, and the same bytes go later', async () => {
    const server = await s3();
    await using relay = await startRelay({ blobs: openS3Blobs(server.settings) });
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const bytes = Buffer.from('a,b\n1,2\n');
    const { id } = await sendFile(relay, [visitor, conversation], { name: 'a.csv', bytes });
    expect(server.objects.get(id)).toEqual(bytes);
    expect(await relay.fetch((await linkOf(visitor, id)) ?? '')).toMatchObject({ status: 200 });

    const begun = await begin(visitor, conversation, { name: 'b.csv', bytes });
    if (!begun.ok) throw new Error(begun.error.code);
    server.failNext(500, 4);
    expect(await put(relay, begun.data, bytes)).toMatchObject({ status: 500 });
    const again = await begin(visitor, conversation, { id: begun.data.id, name: 'b.csv', bytes });
    if (!again.ok) throw new Error(again.error.code);
    expect(await put(relay, again.data, bytes)).toMatchObject({ status: 200 });
    expect(server.objects.get(begun.data.id)).toEqual(bytes);
  });
});

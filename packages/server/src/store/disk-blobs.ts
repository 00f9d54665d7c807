import { mkdirSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UUID_V7 } from '@throughline/shared';
import type { Blobs } from './blobs.ts';

/** A folder remembers what was renamed into it only once it is synced itself. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Files in a folder, 4096 folders of them, by the end of their ids: the random part. */
export function openDiskBlobs(root: string): Blobs {
  mkdirSync(root, { recursive: true });
  const at = (id: string): string => join(root, id.slice(-3), id);
  return {
    async put(id, path) {
      const folder = dirname(at(id));
      await mkdir(folder, { recursive: true });
      await rename(path, at(id));
      await syncFolder(folder);
      // Somebody else may have made it a moment ago, this relay or another that shares it.
      await syncFolder(root);
    },

    async read(id) {
      try {
        const file = await open(at(id), 'r');
        return file.createReadStream();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    remove: (id) => rm(at(id), { force: true }),

    async *list() {
      for (const folder of await readdir(root))
        for (const id of await readdir(join(root, folder))) if (UUID_V7.test(id)) yield id;
    },

    async fullness() {
      const { blocks, bavail } = await statfs(root);
      return 1 - bavail / blocks;
    },
  };
}

import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { type Config, readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { UsageError } from '../lib/errors.ts';
import { countRows } from '../store/archive/log.ts';
import { databasePlace, folderPlace, type Place } from '../store/archive/place.ts';
import { checkArchive } from '../store/archive/read.ts';
import { writeArchive } from '../store/archive/write.ts';
import { openBlobs } from '../store/open-blobs.ts';
import type { Command } from './invocation.ts';

export const placeIn = ({ postgres, dataDir }: Config): Place =>
  postgres ? databasePlace(postgres.url) : folderPlace(dataDir);

export const backup: Command = {
  about: 'Write the log and all files into one file, beside a running relay too.',
  takes: '--to FILE [--without-files]',
  options: { to: { type: 'string' }, 'without-files': { type: 'boolean' } },
  async run({ env, values, print }) {
    if (typeof values.to !== 'string')
      throw new UsageError('Name a new file: --to backup.jsonl.gz');
    const path = resolve(values.to);
    const config = readConfig(env);
    const source = await placeIn(config).openSource({ alone: false });
    try {
      const blobs = values['without-files'] ? undefined : openBlobs(config);
      const { version } = manifest;
      const said = await writeArchive(path, { source, blobs, version, now: systemClock() });
      await checkArchive(path);
      const files = blobs ? `${said.files} files (${said.fileBytes} bytes)` : 'no files';
      print(
        `${path} holds ${said.tables.event.rows} events, ${countRows(said.tables)} rows in all and ${files}; read back, and whole.`,
      );
      if (said.gone > 0) print(`${said.gone} files were deleted meanwhile.`);
    } finally {
      await source.close();
    }
    return 0;
  },
};

import { join, resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { UsageError } from '../lib/errors.ts';
import { countRows } from '../store/archive/log.ts';
import { checkArchive } from '../store/archive/read.ts';
import { renewLog, restoreArchive } from '../store/archive/restore.ts';
import { openBlobs } from '../store/open-blobs.ts';
import { placeIn } from './backup.ts';
import type { Command } from './invocation.ts';

const date = (time: number): string => new Date(time).toISOString();

export const restore: Command = {
  about: 'Put the log and its files back as a backup has them; clients load anew.',
  takes: '--from FILE [--replace] | --in-place',
  options: {
    from: { type: 'string' },
    replace: { type: 'boolean' },
    'in-place': { type: 'boolean' },
  },
  async run({ env, values, print }) {
    const config = readConfig(env);
    if (values['in-place']) {
      const epoch = await renewLog(placeIn(config), systemClock());
      print(`The log that is there has the epoch ${epoch} now: whoever was connected loads anew.`);
      return 0;
    }
    if (typeof values.from !== 'string')
      throw new UsageError(
        'Name the backup: --from backup.jsonl.gz; or say --in-place where the log was put back by other means.',
      );
    const path = resolve(values.from);
    // To its end, before anything is touched.
    await checkArchive(path);
    const place = placeIn(config);
    const { createDataDir: create, dataDir } = config;
    const target = await place.openTarget({ create, replace: values.replace === true });
    try {
      const blobs = openBlobs(config);
      const incoming = join(dataDir, 'files/incoming');
      const now = systemClock();
      const said = await restoreArchive(path, { target, blobs, incoming, now });
      const { head, tables, files, epoch } = said;
      print(
        `${place.name} holds the log of ${date(head.time)} again: ${tables.event.rows} events, ${countRows(tables)} rows in all and ${files} files, read back and the same.`,
      );
      if (!head.files) print('Files were not in this backup; put them back as they were saved.');
      print(`Its epoch is ${epoch}: whoever was connected loads anew.`);
    } finally {
      await target.close();
    }
    return 0;
  },
};

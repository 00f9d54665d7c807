import { join } from 'node:path';
import type { Blobs } from './blobs.ts';
import { openDiskBlobs } from './disk-blobs.ts';
import { openS3Blobs, type S3Settings } from './s3-blobs.ts';

/** Opens what keeps the files, as configured. */
export const openBlobs = ({
  s3,
  dataDir,
}: {
  s3: S3Settings | undefined;
  dataDir: string;
}): Blobs => (s3 ? openS3Blobs(s3) : openDiskBlobs(join(dataDir, 'files/stored')));

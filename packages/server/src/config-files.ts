import type { ScannerAddress } from './lib/clamd.ts';
import { originIn } from './lib/origin.ts';
import type { S3Settings } from './store/s3-blobs.ts';

type Env = Record<string, string | undefined>;

/** Of what people send along. */
export interface FileLimits {
  /** One file. */
  maxBytes: number;
  /** All files of one conversation. */
  quotaBytes: number;
  /** What photos tell about place, camera and owner stays in them. */
  keepMetadata: boolean;
}

const MB = 1024 * 1024;

export const defaultFiles: FileLimits = {
  maxBytes: 20 * MB,
  quotaBytes: 200 * MB,
  keepMetadata: false,
};

/** FILE_MAX_MB, FILE_QUOTA_MB and FILE_METADATA. */
export function readFiles(env: Env, faults: string[]): FileLimits {
  const size = (name: 'FILE_MAX_MB' | 'FILE_QUOTA_MB', most: number): number | undefined => {
    const value = env[name];
    if (!value) return undefined;
    const mb = Number(value);
    if (!Number.isInteger(mb) || mb < 1 || mb > most)
      faults.push(`${name} is "${value}"; it takes a whole number from 1 to ${most}.`);
    return mb * MB;
  };
  const metadata = env.FILE_METADATA || 'remove';
  if (metadata !== 'remove' && metadata !== 'keep')
    faults.push(`FILE_METADATA is "${metadata}"; it takes remove or keep.`);
  return {
    maxBytes: size('FILE_MAX_MB', 100) ?? defaultFiles.maxBytes,
    quotaBytes: size('FILE_QUOTA_MB', 1_000_000) ?? defaultFiles.quotaBytes,
    keepMetadata: metadata === 'keep',
  };
}

/** CLAMD_URL: the scanner that looks at every file before it is taken. */
export function readScanner(env: Env, faults: string[]): ScannerAddress | undefined {
  const value = env.CLAMD_URL;
  if (!value) return undefined;
  const url = URL.parse(value);
  const isWhole = url?.protocol === 'tcp:' && url.hostname !== '' && /^(\/)?$/.test(url.pathname);
  if (!isWhole) faults.push(`CLAMD_URL is "${value}"; it takes tcp://host:3310.`);
  return { host: url?.hostname.replace(/^\[|\]$/g, '') ?? '', port: Number(url?.port || 3310) };
}

/** An object store in place of the data folder, where S3_BUCKET names one; the S3_… belong together. */
export function readS3(env: Env, faults: string[]): S3Settings | undefined {
  const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint = '' } = env;
  if (!bucket) {
    if (endpoint) faults.push('S3_ENDPOINT is of no use without S3_BUCKET; set both.');
    return undefined;
  }
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    faults.push(`S3_BUCKET is "${bucket}"; it takes the name of a bucket.`);
  const origin = originIn(endpoint);
  if (!origin)
    faults.push(
      'S3_ENDPOINT takes where the object store is, such as https://s3.eu-central-1.amazonaws.com.',
    );
  if (!accessKeyId || !secretAccessKey)
    faults.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are missing; the bucket needs both.');
  return {
    ...{ endpoint: origin ?? '', bucket, region: env.S3_REGION || 'us-east-1' },
    ...{ accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' },
  };
}

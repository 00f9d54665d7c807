import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { UUID_V7 } from '@throughline/shared';
import { AwsClient } from 'aws4fetch';
import type { Blobs } from './blobs.ts';

/** Where an object store is that speaks S3, and who we are to it. */
export interface S3Settings {
  /** `https://s3.eu-central-1.amazonaws.com`; the bucket stands in the path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Until it answers; what it then sends may take as long as whoever reads it. */
const PATIENCE_MS = 30_000;
/** What goes there may take so much longer: 100 kB a second. */
const BYTES_A_MS = 100;
/** After what passes: too many requests, or trouble on its side. */
const RETRIES = 3;

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const characterOf = (whole: string, name: string): string => {
  const [, hex, code] = /^#(x?)([\da-f]{1,5})$/i.exec(name) ?? [];
  return code
    ? String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10))
    : (ENTITIES[name] ?? whole);
};

/** Stores make tokens of names, which may be anybody's: one that is read wrong leads elsewhere. */
const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.replace(/&(#?\w+);/g, characterOf);

/** Objects of a bucket under their ids. Anybody may keep other things there under other names. */
export function openS3Blobs({ endpoint, bucket, ...settings }: S3Settings): Blobs {
  const client = new AwsClient({ ...settings, service: 's3', retries: RETRIES });
  const root = `${endpoint}/${bucket}`;

  /** Undefined: there is no such object. */
  async function ask(method: string, url: string, body?: Blob): Promise<Response | undefined> {
    const end = new AbortController();
    const patienceMs = PATIENCE_MS + (body?.size ?? 0) / BYTES_A_MS;
    const late = setTimeout(() => end.abort(new Error('no answer in time')), patienceMs);
    try {
      const init = { method, signal: end.signal, ...(body && { body }) };
      const response = await client.fetch(url, init);
      if (response.ok) return response;
      const code = textOf(await response.text(), 'Code');
      if (response.status === 404 && code !== 'NoSuchBucket' && method !== 'PUT') return undefined;
      throw new Error(`it answers ${response.status} ${code ?? ''}`.trim());
    } catch (error) {
      throw new Error(`The file store at ${root} did not ${method}`, { cause: error });
    } finally {
      clearTimeout(late);
    }
  }

  async function page(token: string | undefined): Promise<string> {
    const query = new URLSearchParams({
      'list-type': '2',
      ...(token && { 'continuation-token': token }),
    });
    return (await ask('GET', `${root}?${query}`))?.text() ?? '';
  }

  return {
    async put(id, path) {
      const answer = await ask('PUT', `${root}/${id}`, await openAsBlob(path));
      await answer?.body?.cancel();
    },

    async read(id) {
      const answer = await ask('GET', `${root}/${id}`);
      return answer?.body ? Readable.fromWeb(answer.body as ReadableStream) : undefined;
    },

    async remove(id) {
      const answer = await ask('DELETE', `${root}/${id}`);
      await answer?.body?.cancel();
    },

    async *list() {
      let token: string | undefined;
      do {
        const xml = await page(token);
        for (const [, key = ''] of xml.matchAll(/<Key>([^<]*)<\/Key>/g))
          if (UUID_V7.test(key)) yield key;
        token = textOf(xml, 'NextContinuationToken');
      } while (token);
    },

    // It grows with what is in it.
    fullness: async () => 0,
  };
}

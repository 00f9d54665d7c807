import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { S3Settings } from '../src/store/s3-blobs.ts';

/** An outside company's object store, as far as its public description goes (SigV4, ListObjectsV2). */
export interface TestS3 extends AsyncDisposable {
  settings: S3Settings;
  objects: Map<string, Buffer>;
  /** What it answers next instead of the truth. */
  failNext(status: number, times?: number): void;
  /** Requests whose signature was right, as `GET /bucket/key`. */
  asked: string[];
}

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };
const REGION = 'eu-test-1';
/** So few on a page that a short list already has several. */
const PAGE = 2;

const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** AWS Signature Version 4, from its description and not from the library that signed. */
function isSigned({ method, url = '', headers }: IncomingMessage): boolean {
  const said = /Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)/.exec(
    headers.authorization ?? '',
  );
  if (!said) return false;
  const [, credential = '', names = '', signature] = said;
  const [key, date = '', region = '', service = ''] = credential.split('/');
  const { pathname, searchParams } = new URL(url, 'http://x');
  searchParams.sort();
  const canonical = [
    ...[method, pathname, searchParams.toString().replaceAll('+', '%20')],
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    ...['', names, headers['x-amz-content-sha256']],
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash}`;
  const signing = [region, service, 'aws4_request'].reduce<Buffer>(
    (so, part) => hmac(so, part),
    hmac(`AWS4${KEYS.secretAccessKey}`, date),
  );
  return (
    key === KEYS.accessKeyId &&
    region === REGION &&
    hmac(signing, text).toString('hex') === signature
  );
}

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&#x3c;');

function listOf(objects: Map<string, Buffer>, after: string): string {
  const keys = [...objects.keys()].sort().filter((key) => key > after);
  const shown = keys.slice(0, PAGE).map((key) => `<Contents><Key>${escaped(key)}</Key></Contents>`);
  const more =
    keys.length > PAGE
      ? `<NextContinuationToken>${escaped(keys[PAGE - 1] ?? '')}</NextContinuationToken>`
      : '';
  return `<ListBucketResult>${shown.join('')}${more}</ListBucketResult>`;
}

export async function startS3(): Promise<TestS3> {
  const objects = new Map<string, Buffer>();
  const failures: number[] = [];
  const asked: string[] = [];
  const methods: Record<
    string,
    (key: string, request: IncomingMessage) => Promise<[number, (string | Buffer)?]>
  > = {
    PUT: async (key, request) => {
      objects.set(key, await buffer(request));
      return [200];
    },
    GET: async (key) => {
      const found = objects.get(key);
      return found ? [200, found] : [404, error('NoSuchKey')];
    },
    DELETE: async (key) => {
      objects.delete(key);
      return [204];
    },
  };
  async function answer(request: IncomingMessage): Promise<[number, (string | Buffer)?]> {
    const failed = failures.shift();
    if (failed) return [failed, error('SlowDown')];
    if (!isSigned(request)) return [403, error('SignatureDoesNotMatch')];
    asked.push(`${request.method} ${request.url}`);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const [, bucket, key] = pathname.split('/');
    if (bucket !== 'files') return [404, error('NoSuchBucket')];
    if (!key) return [200, listOf(objects, searchParams.get('continuation-token') ?? '')];
    return (await methods[request.method ?? '']?.(key, request)) ?? [405];
  }
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [status, body] = await answer(request);
    request.resume();
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: { endpoint, bucket: 'files', region: REGION, ...KEYS },
    objects,
    asked,
    failNext: (status, times = 1) => void failures.push(...Array(times).fill(status)),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

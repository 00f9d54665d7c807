import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import type { VisitorEvent } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ScannerAddress, scan } from '../src/lib/clamd.ts';
import { type Clamd, HARMFUL, hasClamd, STREAM_MAX_BYTES, startClamd } from './clamd.ts';
import { begin, linkOf, put } from './files.ts';
import { startRelay } from './relay.ts';

async function world(scanner: ScannerAddress) {
  const relay = await startRelay({ config: { scanner } });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  /** Brings a text; what became of it. */
  const bring = async (id: string, bytes: Buffer) => {
    const begun = await begin(visitor, conversation, { id, name: 'a.txt', bytes });
    if (!begun.ok) throw new Error(begun.error.code);
    const { status, json } = await put(relay, begun.data, bytes);
    return status === 200 ? 'ok' : (json as { code: string }).code;
  };
  return { relay, visitor, conversation, bring };
}

/** Something at a scanner's place that answers as it likes. */
async function impostor(answer: (socket: Socket) => void): Promise<ScannerAddress> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

describe.skipIf(!hasClamd())('[UP-14] with a scanner', () => {
  let clamd: Clamd;
  beforeAll(async () => {
    clamd = await startClamd();
  });
  afterAll(() => clamd?.[Symbol.asyncDispose]());

  test('what it finds harmful is held: both sides are told, and nobody gets it', async () => {
    const { relay, visitor, conversation, bring } = await world(clamd.address);
    const agent = await relay.agent();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const id = uuidv7();
    expect(await bring(id, Buffer.concat([Buffer.alloc(100_000, 'a '), HARMFUL]))).toBe(
      'file_blocked',
    );
    for (const peer of [visitor, agent]) {
      const isIt = ({ type }: VisitorEvent) => type === 'attachment.rejected';
      const { data } = await peer.next<VisitorEvent>('event', isIt);
      expect(data).toMatchObject({ attachment: id, reason: 'malware' });
      expect(await linkOf(peer, id)).toBeUndefined();
    }
  });

  test('what it finds nothing in goes to both sides', async () => {
    const { relay, visitor, conversation, bring } = await world(clamd.address);
    const id = uuidv7();
    expect(await bring(id, Buffer.from('Nothing to see here'))).toBe('ok');
    await visitor.give('message:send', { conversation, text: '', files: [id] });
    for (const peer of [visitor, await relay.agent()]) expect(await linkOf(peer, id)).toBeDefined();
  });

  test('[UP-09] what is more than it looks at is not taken unseen', async () => {
    const { bring } = await world(clamd.address);
    expect(await bring(uuidv7(), Buffer.alloc(2 * STREAM_MAX_BYTES, 'a '))).toBe(
      'storage_unavailable',
    );
  });
});

describe('a scanner that does not answer as one', () => {
  test('keeps files out and lets text through, until it is back', async () => {
    let isBack = false;
    const address = await impostor((socket) =>
      isBack ? socket.end('stream: OK\0') : socket.destroy(),
    );
    const { visitor, conversation, bring } = await world(address);
    expect(await bring(uuidv7(), Buffer.from('Is this all right?'))).toBe('storage_unavailable');
    const said = await visitor.ask('message:send', { id: uuidv7(), conversation, text: 'Hello?' });
    expect(said.ok).toBe(true);
    isBack = true;
    expect(await bring(uuidv7(), Buffer.from('And now?'))).toBe('ok');
  });

  test.each([
    ['ends without a word', (socket: Socket) => socket.end()],
    ['says what no scanner says', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n')],
    ['has an error', (socket: Socket) => socket.end('INSTREAM size limit exceeded. ERROR\0')],
    ['breaks off in the middle of its word', (socket: Socket) => socket.end('stream: O')],
  ])('is not believed when it %s', async (_what, answer) => {
    const dir = mkdtempSync(join(tmpdir(), 'throughline-scan-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const path = join(dir, 'file');
    writeFileSync(path, Buffer.alloc(500_000));
    await expect(scan(await impostor(answer), path)).rejects.toThrow('storage_unavailable');
  });

  test('is not waited for where nobody listens', async () => {
    await expect(scan({ host: '127.0.0.1', port: 1 }, import.meta.filename)).rejects.toThrow(
      'storage_unavailable',
    );
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { type ErrorCode, uuidv7 } from '@throughline/shared';
import type { Attachment, FileTicket, Receipt, VisitorEvent } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../src/settings/accounts.ts';
import { openDiskBlobs } from '../src/store/disk-blobs.ts';
import { begin, bring, EICAR, linkOf, photo, png, put, type Sent } from './files.ts';
import { createMortal } from './rebuild-relay.ts';
import {
  type Answer,
  type Fetch,
  type RelayTestOptions,
  startRelay,
  type TestRelay,
  tempDir,
  until,
  type VisitorPeer,
} from './relay.ts';

const MB = 1024 * 1024;
const small = { maxBytes: 1000, quotaBytes: 2500, keepMetadata: false };

async function world(options: RelayTestOptions = {}) {
  const relay = await startRelay(options);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const visitor = await relay.visitor();
  return { relay, visitor, conversation: await visitor.start() };
}

const code = ({ json }: Answer): ErrorCode => (json as { code: ErrorCode })?.code;
const incoming = (relay: TestRelay) => readdir(join(relay.dataDir, 'files/incoming'));
async function stored(relay: TestRelay): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of openDiskBlobs(join(relay.dataDir, 'files/stored')).list()) ids.push(id);
  return ids;
}

/** What a file was refused with, before or after its bytes came; `ok` when it was not. */
async function fate(
  { relay, visitor, conversation }: Awaited<ReturnType<typeof world>>,
  sent: Sent,
): Promise<ErrorCode | 'ok'> {
  const begun = await begin(visitor, conversation, sent);
  if (!begun.ok) return begun.error.code;
  const answer = await put(relay, begun.data, sent.bytes ?? png());
  return answer.status === 200 ? 'ok' : code(answer);
}

const sendFiles = (visitor: VisitorPeer, conversation: string, files: string[]) =>
  visitor.ask('message:send', { id: uuidv7(), conversation, text: '', files });

describe('a file', () => {
  test('is stored, goes with a message that needs no words, and is the same for both sides', async () => {
    const { relay, visitor, conversation } = await world();
    const agent = await relay.agent();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const bytes = Buffer.from('a,b\n1,2\n');
    const { id } = await bring(relay, [visitor, conversation], { name: 'list.csv', bytes });
    expect((await sendFiles(visitor, conversation, [id])).ok).toBe(true);
    const about = { id, name: 'list.csv', type: 'text/csv', bytes: bytes.length };
    for (const peer of [visitor, agent]) {
      const { data } = await peer.next<VisitorEvent>(
        'event',
        (it) => it.type === 'message.created',
      );
      expect(data).toEqual({ text: '', attachments: [about] });
      const answer = await relay.fetch((await linkOf(peer, id)) ?? '');
      expect([answer.status, answer.text]).toEqual([200, bytes.toString()]);
    }
    const [row] = await relay.store.read.conversations.rows([conversation]);
    expect(row?.lastMessage?.text).toBe('list.csv');
  });

  test('[P6] begun again once it is there, it is not brought again', async () => {
    const { relay, visitor, conversation } = await world();
    const { id } = await bring(relay, [visitor, conversation]);
    const again = await begin(visitor, conversation, { id });
    expect(again).toMatchObject({ ok: true, data: { id, stored: { width: 2, height: 2 } } });
    const other = await begin(visitor, conversation, { id, name: 'x.pdf' });
    expect(other).toMatchObject({ error: { code: 'idempotency_conflict' } });
    const send = { id: uuidv7(), conversation, text: '', files: [id] };
    const first = await visitor.ask('message:send', send);
    expect(await visitor.ask('message:send', send)).toEqual(first);
    const changed = await visitor.ask('message:send', { ...send, files: [uuidv7()] });
    expect(changed).toMatchObject({ error: { code: 'idempotency_conflict' } });
  });

  test('[P9] goes with its message: at once for everybody, then from the disk', async () => {
    const { relay, visitor, conversation } = await world();
    const { id } = await bring(relay, [visitor, conversation]);
    const message = uuidv7();
    await visitor.give('message:send', { id: message, conversation, text: '', files: [id] });
    const link = (await linkOf(visitor, id)) ?? '';
    expect((await relay.fetch(link)).status).toBe(200);
    await visitor.give('message:delete', { conversation, message });
    expect((await relay.fetch(link)).status).toBe(404);
    await until(async () => (await stored(relay)).length === 0, 'the bytes to go');
    await until(async () => !(await relay.store.read.files.get(id)), 'the row to go');
  });

  test('a site that takes none gets none of its visitors', async () => {
    const { relay, visitor, conversation } = await world();
    await relay.sites.put({ ...relay.sites.get('shop')!, files: false }, 'test');
    expect(await begin(visitor, conversation)).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('comes from programs with a key too', async () => {
    const { relay, visitor, conversation } = await world();
    const key = await relay.key();
    const bytes = Buffer.from('%PDF-1.7 an invoice');
    const body = { name: 'invoice.pdf', type: 'application/pdf', size: bytes.length };
    const path = `/v1/conversations/${conversation}`;
    const begun = await relay.fetch(`${path}/files`, { method: 'POST', key, body });
    expect(begun.status).toBe(201);
    const { id } = begun.json as { id: string };
    expect((await put(relay, begun.json, bytes)).status).toBe(200);
    const sent = await relay.fetch(`${path}/messages`, {
      method: 'POST',
      key,
      body: { files: [id] },
    });
    expect(sent.status).toBe(201);
    expect((await relay.fetch((await linkOf(visitor, id)) ?? '')).text).toBe(bytes.toString());
    const link = await relay.fetch(`/v1/files/${id}/link`, { key });
    expect((await relay.fetch((link.json as { url: string }).url)).status).toBe(200);
  });
});

describe('[UP-01] [UP-02] [UP-03] what it is, its content says', () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  );
  const html = Buffer.from('\ufeff\n<!doctype html><script>alert(1)</script>');
  const gif = Buffer.from('GIF89a/*\0\0*/=1;alert(1)//', 'latin1');
  const pdf = Buffer.from('%PDF-1.7 /JS (app.alert(1))');
  test.each<[string, Sent, ErrorCode | 'ok']>([
    ['SVG', { name: 'a.svg', type: 'image/svg+xml', bytes: svg }, 'file_type_not_allowed'],
    ['SVG named PNG', { name: 'a.png', type: 'image/png', bytes: svg }, 'file_content_mismatch'],
    ['HTML', { name: 'a.html', bytes: html }, 'file_type_not_allowed'],
    ['HTML named text', { name: 'a.txt', bytes: html }, 'file_content_mismatch'],
    ['HTML named PNG', { name: 'a.png', bytes: html }, 'file_content_mismatch'],
    [
      'XSLT named text',
      { name: 'a.txt', bytes: Buffer.from('<?xml version="1.0"?>') },
      'file_content_mismatch',
    ],
    [
      'MHTML named text',
      { name: 'a.txt', bytes: Buffer.from('MIME-Version: 1.0') },
      'file_content_mismatch',
    ],
    [
      'a type that is none of the name’s',
      { name: 'a.png', type: 'text/html' },
      'file_content_mismatch',
    ],
    ['a script in a GIF', { name: 'a.gif', bytes: gif }, 'file_content_mismatch'],
    ['a PDF named ZIP', { name: 'a.zip', bytes: pdf }, 'file_content_mismatch'],
    [
      'a ZIP named PDF',
      { name: 'a.pdf', bytes: Buffer.from('PK\x03\x04…') },
      'file_content_mismatch',
    ],
    ['two endings', { name: 'a.png.exe' }, 'file_type_not_allowed'],
    ['no ending', { name: 'README' }, 'file_type_not_allowed'],
    ['a PDF with a script', { name: 'a.PDF', type: 'application/pdf', bytes: pdf }, 'ok'],
    [
      'text in another code',
      { name: 'a.csv', bytes: Buffer.from('Gr\xfc\xdfe;1', 'latin1') },
      'ok',
    ],
  ])('%s', async (_, sent, expected) => {
    expect(await fate(await world(), sent)).toBe(expected);
  });

  test('a refusal of bytes is in the log for both sides, and nothing of them is left', async () => {
    const ground = await world();
    const { relay, visitor } = ground;
    await fate(ground, { name: 'a.png', bytes: svg });
    const { data } = await visitor.next<VisitorEvent>(
      'event',
      (it) => it.type === 'attachment.rejected',
    );
    expect(data).toMatchObject({ type: 'image/png', bytes: svg.length, reason: 'content' });
    expect([await incoming(relay), await stored(relay)]).toEqual([[], []]);
  });

  test('only a checked picture is shown in place, and nothing in any file can run', async () => {
    const { relay, visitor, conversation } = await world();
    const headersOf = async (sent: Sent) => {
      const { id } = await bring(relay, [visitor, conversation], sent);
      return (await relay.fetch((await linkOf(visitor, id)) ?? '')).headers;
    };
    const picture = await headersOf({});
    expect(picture['content-type']).toBe('image/png');
    expect(picture['content-disposition']).toMatch(/^inline;/);
    const document = await headersOf({ name: 'a.pdf', bytes: pdf });
    expect(document['content-type']).toBe('application/octet-stream');
    expect(document['content-disposition']).toMatch(/^attachment;/);
    for (const headers of [picture, document])
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'private, max-age=300',
        'referrer-policy': 'no-referrer',
      });
  });
});

describe('[EV-10] [UP-04] names', () => {
  test.each([
    ['../../etc/x.png', 'x.png'],
    ['C:\\temp\\x.png', 'x.png'],
    ['\u202egnp.x.png', 'gnp.x.png'],
    ['\u2066in\u200bvoice\u{e0065}\u{e0078}\u{e0065}\u2069.png', 'invoice.png'],
    ['a\u001b[2Jb\u2028\u00adc.png', 'a[2Jbc.png'],
    ['a"b\r\nset-cookie: x.png', 'a"bset-cookie: x.png'],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
    ['Grüße 你好 🙂.png', 'Grüße 你好 🙂.png'],
    [`${'x'.repeat(4990)}.png`, `${'x'.repeat(99)}…${'x'.repeat(16)}.png`],
  ])('%j is shown as text, and travels in one header', async (name, shown) => {
    const { relay, visitor, conversation } = await world();
    const { json, id } = await bring(relay, [visitor, conversation], { name });
    expect((json as Attachment).name).toBe(shown);
    const { headers } = await relay.fetch((await linkOf(visitor, id)) ?? '');
    const [, plain, encoded = ''] =
      /^inline; filename="([^"\r\n]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(
        String(headers['content-disposition']),
      ) ?? [];
    expect(plain).toMatch(/\.png$/);
    expect(decodeURIComponent(encoded)).toBe(shown);
  });

  test.each([
    ['a\0.png', 'bad_text'],
    ['  ', 'empty'],
    ['x'.repeat(5001), 'too_long'],
  ])('%j is none', async (name, expected) => {
    expect(await fate(await world(), { name })).toBe(expected);
  });
});

describe('[UP-05] sizes', () => {
  const text = (bytes: number) => ({ name: 'a.txt', bytes: Buffer.alloc(bytes, 'a') });

  test('nothing, the limit, and one more', async () => {
    const ground = await world({ config: { files: small } });
    expect(await fate(ground, text(0))).toBe('bad_value');
    expect(await fate(ground, text(1))).toBe('ok');
    expect(await fate(ground, text(1000))).toBe('ok');
    expect(await fate(ground, text(1001))).toBe('file_too_large');
  });

  test('one that is not as long as it said is refused, however it is sent, and leaves nothing', async () => {
    const { relay, visitor, conversation } = await world();
    for (const [announced, sent] of [
      [10, 9],
      [10, 11],
      [10, 5 * MB],
    ] as const)
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const begun = await begin(visitor, conversation, text(announced));
        if (!begun.ok) throw new Error(begun.error.code);
        // The relay may hang up before all of it was sent.
        const answer = await put(relay, begun.data, {
          bytes: Buffer.alloc(sent, 'a'),
          headers,
        }).catch(() => undefined);
        if (answer) expect([answer.status, code(answer)]).toEqual([403, 'ticket_invalid']);
      }
    await until(async () => (await incoming(relay)).length === 0);
    expect(await stored(relay)).toEqual([]);
  });
});

/** UP-06 asks for ten thousand: `ABORTS=10000 ABORT_SEED=1 vitest run --project node packages/server/test/files.test.ts`. */
const ABORTS = Number(process.env.ABORTS ?? 300);
const ABORT_SEED = Number(process.env.ABORT_SEED ?? Date.now() % 1_000_000);

/** Numbers below `n` that follow from the seed. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

test(`[UP-06] ${ABORTS} senders who vanish anywhere leave no file and no handle (seed ${ABORT_SEED})`, async () => {
  const roll = dice(ABORT_SEED);
  const { relay, visitor, conversation } = await world();
  const handles = async () => (await readdir('/proc/self/fd').catch(() => [])).length;
  const before = await handles();
  for (let i = 0; i < ABORTS; i++) {
    // All of them together have room in one conversation.
    const size = 1 + roll(15_000);
    const bytes = Buffer.alloc(size, 'a');
    const begun = await begin(visitor, conversation, { name: 'a.txt', bytes });
    if (!begun.ok) throw new Error(begun.error.code);
    const { url, ticket = '' } = begun.data;
    const headers = { 'throughline-ticket': ticket, 'content-length': String(size) };
    const call = request(relay.url + url, { method: 'PUT', headers }).on('error', () => {});
    // Before its last byte, or the file would be there.
    call.write(bytes.subarray(0, roll(size)));
    await once(call, 'socket');
    for (let turns = roll(8); turns > 0; turns--) await new Promise(setImmediate);
    call.destroy();
  }
  await until(async () => (await incoming(relay)).length === 0, 'the folder to be empty', 30_000);
  await until(async () => (await handles()) <= before + 5, 'the handles to be closed', 30_000);
  expect((await bring(relay, [visitor, conversation])).status).toBe(200);
}, 600_000);

test('[UP-07] a form with parts is bytes like any other, and none of ours', async () => {
  const { relay, visitor, conversation } = await world();
  const boundary = 'b'.repeat(252);
  const part = `--${boundary}\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n`;
  const bytes = Buffer.from(part.repeat(10_000));
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const begun = await begin(visitor, conversation, { name: 'a.png', bytes });
  if (!begun.ok) throw new Error(begun.error.code);
  expect(code(await put(relay, begun.data, { bytes, headers }))).toBe('file_content_mismatch');
  const posted = await relay.fetch(begun.data.url, { method: 'POST', headers, body: part });
  expect(posted.status).toBe(415);
  expect((await relay.fetch('/livez')).status).toBe(200);
});

describe('[UP-08] [UP-09] pictures and archives are not opened', () => {
  test('one that would be gigabytes on a screen is refused by its head', async () => {
    const ground = await world();
    expect(await fate(ground, { bytes: png(50_000, 50_000) })).toBe('file_too_large');
    expect(await fate(ground, { bytes: png(16_000, 16_000) })).toBe('file_too_large');
    expect(await fate(ground, { bytes: png(4000, 3000) })).toBe('ok');
  });

  test('an archive is bytes', async () => {
    const bomb = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(100_000)]);
    expect(await fate(await world(), { name: 'a.zip', bytes: bomb })).toBe('ok');
  });
});

describe('[UP-10] what a photo tells beside its picture', () => {
  const fetched = async (keepMetadata: boolean) => {
    const ground = await world({
      config: { files: { ...small, maxBytes: MB, quotaBytes: MB, keepMetadata } },
    });
    const { relay, visitor, conversation } = ground;
    const sent = { name: 'photo.jpg', bytes: photo() };
    const { json, id } = await bring(relay, [visitor, conversation], sent);
    const { text, headers } = await relay.fetch((await linkOf(visitor, id)) ?? '');
    return { about: json as Attachment, text, length: Number(headers['content-length']) };
  };

  test('is removed, and which way is up stays', async () => {
    const { about, text, length } = await fetched(false);
    expect(text).not.toMatch(/GPS|SERIAL|script/);
    expect(about).toMatchObject({ bytes: length, width: 20, height: 30 });
  });

  test('stays where the operator says so', async () => {
    const { text } = await fetched(true);
    expect(text).toMatch(/GPS 48.4 N SERIAL-4711/);
  });
});

describe('[UP-11] links', () => {
  test('open for one viewer and one file, for five minutes, and for as long as they may see it', async () => {
    let clock = Date.now();
    const { relay, visitor, conversation } = await world({ now: () => clock });
    const { id } = await bring(relay, [visitor, conversation]);
    const { id: other } = await bring(relay, [visitor, conversation]);
    const agent = await relay.agent();
    await sendFiles(visitor, conversation, [id, other]);
    const link = (await linkOf(visitor, id)) ?? '';
    const statusOf = async (path: string) => (await relay.fetch(path)).status;
    expect(await statusOf(link)).toBe(200);
    expect((await relay.fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect(await statusOf(link.replace(id, other))).toBe(404);
    expect(await statusOf(link.replace(visitor.contact, agent.agent.id))).toBe(404);
    expect(await statusOf(link.replace(/expires=\d+/, `expires=${clock * 2}`))).toBe(404);
    expect(
      await statusOf(
        link.replace(/signature=(.)/, (_, char) => `signature=${char === 'A' ? 'B' : 'A'}`),
      ),
    ).toBe(404);
    expect(await statusOf(`/v1/files/${id}`)).toBe(404);
    const theirs = (await linkOf(agent, id)) ?? '';
    expect(await statusOf(theirs)).toBe(200);
    const act = { id: uuidv7(), actor: { kind: 'system', id: 'cli' } } as const;
    await createAccounts(relay.store, Date.now).setDisabled(agent.agent.id, true, act);
    expect(await statusOf(theirs)).toBe(404);
    clock += 5 * 60_000;
    expect(await statusOf(link)).toBe(404);
  });

  test('[P17] are not for other visitors, and not for what no message shows yet', async () => {
    const { relay, visitor, conversation } = await world();
    const stranger = await relay.visitor();
    const { id } = await bring(relay, [visitor, conversation]);
    const agent = await relay.agent();
    expect(await linkOf(agent, id)).toBeUndefined();
    expect(await linkOf(visitor, id)).toBeDefined();
    await sendFiles(visitor, conversation, [id]);
    expect(await linkOf(agent, id)).toBeDefined();
    expect(await linkOf(stranger, id)).toBeUndefined();
  });
});

describe('[UP-12] [UP-16] a message shows', () => {
  const refused = async (ack: ReturnType<typeof sendFiles>) => {
    const answer = await ack;
    return answer.ok ? 'ok' : answer.error.code;
  };

  test('only finished files of its own sender, of this conversation, and each in one message', async () => {
    const { relay, visitor, conversation } = await world();
    const stranger = await relay.visitor();
    const theirs = await bring(relay, [stranger, await stranger.start()]);
    const elsewhere = await bring(relay, [visitor, await visitor.start()]);
    const begun = await begin(visitor, conversation);
    const ready = await bring(relay, [visitor, conversation]);
    const give = (id: string) => refused(sendFiles(visitor, conversation, [id]));
    expect(await give(uuidv7())).toBe('not_found');
    expect(await give(theirs.id)).toBe('not_found');
    expect(await give(elsewhere.id)).toBe('not_found');
    expect(await give(begun.ok ? begun.data.id : '')).toBe('attachment_not_ready');
    expect(await refused(sendFiles(visitor, conversation, [ready.id, uuidv7()]))).toBe('not_found');
    expect(await give(ready.id)).toBe('ok');
    expect(await give(ready.id)).toBe('wrong_status');
    const agent = await relay.agent();
    const own = await bring(relay, [visitor, conversation]);
    const asAgent = await agent.ask('message:send', {
      id: uuidv7(),
      conversation,
      text: '',
      files: [own.id],
    });
    expect(asAgent).toMatchObject({ error: { code: 'not_found' } });
  });

  test('[P17] nobody brings a file into a conversation of others', async () => {
    const { relay, conversation } = await world();
    const stranger = await relay.visitor();
    expect(await begin(stranger, conversation)).toMatchObject({ error: { code: 'not_found' } });
  });

  test('words or a file, and no more than ten', async () => {
    const { visitor, conversation } = await world();
    const ids = Array.from({ length: 11 }, () => uuidv7());
    expect(await refused(sendFiles(visitor, conversation, ids))).toBe('too_long');
    const blank = await visitor.ask('message:send', { id: uuidv7(), conversation, text: ' \n' });
    expect(blank).toMatchObject({ error: { code: 'empty', field: 'text' } });
  });
});

describe('[UP-13] room', () => {
  test('when a conversation has used up its own, text goes on', async () => {
    const ground = await world({ config: { files: small } });
    const { visitor, conversation } = ground;
    const text = { name: 'a.txt', bytes: Buffer.alloc(900, 'a') };
    expect(await fate(ground, text)).toBe('ok');
    expect(await fate(ground, text)).toBe('ok');
    expect(await fate(ground, text)).toBe('quota_exceeded');
    await visitor.give('message:send', { conversation, text: 'Too many files?' });
  });

  test('what is only begun counts as well', async () => {
    const { visitor, conversation } = await world({ config: { files: small } });
    const text = { name: 'a.txt', bytes: Buffer.alloc(900, 'a') };
    await begin(visitor, conversation, text);
    await begin(visitor, conversation, text);
    expect(await begin(visitor, conversation, text)).toMatchObject({
      error: { code: 'quota_exceeded' },
    });
  });

  test('a disk that is nearly full is kept for what people write', async () => {
    const dir = tempDir();
    onTestFinished(() => dir[Symbol.dispose]());
    const blobs = { ...openDiskBlobs(dir.path), fullness: async () => 0.91 };
    const ground = await world({ blobs });
    expect(await fate(ground, {})).toBe('quota_exceeded');
    await ground.visitor.give('message:send', {
      conversation: ground.conversation,
      text: 'Hello?',
    });
  });
});

test('[UP-14] a harmful file is held: both sides are told, and nobody gets it', async () => {
  const ground = await world();
  const { relay, visitor, conversation } = ground;
  const agent = await relay.agent();
  await agent.ask('conversation:resume', { conversation, cursor: null });
  const id = uuidv7();
  expect(await fate(ground, { id, name: 'a.txt', bytes: EICAR })).toBe('file_blocked');
  for (const peer of [visitor, agent]) {
    const { data } = await peer.next<VisitorEvent>(
      'event',
      (it) => it.type === 'attachment.rejected',
    );
    expect(data).toMatchObject({ attachment: id, reason: 'malware' });
    expect(await linkOf(peer, id)).toBeUndefined();
  }
  expect(await sendFiles(visitor, conversation, [id])).toMatchObject({
    error: { code: 'not_found' },
  });
  const inside = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(70_000), EICAR]);
  expect(await fate(ground, { name: 'a.zip', bytes: inside })).toBe('file_blocked');
});

test('[UP-14] with a second ticket for the same file, nothing harmful takes the place of what was stored', async () => {
  const { relay, visitor, conversation } = await world();
  const sent = { id: uuidv7(), name: 'a.txt', bytes: EICAR };
  const [one, two] = [
    await begin(visitor, conversation, sent),
    await begin(visitor, conversation, sent),
  ];
  if (!one.ok || !two.ok) throw new Error('a ticket was refused');
  const headers = {
    'throughline-ticket': two.data.ticket ?? '',
    'content-length': String(EICAR.length),
  };
  const late = request(relay.url + two.data.url, { method: 'PUT', headers });
  late.write(EICAR.subarray(0, 9));
  await until(async () => (await incoming(relay)).length === 1, 'its beginning');
  const good = Buffer.from('x'.repeat(EICAR.length));
  expect((await put(relay, one.data, good)).status).toBe(200);
  late.end(EICAR.subarray(9));
  const [answer] = await once(late, 'response');
  expect(answer.statusCode).toBe(422);
  await sendFiles(visitor, conversation, [sent.id]);
  const link = await linkOf(visitor, sent.id);
  expect((await relay.fetch(link ?? '')).text).toBe(good.toString());
});

test('[UP-15] of two tickets for the same file one brings it', async () => {
  const { relay, visitor, conversation } = await world();
  const sent = { id: uuidv7(), name: 'a.txt', bytes: Buffer.from('one') };
  const begun = [
    await begin(visitor, conversation, sent),
    await begin(visitor, conversation, sent),
  ];
  const [one, two] = begun.flatMap((it) => (it.ok ? [it.data] : []));
  if (!one || !two) throw new Error('a ticket was refused');
  const headers = { 'throughline-ticket': two.ticket ?? '', 'content-length': '3' };
  const late = request(relay.url + two.url, { method: 'PUT', headers });
  late.write('t');
  await until(async () => (await incoming(relay)).length === 1, 'its beginning');
  expect((await put(relay, one, sent.bytes)).status).toBe(200);
  late.end('wo');
  const [answer] = await once(late, 'response');
  expect(answer.statusCode).toBe(403);
  await sendFiles(visitor, conversation, [sent.id]);
  const link = await linkOf(visitor, sent.id);
  expect((await relay.fetch(link ?? '')).text).toBe('one');
});

test('[UP-15] a ticket lets one request in, for its own file, for two minutes', async () => {
  let clock = Date.now();
  const { relay, visitor, conversation } = await world({ now: () => clock });
  const ticketFor = async () => {
    const begun = await begin(visitor, conversation);
    if (!begun.ok) throw new Error(begun.error.code);
    return begun.data;
  };
  const [one, two, three] = [await ticketFor(), await ticketFor(), await ticketFor()];
  const refused = async (answer: Promise<Answer>) => [(await answer).status, code(await answer)];
  const no = [403, 'ticket_invalid'];
  expect(await refused(put(relay, { ...one, ticket: 'guess' }, png()))).toEqual(no);
  expect(await refused(put(relay, { ...one, ticket: two.ticket ?? '' }, png()))).toEqual(no);
  expect(await refused(put(relay, one, png(3, 3, { tEXt: Buffer.alloc(9) })))).toEqual(no);
  expect((await put(relay, one, png())).status).toBe(200);
  expect(await refused(put(relay, one, png()))).toEqual(no);
  const both = await Promise.all([put(relay, two, png()), put(relay, two, png())]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
  clock += 2 * 60_000;
  expect(await refused(put(relay, three, png()))).toEqual(no);
});

test('[UP-05] a body that is refused is not read on, however long it goes on', async () => {
  const { relay, visitor, conversation } = await world();
  const begun = await begin(visitor, conversation);
  if (!begun.ok) throw new Error(begun.error.code);
  const headers = { 'throughline-ticket': 'guess', 'transfer-encoding': 'chunked' };
  const call = request(relay.url + begun.data.url, { method: 'PUT', headers });
  call.on('error', () => {});
  const more = setInterval(() => call.write('a'), 10);
  onTestFinished(() => clearInterval(more));
  await once(call, 'close', { signal: AbortSignal.timeout(5000) });
});

test('[RS-21] a page on another origin may bring a file, and nothing else', async () => {
  const { relay } = await world();
  const { status, headers } = await relay.fetch(`/v1/files/${uuidv7()}`, { method: 'OPTIONS' });
  expect([status, headers['access-control-allow-methods']]).toEqual([204, 'PUT']);
  expect(headers['access-control-allow-credentials']).toBeUndefined();
});

describe('[D15] what nobody refers to is removed', () => {
  test('files in no message after a day, bytes that did not come after an hour', async () => {
    const dir = tempDir();
    onTestFinished(() => dir[Symbol.dispose]());
    let clock = Date.now();
    const options = { dataDir: dir.path, now: () => clock };
    const relay = await startRelay(options);
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const unused = await bring(relay, [visitor, conversation]);
    const shown = await bring(relay, [visitor, conversation]);
    await begin(visitor, conversation);
    await sendFiles(visitor, conversation, [shown.id]);
    // As if the relay had ended between the bytes and the log.
    const lost = await bring(relay, [visitor, conversation]);
    await relay.store.write('files', (tx) => tx.files.remove(lost.id));
    await relay[Symbol.asyncDispose]();
    clock += 24 * 3600_000 + 1;
    const again = await startRelay(options);
    onTestFinished(() => again[Symbol.asyncDispose]());
    await until(
      async () => (await stored(again)).join() === shown.id,
      'only what is shown to stay',
    );
    await until(async () => !(await again.store.read.files.get(unused.id)), 'its row to go');
  });

  test('a relay killed between bytes and message, or in the middle of bytes, loses none it has named', async () => {
    const dir = tempDir();
    onTestFinished(() => dir[Symbol.dispose]());
    const mortal = await createMortal({ dataDir: dir.path, streams: [] });
    onTestFinished(() => mortal.kill());
    await mortal.start();
    const ask = async <T>(path: string, more: Fetch): Promise<T> => {
      const answer = await mortal.insist(path, more);
      if (answer.status >= 300) throw new Error(`${path} answered ${answer.text}`);
      return answer.json as T;
    };
    const person = { site: 'shop', externalId: 'C-1' };
    const contact = await ask<{ id: string }>('/contacts', { method: 'PUT', body: person });
    const about = { contact: contact.id };
    const begun = await ask<Receipt>('/conversations', { method: 'POST', body: about });
    const path = `/conversations/${begun.conversation}`;
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7 '), randomBytes(300_000)]);
    const claim = { name: 'a.pdf', size: bytes.length, type: 'application/pdf' };
    const ticket = () => ask<FileTicket>(`${path}/files`, { method: 'POST', body: claim });
    const headersOf = ({ ticket: text = '' }: FileTicket) => ({
      'throughline-ticket': text,
      'content-type': 'application/octet-stream',
    });
    const whole = await ticket();
    const file = whole.url.slice('/v1'.length);
    await ask(file, { method: 'PUT', body: bytes, headers: headersOf(whole) });
    const half = await ticket();
    const headers = { ...headersOf(half), 'content-length': String(bytes.length) };
    const call = request(mortal.url + half.url, { method: 'PUT', headers }).on('error', () => {});
    call.write(bytes.subarray(0, 100_000));
    const arriving = join(dir.path, 'files/incoming');
    await until(async () => (await readdir(arriving)).length > 0, 'the bytes to be on their way');
    await mortal.kill();
    await mortal.start();
    const give = (id: string) =>
      mortal.insist(`${path}/messages`, { method: 'POST', body: { files: [id] } });
    expect(code(await give(half.id))).toBe('attachment_not_ready');
    expect((await give(whole.id)).status).toBe(201);
    const { url } = await ask<{ url: string }>(`${file}/link`, {});
    const fetched = await fetch(mortal.url + url);
    expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await readdir(arriving)).toEqual([]);
  });
});

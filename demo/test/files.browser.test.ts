import { crc32, deflateSync } from 'node:zlib';
import type { Download, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findViolations } from './axe.ts';
import { isFirefox } from './browser.ts';
import { BACK_MS, type Desk, signIn, type Visitor, visitShop } from './people.ts';
import { type Stage, setStage, type Visit } from './stage.ts';

let stage: Stage;
let shop: Visit;
let office: Visit;
let visitor: Visitor;
let desk: Desk;

beforeAll(async () => {
  stage = await setStage();
  office = await stage.open();
  desk = await signIn(office, stage);
});
beforeEach(async () => {
  shop = await stage.open();
  visitor = await visitShop(shop, stage);
  await visitor.openChat();
});
afterEach(async () => {
  await shop.context.close();
  expect(shop.faults).toEqual([]);
  expect(office.faults).toEqual([]);
});
afterAll(async () => {
  await stage?.close();
});

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** A picture a browser draws: this large, with a diagonal through it. */
function picture(width = 640, height = 400): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows.set(
        [60 + (x * 120) / width, 90, 200 - (y * 90) / height],
        y * (1 + 3 * width) + 1 + 3 * x,
      );
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Given {
  name: string;
  mimeType: string;
  buffer: Buffer;
}
const photo = { name: 'bike.png', mimeType: 'image/png', buffer: picture() };
const invoice = {
  name: 'invoice.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.7 an invoice'),
};

const chips = (): Locator => visitor.panel.locator('.chip');
const choose = (...files: Given[]): Promise<void> =>
  visitor.panel.locator('input[type=file]').setInputFiles(files);
const submit = (): Promise<void> => visitor.panel.locator('.send').click();

/** No byte of a file goes out before it is let go. */
async function holdUploads(): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  await shop.page.route('**/v1/files/*', async (route) => {
    if (route.request().method() === 'PUT') await held.promise;
    // Of one that was taken away there is nothing to let go.
    await route.continue().catch(() => {});
  });
  return held.resolve;
}

/** As the system does it: the browser is told of the files, and where the pointer is. */
async function drop(page: Page, onto: Locator, files: Given[]): Promise<void> {
  const data = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, bytes } of given)
        transfer.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
      return transfer;
    },
    files.map(({ buffer, ...rest }) => ({ ...rest, bytes: [...buffer] })),
  );
  await onto.dispatchEvent('dragover', { dataTransfer: data });
  await onto.dispatchEvent('drop', { dataTransfer: data });
}

/** The conversation whose last message has this file. */
async function openNewest(file = 'bike.png'): Promise<void> {
  await desk.openView('all');
  await desk.page.locator('a.row', { hasText: file }).first().click();
  await desk.page.locator('.thread .file').first().waitFor();
}

/** The link opens a window of its own, which may be the one that tells of it. */
const downloadFrom = (page: Page): Promise<Download> =>
  new Promise((done) => {
    page.once('download', done);
    page.context().once('page', (opened) => opened.once('download', done));
  });

/** Drawn, and not only there. */
async function expectDrawn(image: Locator): Promise<void> {
  await expect
    .poll(() => image.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth))
    .toBeGreaterThan(0);
}

describe('a file', () => {
  it('dropped on the chat shows how far it is, and then on both sides', async () => {
    await visitor.say('My bike came with a scratch');
    await visitor.sees('My bike came with a scratch', 'Sent');
    const release = await holdUploads();
    await drop(shop.page, visitor.panel, [photo]);
    await chips().locator('progress').waitFor();
    // Nobody has to wait for it to go on writing: the words go ahead.
    await visitor.say('Here is a picture');
    await visitor.sees('Here is a picture', 'Sent');
    await chips().getByText('Sent as soon as it is there').waitFor();
    release();
    await visitor.panel.locator('.message .file').waitFor();
    expect(await chips().count()).toBe(0);
    await openNewest();
    await expectDrawn(desk.page.locator('.thread .file img'));
  });

  it('may be the first thing somebody sends, together with others', async () => {
    await choose(photo, invoice);
    await submit();
    await visitor.panel.locator('.message .file-row', { hasText: 'invoice.pdf' }).waitFor();
    expect(await visitor.panel.locator('.message').count()).toBe(1);
    expect(await visitor.panel.locator('.message .file').count()).toBe(2);
    await openNewest('invoice.pdf');
    const [download] = await Promise.all([
      downloadFrom(desk.page),
      desk.page.locator('.thread .file[href]', { hasText: 'invoice.pdf' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('invoice.pdf');
  });

  it('goes out together with what is written beside it, once it is there', async () => {
    await visitor.say('A question');
    await visitor.sees('A question', 'Sent');
    await choose(invoice);
    await expect.poll(() => chips().getAttribute('data-state')).toBe('there');
    await visitor.say('Is this right?');
    await visitor.sees('Is this right?', 'Sent');
    const message = visitor.panel.locator('.message', { hasText: 'Is this right?' });
    await message.locator('.file-row', { hasText: 'invoice.pdf' }).waitFor();
  });

  it('comes from an agent the same way', async () => {
    await visitor.say('Could you send me the manual?');
    await desk.openConversation('Could you send me the manual?');
    await desk.page.getByLabel('Attach files').setInputFiles([photo, invoice]);
    await desk.page.locator('.chip-there').nth(1).waitFor();
    await desk.reply('Here it is');
    await visitor.sees('Here it is');
    await expectDrawn(visitor.panel.locator('.file img'));
    await visitor.panel.locator('.file-row', { hasText: 'invoice.pdf' }).waitFor();
    expect(await findViolations(desk.page)).toEqual([]);
  });

  it('that is refused says why, stays until it is taken away, and holds up nothing', async () => {
    await choose(
      { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<html>') },
      { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: 'fake.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
      invoice,
    );
    await visitor.say('Four files');
    await visitor.sees('Four files');
    await visitor.panel.locator('.message .file-row', { hasText: 'invoice.pdf' }).waitFor();
    for (const reason of ['not accepted', 'is empty', 'not what its name says'])
      await chips().getByText(reason).waitFor();
    expect(await findViolations(shop.page)).toEqual([]);
    await visitor.panel.getByLabel('Remove page.html').click();
    expect(await chips().count()).toBe(2);
  });

  it('taken away while it is on its way is with nobody, and what is written goes without it', async () => {
    await visitor.say('Shall I send a picture?');
    await visitor.sees('Shall I send a picture?', 'Sent');
    const release = await holdUploads();
    await choose({ ...photo, name: 'private.png' });
    await chips().locator('progress').waitFor();
    // Firefox tells only at the end of what was held that nobody waits for it.
    const ended = isFirefox ? undefined : shop.page.waitForEvent('requestfailed');
    await visitor.panel.getByLabel('Remove private.png').click();
    await chips().waitFor({ state: 'detached' });
    await ended;
    release();
    await visitor.say('Better not');
    await visitor.sees('Better not', 'Sent');
    await desk.openConversation('Better not');
    expect(await visitor.panel.locator('.message .file').count()).toBe(0);
    expect(await desk.page.locator('.thread .file').count()).toBe(0);
  });

  it('that finds no room waits to be tried again, and goes once there is some', async () => {
    await visitor.say('A heavy one');
    await visitor.sees('A heavy one', 'Sent');
    let isFull = true;
    await shop.page.route('**/v1/files/*', (route) =>
      isFull && route.request().method() === 'PUT'
        ? route.fulfill({ status: 429, json: { code: 'quota_exceeded' } })
        : route.continue(),
    );
    await choose({ ...photo, name: 'heavy.png' });
    const again = chips().getByRole('button', { name: 'Try again' });
    await again.waitFor();
    expect(await findViolations(shop.page, 'throughline-widget')).toEqual([]);
    isFull = false;
    await again.click();
    await expect.poll(() => chips().getAttribute('data-state')).toBe('there');
    await submit();
    await visitor.panel.locator('.message .file').waitFor();
  });

  it('survives a relay that is killed while it is on its way', async () => {
    await visitor.say('It rattles');
    await visitor.sees('It rattles', 'Sent');
    let isCut = true;
    await shop.page.route('**/v1/files/*', (route) =>
      isCut && route.request().method() === 'PUT' ? route.abort() : route.continue(),
    );
    await choose({ ...photo, name: 'rattle.png' });
    await chips().waitFor();
    await submit();
    await stage.kill();
    await visitor.panel.getByText('No connection').waitFor();
    isCut = false;
    await stage.start();
    await visitor.panel.locator('.message .file').waitFor({ timeout: BACK_MS });
    await desk.openView('all');
    await desk.page.locator('a.row', { hasText: 'rattle.png' }).waitFor({ timeout: BACK_MS });
    await openNewest('rattle.png');
    await expectDrawn(desk.page.locator('.thread .file img'));
  });

  it('that was not there when the page went says so; one that was is still to be sent', async () => {
    await visitor.say('Two files');
    await visitor.sees('Two files', 'Sent');
    await choose(invoice);
    await expect.poll(() => chips().getAttribute('data-state')).toBe('there');
    await shop.page.route('**/v1/files/*', () => {});
    await choose(photo);
    await chips().nth(1).waitFor();
    await shop.page.reload();
    await visitor.openChat();
    await chips().getByText('Please choose it again').waitFor();
    await submit();
    await visitor.panel.locator('.message .file-row', { hasText: 'invoice.pdf' }).waitFor();
    expect(await chips().count()).toBe(1);
  });
});

it('pasted pictures are files, pasted tables are words', async () => {
  const paste = (types: string[]) =>
    visitor.panel.locator('textarea').evaluate((field, kinds) => {
      const data = new DataTransfer();
      for (const kind of kinds)
        if (kind === 'file') data.items.add(new File(['x'], 'shot.png', { type: 'image/png' }));
        else data.setData(kind, 'words');
      // Firefox lets no page fill an event of its own with files.
      const event = new ClipboardEvent('paste', { cancelable: true });
      Object.defineProperty(event, 'clipboardData', { value: data });
      field.dispatchEvent(event);
    }, types);
  await paste(['text/plain', 'text/html', 'file']);
  await paste(['file']);
  await chips().first().waitFor();
  expect(await chips().count()).toBe(1);
});

it('a text that is too long for one message arrives as several, with its file and every word of it', async () => {
  const words = Array.from({ length: 3000 }, (_, i) => `word${i}`).join(' ');
  await choose(invoice);
  await visitor.panel.locator('textarea').fill(words);
  await submit();
  await visitor.panel.locator('.message .file-row', { hasText: 'invoice.pdf' }).waitFor();
  await visitor.sees('word2999');
  const there = await visitor.panel.locator('.message .bubble').allTextContents();
  const said = there.filter((text) => text.includes('word'));
  expect(said.length).toBe(3);
  expect(said.join(' ').match(/word\d+/g)).toEqual(words.split(' '));
  expect(await visitor.panel.locator('textarea').inputValue()).toBe('');
});

it('a widget that is destroyed breaks off the file it was sending', async () => {
  await visitor.say('My invoice');
  await visitor.sees('My invoice', 'Sent');
  await holdUploads();
  const isUpload = (it: { method(): string }) => it.method() === 'PUT';
  const begun = shop.page.waitForRequest(isUpload);
  await choose(invoice);
  await submit();
  await begun;
  const brokenOff = shop.page.waitForEvent('requestfailed', isUpload);
  await shop.page.evaluate(() => {
    const { Throughline } = window as unknown as { Throughline(call: string): void };
    Throughline('destroy');
  });
  await brokenOff;
});

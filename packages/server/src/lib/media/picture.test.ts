import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { photo, png } from '../../../test/files.ts';
import { cleanPicture } from './picture.ts';

const cleaned = (type: string, bytes: Buffer): string => {
  const picture = cleanPicture(type, bytes);
  return typeof picture === 'string' ? picture : Buffer.concat(picture.parts).toString('latin1');
};
const gifFrame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0]);
const gif = (...blocks: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0', 'latin1'),
    ...blocks,
    Buffer.from(';'),
  ]);
const comment = Buffer.from('!\xfe\x06SECRET\0', 'latin1');

function webp(flags: number, ...more: [string, Buffer][]): Buffer {
  const head = Buffer.alloc(10);
  head.set([flags, 0, 0, 0, 29, 0, 0, 19, 0, 0]);
  const chunks = [['VP8X', head] as const, ...more].map(([type, data]) => {
    const frame = Buffer.alloc(8);
    frame.write(type, 'latin1');
    frame.writeUInt32LE(data.length, 4);
    return Buffer.concat([frame, data, Buffer.alloc(data.length % 2)]);
  });
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const riff = Buffer.from('RIFF\0\0\0\0');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

describe('[UP-10] what is no picture is left out, and the picture stays as it was', () => {
  test('PNG: texts, EXIF, and what follows the end', () => {
    const plain = png(3, 3);
    const told = png(3, 3, { tEXt: Buffer.from('Author\0SECRET'), eXIf: Buffer.from('SECRET') });
    const more = Buffer.concat([told, Buffer.from('SECRET')]);
    expect(cleaned('image/png', more)).toBe(plain.toString('latin1'));
  });

  test.each([
    [1, 30, 20],
    [3, 30, 20],
    [6, 20, 30],
  ])('JPEG: held as %i says', (orientation, width, height) => {
    const bytes = photo(orientation);
    expect(cleanPicture('image/jpeg', bytes)).toMatchObject({ width, height });
    const text = cleaned('image/jpeg', bytes);
    expect(text).not.toMatch(/GPS|SERIAL|script|adobe/);
    expect(text.includes('Exif')).toBe(orientation !== 1);
    // Cleaning again changes nothing: what was kept can be read as it is.
    const again = Buffer.from(text, 'latin1');
    expect(cleaned('image/jpeg', again)).toBe(text);
    expect(cleanPicture('image/jpeg', again)).toMatchObject({ width, height });
  });

  test('GIF: comments, and what follows the end', () => {
    const bytes = Buffer.concat([gif(comment, gifFrame, comment), Buffer.from('SECRET')]);
    expect(cleaned('image/gif', bytes)).toBe(gif(gifFrame).toString('latin1'));
  });

  test('WebP: EXIF and XMP, and the flags that announce them', () => {
    const image: [string, Buffer] = ['VP8 ', Buffer.alloc(11)];
    const told = webp(
      0x1c,
      image,
      ['EXIF', Buffer.from('SECRET')],
      ['XMP ', Buffer.from('SECRET')],
    );
    expect(cleaned('image/webp', told)).toBe(webp(0x10, image).toString('latin1'));
    expect(cleanPicture('image/webp', told)).toMatchObject({ width: 30, height: 20 });
  });

  test('a colour profile stays unless it is larger than any needs to be', () => {
    const profile = (bytes: number) => png(3, 3, { iCCP: Buffer.alloc(bytes) });
    expect(cleaned('image/png', profile(3000))).toHaveLength(profile(3000).length);
    expect(cleaned('image/png', profile(2_000_000))).toBe(png(3, 3).toString('latin1'));
  });
});

describe('[UP-08] what would keep a browser, or us, busy', () => {
  test.each([
    [png(16_385, 1), 'size'],
    [png(16_000, 8000), 'size'],
    [png(0, 10), 'content'],
  ])('sizes', (bytes, expected) => {
    expect(cleanPicture('image/png', bytes)).toBe(expected);
  });

  test('frames without end, and no frame at all', () => {
    expect(cleaned('image/gif', gif(...Array(2001).fill(gifFrame)))).toBe('content');
    expect(cleaned('image/gif', gif())).toBe('content');
  });

  test('twenty megabytes of nothing but headers', () => {
    const startMs = performance.now();
    const segments = Buffer.alloc(20_000_000, Buffer.from([0xff, 0xe0, 0, 2]));
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), segments]);
    expect(cleaned('image/jpeg', jpeg)).toBe('content');
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});

test('whatever is cut or changed in it, it is refused or cleaned, and nothing is thrown', () => {
  const samples = [
    ['image/png', png(3, 3)],
    ['image/jpeg', photo()],
    ['image/gif', gif(comment, gifFrame)],
    ['image/webp', webp(0, ['VP8 ', Buffer.alloc(11)])],
  ] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
      fc.nat(400),
      ([type, sample], changes, length) => {
        const bytes = Buffer.from(sample.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const result = cleanPicture(type, bytes);
        expect(typeof result === 'string' || result.width > 0).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

import type { Clean, Picture } from './clean.ts';
import { cleanGif } from './gif.ts';
import { cleanJpeg } from './jpeg.ts';
import { cleanPng } from './png.ts';
import { cleanWebp } from './webp.ts';

const cleaners: Record<string, Clean> = {
  'image/png': cleanPng,
  'image/jpeg': cleanJpeg,
  'image/gif': cleanGif,
  'image/webp': cleanWebp,
};

/** Beyond this a small file becomes gigabytes on the screen of whoever looks at it. */
const SIDE_MAX = 16_384;
const PIXELS_MAX = 120_000_000;

export function cleanPicture(type: string, bytes: Buffer): Picture | 'content' | 'size' {
  let picture: Picture | undefined;
  try {
    picture = cleaners[type]?.(bytes);
  } catch (error) {
    // It ends in the middle of something.
    if (!(error instanceof RangeError)) throw error;
  }
  if (!picture) return 'content';
  const { width, height } = picture;
  if (width === 0 || height === 0) return 'content';
  return Math.max(width, height) > SIDE_MAX || width * height > PIXELS_MAX ? 'size' : picture;
}

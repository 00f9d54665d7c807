import { z } from 'zod';
import * as f from '../fields.ts';
import { define, field } from './define.ts';

const about = {
  type: field(
    z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
    'what it is, by its content: `image/png`',
  ),
  bytes: field(z.int(), 'its size'),
};
const size = {
  width: field(z.int().optional(), 'of a picture, in pixels'),
  height: field(z.int().optional(), 'of a picture, in pixels'),
};

/** A file as a message shows it. */
export const attachment = z.object({
  id: field(f.id, 'id of the file'),
  name: field(z.string(), 'what its sender called it', 'content'),
  ...about,
  ...size,
});
export type Attachment = z.infer<typeof attachment>;

const example = '01a20265-7a11-7b0e-9d57-4e8a6f1c2b3d';

export const attachmentEvents = {
  'attachment.uploaded': define({
    about: 'A file is stored and was looked at; a message may show it.',
    seenBy: 'agents',
    data: z.object({
      attachment: field(f.id, 'id of the file'),
      ...about,
      ...size,
      sha256: field(z.string(), 'of its bytes, in hexadecimal', 'pseudonymous'),
    }),
    example: {
      attachment: example,
      type: 'image/png',
      bytes: 48_213,
      width: 1280,
      height: 800,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  }),
  'attachment.rejected': define({
    about: 'A file that arrived was not accepted; not one that was refused before it was sent.',
    seenBy: 'everybody',
    data: z.object({
      attachment: field(f.id, 'id it would have had'),
      ...about,
      reason: field(
        z.enum(['content', 'size', 'malware']),
        '`content`: it is not what it said; `size`: its picture is too large; `malware`: it is held back',
      ),
    }),
    example: { attachment: example, type: 'application/pdf', bytes: 68, reason: 'malware' },
  }),
} as const;

import { z } from 'zod';
import { block } from '../block.ts';
import * as f from '../fields.ts';
import { attachment } from './attachment.ts';
import { define, field } from './define.ts';

const message = '01a20265-65a2-7c34-badd-0e186b0df4ad';

export const messageEvents = {
  'message.created': define({
    about:
      'Somebody wrote, or sent files; by `system`, the site asks something in a block, without words.',
    seenBy: 'everybody',
    version: '1.6',
    data: z.object({
      text: field(
        z.string(),
        'what was written; may be empty beside files, and where the site asks',
        'content',
      ),
      attachments: field(z.array(attachment).optional(), 'the files that came with it'),
      block: field(
        block.optional(),
        'what stands under the text: replies, buttons, cards, a form, a payment, a rating',
        'content',
      ),
    }),
    example: { text: 'Where is my parcel?' },
  }),
  'message.updated': define({
    about: 'Its author changed a message; the first version stays in the log.',
    seenBy: 'everybody',
    data: z.object({
      message: field(f.id, 'id of the `message.created` it changes'),
      text: field(z.string(), 'the text from now on', 'content'),
    }),
    example: { message, text: 'Where is my parcel, please?' },
  }),
  'message.deleted': define({
    about: 'Its author took a message back; its text is gone from the log.',
    seenBy: 'everybody',
    data: z.object({ message: field(f.id, 'id of the `message.created` it takes back') }),
    example: { message },
  }),
  'message.read': define({
    about: 'The visitor, or an agent, has read further than before.',
    seenBy: 'everybody',
    data: z.object({ upTo: field(f.position, 'the `pub` up to which that side has read') }),
    example: { upTo: 5 },
  }),
  'note.created': define({
    about: 'An agent left a note for colleagues.',
    seenBy: 'agents',
    data: z.object({ text: field(z.string(), 'what was written', 'content') }),
    example: { text: 'Lost in Ulm, a new one is on its way.' },
  }),
} as const;

import { z } from 'zod';
import { paymentStatuses } from '../block.ts';
import * as f from '../fields.ts';
import { formValues, key, scale } from '../form.ts';
import { define, field } from './define.ts';

const message = '01a20265-65a2-7c34-badd-0e186b0df4ad';
const ofMessage = (what: string) => field(f.id, `id of the \`message.created\` that ${what}`);

const sum = {
  amount: field(z.int(), 'in the smallest unit of the currency: cents, yen'),
  currency: field(z.string().regex(/^[A-Z]{3}$/), 'ISO 4217'),
  reference: field(z.string().optional(), 'the business’s own number for it', 'pseudonymous'),
};

/** What became of what a message asked for. */
export const answerEvents = {
  'message.action_clicked': define({
    about: 'The visitor chose a quick reply, or pressed a button of a message.',
    seenBy: 'everybody',
    data: z.object({
      message: ofMessage('offered it'),
      action: field(key, 'the name the message gave it'),
      label: field(z.string(), 'what it said', 'content'),
    }),
    example: { message, action: 'track', label: 'Where is my parcel?' },
  }),
  'form.submitted': define({
    about: 'The visitor filled in a form; its answers fit its fields.',
    seenBy: 'everybody',
    data: z.object({
      message: ofMessage('holds the form'),
      form: field(key.optional(), 'the name of the form, if it has one'),
      values: field(formValues, 'the answers, by the name of the field', 'content'),
    }),
    example: { message, form: 'callback', values: { phone: '+49 30 123456' } },
  }),
  'survey.submitted': define({
    about: 'The visitor said how it was.',
    seenBy: 'everybody',
    version: '1.2',
    data: z.object({
      message: ofMessage('asked'),
      survey: field(
        key.optional(),
        'the name of the survey a page led to; missing: the conversation was rated',
      ),
      scale: field(scale, '`csat`: 1 to 5; `nps`: 0 to 10'),
      score: field(z.int(), 'on that scale; more is better'),
      comment: field(z.string().optional(), 'what the visitor added', 'content'),
      agent: field(f.id.nullable(), 'id of the agent who had the conversation; null: nobody'),
    }),
    example: { message, scale: 'csat', score: 5, comment: 'Quick and kind.', agent: null },
  }),
  'payment.requested': define({
    about: 'A message asks the visitor to pay.',
    seenBy: 'everybody',
    data: z.object({
      message: ofMessage('asks'),
      ...sum,
      dueAt: field(f.timeMs.optional(), 'until when, in milliseconds since 1970'),
    }),
    example: { message, amount: 4990, currency: 'EUR', reference: 'F-2026-17' },
  }),
  'payment.completed': define({
    about:
      'A program of the business said what became of a payment; after `failed` it is still due.',
    seenBy: 'everybody',
    data: z.object({
      message: ofMessage('asked for it'),
      status: field(z.enum(paymentStatuses), 'what became of it'),
      ...sum,
    }),
    example: { message, status: 'paid', amount: 4990, currency: 'EUR', reference: 'F-2026-17' },
  }),
} as const;

import { z } from 'zod';
import { safeHref } from '../links.ts';
import * as f from './fields.ts';
import { form, key, label, scale } from './form.ts';

/** Where a visitor may be sent: http and https, without a user name that hides the host. */
const webAddress = f
  .text(2048)
  .refine((url) => safeHref(url) !== undefined, { error: 'bad_value' });

/** Either leads somewhere, or tells programs that it was pressed. */
const button = z
  .strictObject({ label, url: webAddress.optional(), action: key.optional() })
  .refine(({ url, action }) => (url === undefined) !== (action === undefined), {
    error: 'bad_value',
  });
export type Button = z.infer<typeof button>;

const card = z.strictObject({
  title: label,
  text: f.text(500).optional(),
  /** Not loaded before the visitor asks for it: an address outside sees who looks. */
  image: z.strictObject({ url: webAddress, alt: f.text(200).optional() }).optional(),
  buttons: z.array(button).max(3).optional(),
});
export type Card = z.infer<typeof card>;

export const paymentStatuses = ['paid', 'failed', 'refunded', 'cancelled'] as const;

const BLOCK_CHARS = 16_384;

/** What may stand under the text of a message that is no visitor's. Who does not know a kind shows the text. */
export const block = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('replies'),
      options: z
        .array(z.strictObject({ action: key, label }))
        .min(1)
        .max(10),
    }),
    z.strictObject({ kind: z.literal('buttons'), buttons: z.array(button).min(1).max(6) }),
    z.strictObject({ kind: z.literal('cards'), cards: z.array(card).min(1).max(10) }),
    z.strictObject({ kind: z.literal('form'), form }),
    z.strictObject({
      kind: z.literal('payment'),
      title: label.optional(),
      /** In the smallest unit of the currency: cents, yen. */
      amount: z.int().min(1).max(1_000_000_000_000),
      /** ISO 4217. */
      currency: z.string().regex(/^[A-Z]{3}$/, { error: 'bad_value' }),
      dueAt: f.timeMs.optional(),
      /** The business's own page; card data never enters the chat. */
      url: webAddress,
      /** The business's own number for it. */
      reference: f.text(100).optional(),
    }),
    z.strictObject({
      kind: z.literal('rating'),
      scale,
      /** The survey of the site it belongs to; missing: how the conversation was. */
      survey: key.optional(),
      /** What it asks, in place of the words of the scale. */
      question: label.optional(),
      /** Whether there is a field for a comment. */
      comment: z.boolean().optional(),
    }),
  ])
  .refine((made) => JSON.stringify(made).length <= BLOCK_CHARS, { error: 'too_long' });
export type Block = z.infer<typeof block>;
export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

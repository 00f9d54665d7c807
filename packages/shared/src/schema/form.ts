import { z } from 'zod';
import { OFFLINE_MESSAGE } from '../opening.ts';
import * as f from './fields.ts';

/** A short line of words beside something. */
export const label = f.text(120).refine((text) => text.trim() !== '', { error: 'empty' });

/** The label in other languages; who speaks none of them reads the label itself. */
const labels = z.record(f.baseLanguage, label).optional();

/** The name under which an answer, a choice or a field is known to programs. */
export const key = z.string().regex(/^[a-zA-Z][\w-]{0,39}$/, { error: 'bad_value' });

const of = <T extends z.ZodRawShape>(fields: T) =>
  z.strictObject({
    name: key,
    label,
    labels,
    hint: f.text(200).optional(),
    required: z.boolean().optional(),
    /** The contact's fact the answer becomes: `email`, `name`, `phone` or any other. */
    fact: f.attributeName.optional(),
    ...fields,
  });

const day = z.iso.date({ error: 'bad_value' });

const formField = z.discriminatedUnion('type', [
  of({ type: z.literal('text') }),
  of({ type: z.literal('textarea') }),
  of({ type: z.literal('email') }),
  of({ type: z.literal('phone') }),
  of({ type: z.literal('number'), min: f.number.optional(), max: f.number.optional() }),
  of({ type: z.literal('date'), min: day.optional(), max: day.optional() }),
  of({ type: z.literal('checkbox') }),
  of({
    type: z.literal('select'),
    options: z
      .array(z.strictObject({ value: key, label, labels }))
      .min(1)
      .max(50),
  }),
]);
export type FormField = z.infer<typeof formField>;

/** What a visitor is asked to fill in: beside a message, or before the first one. */
export const form = z.strictObject({
  /** What programs know it by. */
  name: key.optional(),
  title: label.optional(),
  fields: z
    .array(formField)
    .min(1)
    .max(20)
    .refine((fields) => f.areUnique(fields.map(({ name }) => name)), { error: 'bad_value' }),
  /** What the button says; "Send" in the visitor's language, unless said. */
  submit: label.optional(),
});
export type Form = z.infer<typeof form>;

const isMessage = ({ name, type, required, fact }: FormField): boolean =>
  name === OFFLINE_MESSAGE && type === 'textarea' && required === true && fact === undefined;

/** What is filled in while nobody is there; what it is about becomes the first message. */
export const offlineForm = form.refine(({ fields }) => fields.some(isMessage), {
  error: 'bad_value',
  path: ['fields', OFFLINE_MESSAGE],
});

/** Those a site has by itself; their names are no names for its others. */
const ownForms = ['prechat', 'offline'] as const;
/** Which form stands before a conversation: `prechat`, `offline`, or by its name one that a page leads to. */
export type OpeningForm = string;

const isOwn = (name: string): boolean => ownForms.some((own) => own === name);

/** What a page leads to goes by its name. */
const namedKey = key.refine((name) => !isOwn(name), { error: 'bad_value' });
const areNamed = (all: readonly { name: string }[]): boolean =>
  f.areUnique(all.map(({ name }) => name));

/** Forms a page leads to, wherever a visitor is: `open({ form })`. */
export const namedForms = z
  .array(form.safeExtend({ name: namedKey }))
  .max(20)
  .refine(areNamed, { error: 'bad_value' });

/** How something is rated: 1 to 5, or 0 to 10. */
export const scale = z.enum(['csat', 'nps']);

/** Ratings a page leads to: `open({ survey })`. */
export const namedSurveys = z
  .array(
    z.strictObject({
      name: namedKey,
      scale,
      /** What is asked, in place of the words of the scale. */
      question: label.optional(),
      /** Whether there is a field for a comment. */
      comment: z.boolean().optional(),
    }),
  )
  .max(20)
  .refine(areNamed, { error: 'bad_value' });
export type Survey = z.infer<typeof namedSurveys>[number];

/** What was filled in, by the name of the field; what was left empty is not there. */
export const formValues = z
  .unknown()
  .refine((map) => typeof map !== 'object' || map === null || !Object.hasOwn(map, '__proto__'), {
    error: 'unknown_field',
  })
  .pipe(z.record(key, z.union([f.text(5000), f.number, z.boolean()])))
  .refine((map) => Object.keys(map).length <= 20, { error: 'too_long' });
export type FormValues = z.infer<typeof formValues>;

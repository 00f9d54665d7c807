import { z } from 'zod';
import * as f from './fields.ts';

/** PUT /v1/knowledge/:collection/:id */
export const articleBody = z.strictObject({
  format: z.enum(['markdown', 'html']).default('markdown'),
  text: f.visible(50_000),
  /** Its first heading, unless said. */
  title: f.name.optional(),
  /** Where visitors can read it. */
  url: f.webAddress.optional(),
});

/** An article as a visitor reads it: `article:read`. */
export const article = z.object({
  title: z.string(),
  /** Where it stands on a page of the business. */
  url: z.string().nullable(),
  /** From one heading to the next; what stands before the first one has none. Texts are Markdown. */
  sections: z.array(z.object({ heading: z.string(), text: z.string() })),
});
export type Article = z.infer<typeof article>;

/** An article as it was cut: a passage goes from one heading to the next. */
export const storedArticle = z.object({
  collection: f.slug,
  id: f.slug,
  passages: z.int().min(0),
});

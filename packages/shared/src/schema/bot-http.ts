import { z } from 'zod';
import * as f from './fields.ts';

/** What a bot that is reached over HTTP needs beside what all bots have; its secret is kept apart. */
export const httpBotFields = {
  /** Where turns go; of the Bot Framework the service: `https://directline.botframework.com`. */
  url: f.webAddress,
  /** Which protocol it speaks (docs/guides/bots.md). */
  shape: z.enum(['throughline', 'rasa', 'directline']).default('throughline'),
};

const fields = z.strictObject(httpBotFields);
export type HttpBotFields = z.infer<typeof fields>;

/** PUT /v1/bots/:id/secret; goes into a header as it is. */
export const theirSecret = z.strictObject({
  secret: z.string().regex(/^[\x21-\x7e]{1,500}$/, { error: 'bad_value' }),
  /** `tools`: a model shows it to its tools and not to its endpoint. */
  use: z.enum(['bot', 'tools']).default('bot'),
});

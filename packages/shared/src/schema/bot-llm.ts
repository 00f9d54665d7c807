import { z } from 'zod';
import * as f from './fields.ts';

/** The part of JSON Schema that can be checked without surprises; there is never more than is named. */
const scalar = {
  description: f.text(500).optional(),
  enum: z
    .array(z.union([f.text(200), f.number]))
    .min(1)
    .max(100)
    .optional(),
};
const parameter = z.discriminatedUnion('type', [
  z.strictObject({
    ...scalar,
    type: z.literal('string'),
    minLength: z.int().min(0).optional(),
    /** 200 where nothing is said. */
    maxLength: z.int().min(1).max(4000).optional(),
    format: z.enum(['date', 'date-time', 'email', 'uuid', 'uri']).optional(),
  }),
  z.strictObject({
    ...scalar,
    type: z.enum(['number', 'integer']),
    minimum: f.number.optional(),
    maximum: f.number.optional(),
  }),
  z.strictObject({ type: z.literal('boolean'), description: f.text(500).optional() }),
]);

const parameters = z.strictObject({
  type: z.literal('object').default('object'),
  properties: z.record(f.attributeName, parameter).default({}),
  required: z.array(f.attributeName).max(50).default([]),
});

/** What the relay itself gives every model. */
export const builtInTools = [
  'hand_off',
  'note_fact',
  'promise',
  'end',
  'read_page',
  'read_contact',
  'search_knowledge',
] as const;

const toolName = z
  .string()
  .regex(/^[a-zA-Z][\w-]{0,63}$/, { error: 'bad_value' })
  .refine((name) => !(builtInTools as readonly string[]).includes(name), { error: 'bad_value' });

/** What a success of a tool lets the bot say it has done; without one it may not. */
export const claims = ['refund', 'cancel', 'change', 'book', 'discount', 'send'] as const;
export type Claim = (typeof claims)[number];

/** How a tool may be used, whatever it speaks. */
const grant = {
  /** What changes nothing may be asked at any time. */
  effect: z.enum(['read', 'write']).default('write'),
  /** Whether a person says yes first. Of what changes something this is so unless it says no. */
  approval: z.boolean().optional(),
  /** The same call twice has one effect. */
  repeatSafe: z.boolean().default(false),
  /** Only for contacts the business itself vouches for. */
  verified: z.boolean().default(true),
  claims: z.array(z.enum(claims)).default([]),
};

/** Called with a POST: `{ arguments, contact, conversation }`; who it is about never comes from the model. */
const httpTool = z.strictObject({
  name: toolName,
  description: f.visible(1000),
  url: f.webAddress,
  parameters: parameters.prefault({}),
  ...grant,
});
export type HttpTool = z.infer<typeof httpTool>;

const mcpServer = z.strictObject({
  url: f.webAddress,
  /** Those of its tools the bot may use; others it never hears of. */
  tools: z
    .array(z.strictObject({ name: toolName, ...grant }))
    .min(1)
    .max(50),
});
export type McpServer = z.infer<typeof mcpServer>;

/** A name, and with `*.` before it all that end so. */
const linkHost = f.text(253).regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/, {
  error: 'bad_value',
});

const spending = (tokens: number, microUsd: number) =>
  z
    .strictObject({
      tokens: z.int().min(1).default(tokens),
      /** Millionths of a US dollar. */
      microUsd: z.int().min(1).default(microUsd),
    })
    .prefault({});

const budget = z
  .strictObject({
    turn: z
      .strictObject({
        tokens: z.int().min(1).default(30_000),
        microUsd: z.int().min(1).default(200_000),
        toolCalls: z.int().min(0).max(8).default(8),
      })
      .prefault({}),
    conversation: spending(300_000, 2_000_000),
    siteDay: spending(10_000_000, 50_000_000),
  })
  .prefault({});

/** What a bot of the kind `llm` says of itself beside what all bots say. */
export const llmFields = {
  /** An OpenAI-compatible endpoint; `/chat/completions` is added. Its key is a secret, never written here. */
  url: f.webAddress,
  model: f.visible(200),
  /** Whether the endpoint holds the model to the tools' schemas while it writes (structured output). */
  structured: z.boolean().default(false),
  /** In the business's own words: what it is for, and how it speaks. */
  instructions: f.text(20_000).default(''),
  tools: z.array(httpTool).max(30).default([]),
  mcp: z.array(mcpServer).max(5).default([]),
  /** Collections of articles it may look into. */
  knowledge: z.array(f.slug).max(20).default([]),
  /** Facts it may note of the conversation. */
  facts: z.array(f.attributeName).max(50).default([]),
  /** What it may promise in the business's name. */
  promises: z.array(z.enum(['reply', 'call_back'])).default([]),
  /** Where its links may lead beside the site's own pages. */
  linkHosts: z.array(linkHost).max(50).default([]),
  /** Whether it says first that nobody is writing. */
  discloses: z.boolean().default(true),
  budget,
  /** What a million tokens cost, in millionths of a US dollar. */
  prices: z
    .strictObject({ input: z.int().min(0).default(0), output: z.int().min(0).default(0) })
    .prefault({}),
  /** How long a person has to say yes or no. */
  approvalMs: z.int().min(60_000).max(86_400_000).default(900_000),
};

const llm = z.object(llmFields);
export type LlmConfig = z.infer<typeof llm>;

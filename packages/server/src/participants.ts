import { createHttpBot } from './bots/http/index.ts';
import type { Participants } from './bots/index.ts';
import { createLlmAgent } from './bots/llm/agent.ts';
import { llmPartsOf } from './bots/llm/parts.ts';
import type { Parts } from './gateway/parts.ts';

/** What makes bots of what is published: one line for each kind but flows, which need nothing else. */
export const participantsOf = (parts: Parts): Participants => ({
  http: ({ config }) =>
    createHttpBot(config, {
      ...parts,
      secretsOf: parts.botSecrets.of,
      replies: parts.turnReplies,
      random: Math.random,
    }),
  llm: ({ config }) =>
    createLlmAgent(
      config,
      llmPartsOf({ ...parts, site: parts.sites.get, botSecret: parts.botSecrets.theirs }, config),
    ),
});

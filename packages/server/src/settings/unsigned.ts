import type { Blueprint, Unsigned } from '@throughline/shared/schema';
import { isWebhookSecret } from '@throughline/shared/webhooks';
import { type BotSecrets, isSigned } from './bots/secrets.ts';
import type { Tools } from './tools.ts';

export interface Signing {
  botSecrets: Pick<BotSecrets, 'of'>;
  tools: Pick<Tools, 'secretsOf'>;
}

/** What is published and is not asked, for there is no secret to sign its questions with. */
export async function findUnsigned(
  { bots = [], tools = [] }: Pick<Blueprint, 'bots' | 'tools'>,
  { botSecrets, tools: { secretsOf } }: Signing,
): Promise<Unsigned> {
  const found: Unsigned = [];
  // Another kind of bot may have had the name, and a token of somebody else's.
  for (const { id } of bots.filter(isSigned))
    if (!(await botSecrets.of(id)).some(isWebhookSecret))
      found.push({ kind: 'bot', id, rotate: `/v1/bots/${id}/rotate` });
  for (const { id } of tools)
    if ((await secretsOf(id)).length === 0)
      found.push({ kind: 'tool', id, rotate: `/v1/blueprint/tools/${id}/rotate` });
  return found;
}

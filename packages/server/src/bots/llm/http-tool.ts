import type { HttpTool } from '@throughline/shared/schema';
import type { Poster } from '../../lib/post.ts';
import { needsApproval, type Tool } from './tool.ts';

/** A call is made again where it may be: its key is the same. */
const TRIES = 2;

export interface HttpToolParts {
  post: Poster['post'];
  /** What shows the business's system that it is the relay who asks; undefined: nothing does. */
  key(): Promise<string | undefined>;
}

export function httpTool(config: HttpTool, { post, key }: HttpToolParts): Tool {
  const { name, description, url, effect, verified, claims, repeatSafe } = config;

  async function callOnce(body: string, callKey: string, signal: AbortSignal): Promise<string> {
    const secret = await key();
    const answer = await post(url, {
      headers: {
        'content-type': 'application/json',
        'idempotency-key': callKey,
        ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
      },
      body,
      signal,
    });
    if (answer.status < 200 || answer.status > 299) throw new Error(`it answered ${answer.status}`);
    return answer.body;
  }

  return {
    ...{ name, description, effect, verified, claims },
    parameters: config.parameters,
    approval: needsApproval(config),
    async call(given, { contact, conversation, key: callKey, signal }) {
      const body = JSON.stringify({ arguments: given, contact, conversation });
      for (let left = effect === 'read' || repeatSafe ? TRIES : 1; ; left--) {
        try {
          return await callOnce(body, callKey, signal);
        } catch (error) {
          if (left <= 1 || signal.aborted) throw error;
        }
      }
    },
  };
}

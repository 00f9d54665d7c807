import type { IncomingHttpHeaders } from 'node:http';
import { checkWebhook, WebhookError } from '@throughline/shared/webhooks';
import { Refusal } from './web-server.ts';

/** What a flow wants to know, or to have done. */
export interface Question {
  /** The same however often it is asked; what it does, it does once. */
  key: string;
  contact: { id: string; externalId: string | null; verified: boolean; name: string | null };
  vars: Record<string, string | number | boolean>;
}

/** The fields of the answer are what the flow knows from then on. */
export type Tool = (question: Question) => object;

export interface Ground {
  /** What the relay signs its questions with, by the tool; without one, a tool answers nobody. */
  secrets: Record<string, string>;
  now: () => number;
}

type Signed = (body: Buffer, headers: IncomingHttpHeaders) => object;

/** Tools as a server offers them: none but the relay is answered. */
export const offer = (tools: Record<string, Tool>, ground: Ground): Record<string, Signed> =>
  Object.fromEntries(
    Object.entries(tools).map(([name, answer]): [string, Signed] => [
      name,
      (body, headers) => answer(readQuestion(name, { body, headers }, ground)),
    ]),
  );

/** Reads a signed question; whoever else asks learns nothing. */
function readQuestion(
  name: string,
  { body, headers }: { body: Buffer; headers: IncomingHttpHeaders },
  { secrets, now }: Ground,
): Question {
  const secret = secrets[name];
  if (!secret) throw new Refusal(404, 'There is nothing here.');
  try {
    const { id, body: text } = checkWebhook(body, headers, { secret, now: now() });
    const { contact, vars } = JSON.parse(text) as Omit<Question, 'key'>;
    return { key: id, contact, vars };
  } catch (error) {
    if (error instanceof WebhookError) throw new Refusal(401, error.message);
    throw error;
  }
}

import type { flowsDocument } from '@throughline/shared/schema';
import type { TestRelay } from './relay.ts';

export type FlowDocument = (typeof flowsDocument)['_zod']['input']['flows'][number];

/** As an administrator does; what is refused is an error with all its findings. */
export async function publishFlows(relay: TestRelay, flows: FlowDocument[]): Promise<void> {
  const path = '/v1/blueprint/flows';
  const { session: as } = await relay.hire('Root', 'admin');
  const read = await relay.fetch(path, { as });
  const headers = { 'if-match': String(read.headers.etag) };
  const answer = await relay.fetch(path, { as, method: 'PUT', body: { flows }, headers });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** Each with a secret, so that it can be asked. */
export async function publishTools(
  relay: TestRelay,
  tools: { id: string; url: string }[],
): Promise<Record<string, string>> {
  const path = '/v1/blueprint/tools';
  const { session: as } = await relay.hire('Root', 'admin');
  const read = await relay.fetch(path, { as });
  const headers = { 'if-match': String(read.headers.etag) };
  const answer = await relay.fetch(path, { as, method: 'PUT', body: { tools }, headers });
  if (answer.status !== 200) throw new Error(answer.text);
  const secrets: Record<string, string> = {};
  for (const { id } of tools) {
    const made = await relay.fetch(`${path}/${id}/rotate`, { as, method: 'POST', body: {} });
    if (made.status !== 200) throw new Error(made.text);
    secrets[id] = (made.json as { secret: string }).secret;
  }
  return secrets;
}

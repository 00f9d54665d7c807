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

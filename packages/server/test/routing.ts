import type { routing as schema } from '@throughline/shared/schema';
import type { TestRelay } from './relay.ts';

export type RoutingDocument = (typeof schema)['_zod']['input'];

/** One team of everybody named, one queue. */
export const plan = (emails: string[], more: Partial<RoutingDocument> = {}): RoutingDocument => ({
  teams: [{ id: 'team', name: 'Team' }],
  agents: emails.map((email) => ({ email, teams: ['team'] })),
  queues: [queue()],
  route: { queue: 'support' },
  ...more,
});

export const queue = (more: object = {}): RoutingDocument['queues'][number] => ({
  id: 'support',
  name: 'Support',
  rings: [{ afterMs: 0, teams: ['team'] }],
  ...more,
});

/** As an administrator does; what is refused is an error with all its findings. */
export async function publishRouting(
  relay: TestRelay,
  routing: RoutingDocument | null,
): Promise<void> {
  const path = '/v1/blueprint/routing';
  const { session: as } = await relay.hire('Root', 'admin');
  const read = await relay.fetch(path, { as });
  const headers = { 'if-match': String(read.headers.etag) };
  const answer = await relay.fetch(path, { as, method: 'PUT', body: { routing }, headers });
  if (answer.status !== 200) throw new Error(answer.text);
}

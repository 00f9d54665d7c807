import type { EndpointChange, EndpointSummary, IssuedEndpoint } from '@throughline/shared/schema';
import { useDesk } from '../../store/context.ts';
import type { Reply } from '../../store/relay.ts';
import { type Asked, useAsked } from '../../store/use-asked.ts';

/** A secret that was told a moment ago, for as long as one stays on its endpoint's page. */
export interface Issued {
  /** Of the endpoint. */
  id: string;
  secret: string;
  how: 'made' | 'rotated';
}

const POLL_MS = 2000;

export interface OneEndpoint {
  asked: Asked<EndpointSummary>;
  ping(): Promise<void>;
  /** The new secret, or undefined when it was refused. */
  rotate(): Promise<string | undefined>;
  enable(): Promise<void>;
  /** With the version somebody looked at. */
  change(change: EndpointChange, etag: string): Promise<Reply<EndpointSummary>>;
  setPaused(isPaused: boolean): Promise<void>;
  /** Whether it is gone. */
  remove(): Promise<boolean>;
}

/** One endpoint as it is now, and what can be done with it; what came of it is said once. */
export function useEndpoint(id: string): OneEndpoint {
  const { relay, notices } = useDesk();
  const path = `/v1/endpoints/${id}`;
  const asked = useAsked<EndpointSummary>(path, POLL_MS);
  const ifMatch = asked.etag ?? '';

  async function tell<T>(asking: Promise<Reply<T>>, done: string): Promise<Reply<T>> {
    const reply = await asking;
    if (reply.ok) notices.say(done);
    else notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    await asked.reload();
    return reply;
  }
  const post = <T>(verb: string) => relay.ask<T>({ method: 'POST', path: `${path}/${verb}` });
  const patch = (body: EndpointChange, version: string) =>
    relay.ask<EndpointSummary>({ method: 'PATCH', path, body, ifMatch: version });

  return {
    asked,
    async ping() {
      await tell(post('ping'), 'A test is on its way; see below what comes of it.');
    },
    async rotate() {
      const reply = await tell(
        post<IssuedEndpoint>('rotate'),
        'Rotated: both secrets sign for now.',
      );
      return reply.ok ? reply.data.secret : undefined;
    },
    async enable() {
      await tell(post('enable'), 'Switched on: what waited is on its way.');
    },
    async change(body, etag) {
      const reply = await patch(body, etag);
      await asked.reload();
      return reply;
    },
    async setPaused(paused) {
      await tell(
        patch({ paused }, ifMatch),
        paused ? 'Paused: events wait until you resume.' : 'Resumed: what waited is on its way.',
      );
    },
    async remove() {
      const reply = await relay.ask({ method: 'DELETE', path, ifMatch });
      if (reply.ok) notices.say('Removed the endpoint.');
      else {
        notices.say(`Not removed: ${reply.message}`, { tone: 'warning' });
        await asked.reload();
      }
      return reply.ok;
    },
  };
}

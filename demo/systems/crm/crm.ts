import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudEvent, verify, WebhookError } from '@throughline/shared/webhooks';
import { createRelayApi } from '../relay-api.ts';
import { type Ground, offer } from '../tools.ts';
import { errandPages, Refusal, serve, type WebServer } from '../web-server.ts';
import { actionsOn } from './actions.ts';
import { createFollower } from './follower.ts';
import { leadTools } from './leads.ts';
import { people } from './people.ts';
import { register } from './registration.ts';

export interface CrmOptions {
  /** Where it keeps its files. */
  dir: string;
  port: number;
  /** The relay's address. */
  relay: string;
  /** Its API key. */
  key: string;
  /** Other pages of the business, by name. */
  links: Record<string, string>;
  /** What the relay signs its questions with; missing: it asks none. */
  asked?: Ground;
}

const FILES = {
  '/': new URL('./index.html', import.meta.url),
  '/crm/page.js': new URL('./page.js', import.meta.url),
  '/crm/style.css': new URL('./style.css', import.meta.url),
  ...errandPages('/book'),
  '/look/page.js': new URL('../look/page.js', import.meta.url),
  '/look/style.css': new URL('../look/style.css', import.meta.url),
  '/mark.svg': new URL('../../site/art/mark.svg', import.meta.url),
};

/** Until the relay answers. */
const RETRY_MS = 500;
/** Between looks at the log: a delivery that failed is made again in seconds first, then in hours. */
const CHECK_MS = 15_000;

const NOBODY: Ground = { secrets: {}, now: Date.now };

/** The shop's CRM. It may end at any moment: nothing is left to be done for that. */
export async function startCrm({
  dir,
  port,
  relay,
  key,
  links,
  asked = NOBODY,
}: CrmOptions): Promise<WebServer> {
  const api = createRelayApi({ url: relay, key });
  const follower = createFollower(api, join(dir, 'crm.json'));
  const caughtUp = Promise.withResolvers<{ secret: string }>();
  const ended = new AbortController();
  let trouble: string | null = 'Reading what happened meanwhile …';

  const server: WebServer = await serve({
    setting: 'CRM_PORT',
    port,
    files: FILES,
    state: () => ({ trouble, links, contacts: people(follower.view()) }),
    actions: actionsOn(api, follower),
    tools: offer(
      leadTools(() => server.url),
      asked,
    ),
    async hook(body, headers) {
      const { secret } = await caughtUp.promise;
      if (follower.take(check(body, headers, secret))) server.publish();
    },
  });

  async function connect(): Promise<void> {
    const url = `${server.url}/hooks`;
    const registration = await register(api, { file: join(dir, 'crm-endpoint.json'), url });
    await follower.catchUp();
    caughtUp.resolve(registration);
  }

  async function stayConnected(): Promise<void> {
    while (!ended.signal.aborted) {
      trouble = await connect().then(
        () => null,
        (error: Error) => error.message,
      );
      server.publish();
      const options = { signal: ended.signal };
      await sleep(trouble ? RETRY_MS : CHECK_MS, undefined, options).catch(() => {});
    }
  }

  void stayConnected();
  return {
    ...server,
    close() {
      ended.abort();
      return server.close();
    },
  };
}

function check(...delivery: Parameters<typeof verify>): CloudEvent {
  try {
    return verify(...delivery);
  } catch (error) {
    if (error instanceof WebhookError) throw new Refusal(401, error.message);
    throw error;
  }
}

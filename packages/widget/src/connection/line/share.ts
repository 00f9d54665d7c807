import type { Link } from '@throughline/shared/client';
import { subjectOf } from '../../lib/subject.ts';
import type { OpenSocket } from '../socket.ts';
import type { Asked, Lead, Place } from './place.ts';

/**
 * Tabs of one visitor share one socket: whoever holds the lock of their line has it, and the others speak
 * through that tab (decision 0018). Web Locks need a secure page; elsewhere each tab has its own socket.
 */
export const shareSocket =
  (open: OpenSocket): OpenSocket =>
  (given, handlers) => {
    const locks = globalThis.navigator?.locks;
    if (!given.isShared || !locks || !globalThis.BroadcastChannel) return open(given, handlers);
    let link: Link | undefined;
    let isOver = false;
    const take = (next: Link): void => {
      if (isOver) next.close();
      else link = next;
    };

    async function begin(): Promise<void> {
      const { relay, site, identity, forget } = given;
      const proof = (await identity?.()) ?? '';
      const options = { ...given, identity: identity && (() => proof) };
      const name = `throughline:${relay}:${site}:${subjectOf(proof)}`;
      const alone = () => take(open(options, handlers));
      const lead = () =>
        new Promise<void>((free) => {
          take(leadLine(name, { options, handlers, open, free }));
        });
      // Whom the relay has to forget, it hears from the tab that was told.
      const how: LockOptions = forget ? { steal: true } : { ifAvailable: true };
      const isTaken = await locks.request(name, how, (lock) => (lock ? lead() : true));
      if (!isTaken) return;
      const tabs = await import('./tabs.ts').catch(alone);
      if (tabs) take(tabs.follow({ name, options, handlers, lead, alone }));
    }

    begin().catch(() => handlers.lost());
    return {
      request: (...said) => (link as Link).request(...said),
      signal: (...said) => link?.signal(...said),
      close() {
        isOver = true;
        link?.close();
        link = undefined;
      },
    };
  };

interface Leading extends Pick<Place, 'options' | 'handlers'> {
  open: OpenSocket;
  free(): void;
}

/** Opens the socket and tells the other tabs all that is heard on it. */
function leadLine(name: string, { options, handlers, open, free }: Leading): Link {
  const channel = new BroadcastChannel(name);
  const by = Math.random();
  let isOver = false;
  // A socket may say its last word behind the end of its line.
  const say = (key: string, args: unknown[]) => isOver || channel.postMessage({ by, key, args });
  const lead = { by, channel, options, since: {} } as Lead;
  const told = Object.entries(handlers).map(([key, handle]) => [
    key,
    (...args: [never]) => {
      const [first, { kind } = {} as never] = args as unknown as [never, { kind: string }?];
      if (key === 'opened') lead.welcome = first;
      if (first === 'ephemeral') lead.since[kind] = args;
      say(key, args);
      handle(...args);
    },
  ]);
  lead.link = open(options, Object.fromEntries(told));
  // Who gets no answer takes the line over.
  channel.onmessage = ({ data }: MessageEvent<Asked>) =>
    data.from && import('./tabs.ts').then(({ serve }) => serve(lead, data)).catch(() => {});
  return {
    ...lead.link,
    close() {
      say('lost', []);
      isOver = true;
      channel.close();
      lead.link.close();
      free();
    },
  };
}

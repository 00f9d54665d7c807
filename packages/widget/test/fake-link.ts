import type { LinkHandlers } from '@throughline/shared/client';
import type { Ack, VisitorEvent, VisitorPage, VisitorWelcome } from '@throughline/shared/schema';
import type { OpenSocket, SocketOptions } from '../src/connection/socket.ts';

interface Request {
  name: string;
  payload: Record<string, unknown>;
  answer(ack: Ack): void;
  /** No answer will come. */
  fail(): void;
}

/** The network, in a test's hands: links it opens, requests it answers, frames it lets through. */
export function createFakeNetwork() {
  const requests: Request[] = [];
  const signals: { name: string; payload: unknown }[] = [];
  const opened: SocketOptions[] = [];
  let handlers: LinkHandlers | undefined;
  let closed = 0;

  const open: OpenSocket = (options, given) => {
    opened.push(options);
    handlers = given;
    return {
      request: (name, payload) =>
        new Promise((resolve, reject) => {
          const fail = () => reject(new Error('no answer'));
          requests.push({
            name,
            payload: payload as Record<string, unknown>,
            answer: resolve,
            fail,
          });
        }),
      signal: (name, payload) => void signals.push({ name, payload }),
      // Like the real one: what is unanswered when a link closes stays unanswered.
      close: () => {
        closed += 1;
        for (const request of requests.splice(0)) request.fail();
      },
    };
  };

  const flush = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };

  return {
    open,
    opened,
    signals,
    requests,
    get closed() {
      return closed;
    },
    flush,
    async welcome(more: Partial<VisitorWelcome> = {}) {
      handlers?.opened({
        contact: 'me',
        epoch: 'e1',
        now: 0,
        site: { name: 'Shop', online: [] },
        token: 't1',
        ...more,
      });
      await flush();
    },
    async lose() {
      handlers?.lost();
      await flush();
    },
    async send(name: string, payload: unknown) {
      handlers?.message(name, payload);
      await flush();
    },
    /** The oldest unanswered request of that name. */
    async answer(name: string, data: unknown) {
      const at = requests.findIndex((request) => request.name === name);
      const [request] = at === -1 ? [] : requests.splice(at, 1);
      if (!request) throw new Error(`nobody asked ${name}; open: ${requests.map((r) => r.name)}`);
      request.answer(isAck(data) ? data : { ok: true, data });
      await flush();
      return request.payload;
    },
  };
}

const isAck = (data: unknown): data is Ack =>
  typeof data === 'object' && data !== null && 'ok' in data;

export const event = (pub: number, more: Partial<VisitorEvent> = {}): VisitorEvent =>
  ({
    id: `event-${pub}`,
    type: 'message.created',
    conversation: 'c1',
    pub,
    time: 1000 * pub,
    actor: { kind: 'agent', id: 'a1', name: 'Ada' },
    data: { text: `text ${pub}` },
    ...more,
  }) as VisitorEvent;

export const page = (events: VisitorEvent[], more: Partial<VisitorPage> = {}): VisitorPage => ({
  conversation: 'c1',
  state: 'recovered',
  events,
  head: events.at(-1)?.pub ?? 0,
  end: true,
  epoch: 'e1',
  ...more,
});

/** The relay's end of a socket, as far as a preview needs one: text packets, one namespace. */
export interface Line {
  say(name: string, payload: unknown): void;
}

interface Around {
  site(): { name: string; online: string[]; version: string };
  opened(line: Line): void;
}

const NAMESPACE = '/visitor,';
const PACKET = /^4([0-4])\/visitor,(\d*)(.*)$/s;

/** What each question is answered; a command gets its receipt. */
function answerTo(name: string, input: { id?: string; conversation?: string }, pub: number) {
  const { id = '', conversation = '' } = input;
  if (name === 'conversation:list') return [];
  if (name !== 'conversation:resume') return { id, conversation, seq: null, pub, time: Date.now() };
  const page = { conversation, state: 'reset', reason: 'no_cursor', head: pub, end: true };
  return { ...page, events: [], epoch: 'preview' };
}

/** A `WebSocket` that leads nowhere and answers at once. */
export const standIn = (around: Around): unknown =>
  class {
    onmessage?: (event: { data: string }) => void;
    onclose?: () => void;
    onerror?: () => void;
    #pub = 0;

    constructor() {
      const quiet = { sid: 'preview', pingInterval: 3_600_000, pingTimeout: 3_600_000 };
      queueMicrotask(() => this.#send(`0${JSON.stringify(quiet)}`));
    }

    #send(data: string): void {
      this.onmessage?.({ data });
    }

    #say = (name: string, payload: unknown): void =>
      this.#send(`42${NAMESPACE}${JSON.stringify([name, payload])}`);

    send(text: string): void {
      const [, type, ack, json = ''] = PACKET.exec(text) ?? [];
      if (type === '0') queueMicrotask(() => this.#welcome());
      if (type !== '2' || !ack) return;
      const [name, input] = JSON.parse(json);
      if (/^(message:send|conversation:start)$/.test(name)) this.#pub += 1;
      const data = answerTo(name, input, this.#pub);
      queueMicrotask(() =>
        this.#send(`43${NAMESPACE}${ack}${JSON.stringify([{ ok: true, data }])}`),
      );
    }

    #welcome(): void {
      this.#send(`40${NAMESPACE}{"sid":"preview"}`);
      const now = Date.now();
      this.#say('welcome', { contact: 'preview', epoch: 'preview', now, site: around.site() });
      around.opened({ say: this.#say });
    }

    close(): void {
      this.onclose?.();
    }
  };

import type { VisitorEvent } from '@throughline/shared/schema';
import type { Page } from 'playwright-core';
import type { Answered, Input } from './wiretap.ts';

/** Whoever listens to what a page says and hears. */
export interface Listener {
  saw(text: string): void;
  asked(name: string, input: Input): void;
  answered(name: string, input: Input, ack: Answered): void;
  came(event: VisitorEvent): void;
}

/** A packet of a visitor's: an event or an answer, which one it answers, and what it says. */
const PACKET = /^4([23])\/visitor,(\d*)(\[.*)$/s;

function packetIn(frame: string | Buffer) {
  const [, type, id = '', json = ''] = PACKET.exec(String(frame)) ?? [];
  return type ? { isAnswer: type === '3', id, said: JSON.parse(json) } : undefined;
}

/** Listens as the browser's own tools do; the page's WebSocket stays what it is. */
export function listen(page: Page, listener: Listener): void {
  page.on('websocket', (socket) => {
    const open = new Map<string, [string, Input]>();
    socket.on('framesent', ({ payload }) => {
      const packet = packetIn(payload);
      if (!packet?.id || packet.isAnswer) return;
      const [name, input] = packet.said;
      open.set(packet.id, [name, input]);
      listener.asked(name, input);
    });
    socket.on('framereceived', ({ payload }) => {
      listener.saw(String(payload));
      const packet = packetIn(payload);
      const question = open.get(packet?.id ?? '');
      if (packet?.isAnswer && question) listener.answered(...question, packet.said[0]);
      if (packet?.said[0] === 'event') listener.came(packet.said[1]);
    });
  });
}

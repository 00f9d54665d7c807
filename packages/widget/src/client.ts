import { assembleClient, type Client, type ClientOptions } from './assemble.ts';
import type { OpenSocket } from './connection/socket.ts';
import { type ClientEvents, emitEvent, type PageEvent } from './events.ts';
import { createEmitter } from './lib/emitter.ts';
import { checkOptions } from './options.ts';

export type { Client, ClientOptions } from './assemble.ts';
export { type OpenSocket, openSocket } from './connection/socket.ts';
export type { ClientEvents, PageEvent, PageEvents } from './events.ts';
export type { State } from './store/state.ts';

/**
 * The chat without a screen. It does nothing until `start` is called.
 *
 * ```ts
 * const client = createClient({ relay: 'https://chat.example.com', site: 'shop' });
 * client.on('message.created', ({ data }) => console.log(data.text));
 * client.start();
 * client.sendMessage('Hello!');
 * ```
 *
 * @param open how a socket is opened; a program that is no browser may bring its own
 * @throws TypeError when an option is missing or wrong; its message names the option
 */
export function createClient(options: ClientOptions, open?: OpenSocket): Client {
  const emitter = createEmitter<ClientEvents>();
  const tell = (event: PageEvent) => emitEvent(emitter, event);
  return assembleClient(checkOptions(options), { emitter, tell }, open);
}

import { assembleClient, type Client, type ClientEvents, type ClientOptions } from './assemble.ts';
import type { OpenSocket } from './connection/socket.ts';
import { createEmitter } from './lib/emitter.ts';
import { checkOptions } from './options.ts';

export type { Client, ClientEvents, ClientOptions } from './assemble.ts';
export { type OpenSocket, openSocket } from './connection/socket.ts';
export type { State } from './store/state.ts';

/**
 * The chat without a screen. It does nothing until `start` is called.
 *
 * ```ts
 * const client = createClient({ relay: 'https://chat.example.com', site: 'shop' });
 * client.on('message.created', ({ message }) => console.log(message.text));
 * client.start();
 * client.sendMessage('Hello!');
 * ```
 *
 * @param open how a socket is opened; a program that is no browser may bring its own
 * @throws TypeError when an option is missing or wrong; its message names the option
 */
export const createClient = (options: ClientOptions, open?: OpenSocket): Client =>
  assembleClient(
    checkOptions(options),
    createEmitter<ClientEvents>((error) => globalThis.reportError?.(error)),
    open,
  );

export { backoffMs } from './backoff.ts';
export {
  type Connection,
  type ConnectionHandlers,
  createConnection,
  type Link,
  type LinkHandlers,
  type Surroundings,
  type Undo,
} from './connection.ts';
export { type State, type Status, statusOf } from './machine.ts';
export * as outbox from './outbox.ts';
export type { Entry, Outbox } from './outbox.ts';
export { createSender, type Sender, type SenderOptions } from './sender.ts';
export * as stream from './stream.ts';
export type { Step, Stream } from './stream.ts';

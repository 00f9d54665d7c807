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
export {
  type Entry,
  enqueue,
  failed,
  head,
  type Outbox,
  remove,
  retry,
  sending,
  unanswered,
} from './outbox.ts';
export { createSender, type Sender, type SenderOptions } from './sender.ts';
export {
  cursorOf,
  newStream,
  noticeHead,
  receive,
  reconnect,
  type Step,
  type Stream,
  takePage,
} from './stream.ts';

import type { articleWords } from './words/article.ts';
import type { awayWords } from './words/away.ts';
import type { blockWords } from './words/block.ts';
import type { filesWords } from './words/files.ts';
import type { greetingWords } from './words/greeting.ts';
import type { menuWords } from './words/menu.ts';
import type { standingWords } from './words/standing.ts';

/** One text, or the forms it takes by the count `{n}`: those `Intl.PluralRules` names. */
export type Text = string | ({ other: string } & { [Form in Intl.LDMLPluralRule]?: string });

/** English: the language every text falls back to, and the list of all texts the panel begins with. */
export const en = {
  open: 'Open chat',
  close: 'Close chat',
  openUnread: 'Open chat, {n} unread',
  menu: 'More',
  back: 'All conversations',
  conversations: 'Your conversations',
  you: 'You',
  deleted: 'Message deleted',
  edited: 'Edited',
  placeholder: 'Write a message …',
  message: 'Message',
  attach: 'Attach files',
  emoji: 'Emoji',
  send: 'Send',
  sent: 'Sent',
  delivered: 'Delivered',
  seen: 'Seen',
  sending: 'Sending …',
  queued: 'Waiting for the connection',
  failed: 'Not sent.',
  tryAgain: 'Try again',
  discard: 'Discard',
  typing: '{name} is typing',
  someone: 'Somebody',
  online: 'Online',
  away: 'We answer as soon as we are back',
  connecting: 'Connecting …',
  reconnecting: 'No connection. What you write is sent as soon as it is back.',
  refused: 'The chat is not available on this page.',
  replaced: 'The chat goes on in another window.',
  reload: 'The chat was updated. Please reload the page.',
  joined: '{name} takes care of this.',
  resolved: 'The conversation was closed.',
  closed: 'The conversation was closed. Write to open it again.',
  reopened: 'The conversation is open again.',
  rejected: 'A file was not accepted.',
  new: 'New',
  latest: 'Go to the latest message',
  newMessages: { one: '{n} new message', other: '{n} new messages' },
  loadingOlder: 'Loading earlier messages',
  from: '{name} says: {text}',
  today: 'Today',
  yesterday: 'Yesterday',
};

export type Texts = Record<keyof typeof en, Text>;

/** What only parts show. */
type PartWords = typeof articleWords &
  typeof awayWords &
  typeof blockWords &
  typeof filesWords &
  typeof greetingWords &
  typeof menuWords &
  typeof standingWords;

/**
 * With what only parts show. A part brings its English along (`words/`); every other language is one
 * file with all of it.
 */
export type AllTexts = Texts & Record<keyof PartWords, Text>;

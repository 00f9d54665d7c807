import { TEXT_CHARS } from '@throughline/shared';

/** Whether a relay would take it as the text of a message. */
export const isSendable = (text: unknown): text is string =>
  typeof text === 'string' && text.trim() !== '' && [...text].length <= TEXT_CHARS;

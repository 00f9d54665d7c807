import { TEXT_CHARS } from '@throughline/shared';
import type { Send } from '../../../hooks.ts';
import { after, type Soon } from '../../../lib/soon.ts';
import type { Chat } from '../../context.ts';
import { holds, sendWith } from './trays.ts';

const MESSAGE = RegExp(`[^]{1,${TEXT_CHARS}}(?!\\S)|[^]{1,${TEXT_CHARS}}(?![\\udc00-\\udfff])`);

/**
 * Sends all that is written and in the tray. What is too long for one message goes as several: parted at a space where
 * there is one, never within a character. What has still to go is the draft meanwhile.
 */
export const sendAll =
  (chat: Chat): Send =>
  (text, conversation) => {
    const { client, send, view } = chat;
    const goOn = (words: string, into: string | null): Soon<string | null> => {
      const [message = ''] = MESSAGE.exec(words) ?? [];
      const hasFiles = view.getState().picked[0] || holds(chat, into ?? 'new');
      return after((hasFiles ? sendWith(chat) : send)(message, into), (to) => {
        // What the page stops half-way waits in the conversation that has begun.
        if (!to) return conversation ? null : into;
        const rest = words.slice(message.length).trim();
        client.setDraft(to, rest);
        return rest ? goOn(rest, to) : to;
      });
    };
    return goOn(text, conversation);
  };

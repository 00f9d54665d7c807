import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, Button } from '@throughline/shared/schema';
import { bearer, type Exchange } from './exchange.ts';
import {
  aboutVisitor,
  cardOf,
  createNames,
  fieldsIn,
  labelOf,
  listIn,
  type Payloads,
  repliesOf,
  shown,
  textIn,
  webIn,
  wordsIn,
} from './translate.ts';

/** Between looks at what the bot has written. */
const LOOK_MS = 400;
const PATH = '/v3/directline/conversations';
const HERO = /^application\/vnd\.microsoft\.card\.(hero|thumbnail)$/;

type Names = ReturnType<typeof createNames>;

interface State {
  conversation?: string;
  watermark?: string;
  payloads?: Payloads;
}

/** A conversation with its service. */
interface Line extends Pick<Exchange, 'call' | 'signal'> {
  at: string;
  headers: Record<string, string>;
}

const payloadOf = (action: unknown): string => {
  const { value, title } = fieldsIn(action);
  return textIn(value) || (value === undefined ? textIn(title) : JSON.stringify(value));
};

function buttonOf(action: unknown, { actionFor }: Names): Button[] {
  const { type, title, value } = fieldsIn(action);
  const label = labelOf(title);
  if (type !== 'openUrl') return [{ label, action: actionFor(payloadOf(action)) }];
  return webIn(value) ? [{ label, url: webIn(value) }] : [];
}

/** Cards of the simple kinds, and pictures; of others there is the text the bot sent along. */
function saidBy(attachment: unknown, names: Names): Act[] {
  const { contentType, contentUrl, content } = fieldsIn(attachment);
  if (textIn(contentType).startsWith('image/')) return shown(cardOf({ image: contentUrl }));
  if (!HERO.test(textIn(contentType))) return [];
  const { title, subtitle, text, images, buttons } = fieldsIn(content);
  const words = [subtitle, text].map(textIn).filter(Boolean).join('\n');
  const card = cardOf({
    title: textIn(title) || words,
    text: textIn(title) ? words : '',
    image: fieldsIn(listIn(images)[0]).url,
    buttons: listIn(buttons).flatMap((one) => buttonOf(one, names)),
  });
  return shown(card);
}

function actsOf(activity: Record<string, unknown>, names: Names): Act[] {
  if (activity.type !== 'message') return [];
  const { actions } = fieldsIn(activity.suggestedActions);
  const choices = listIn(actions).map((one) => ({
    title: fieldsIn(one).title,
    payload: payloadOf(one),
  }));
  const block = repliesOf(choices, names.actionFor);
  const text = textIn(activity.text);
  const cards = listIn(activity.attachments).flatMap((one) => saidBy(one, names));
  // The choices belong under what was said last.
  if (!text && !block) return cards;
  return [...cards, { do: 'say', text, ...(block ? { block } : {}) }];
}

const isHandOff = ({ type, name }: Record<string, unknown>): boolean =>
  type === 'handoff' || (type === 'event' && name === 'handoff.initiate');

const isEnd = ({ type }: Record<string, unknown>): boolean => type === 'endOfConversation';

const isLast = (activity: Record<string, unknown>): boolean =>
  isHandOff(activity) || isEnd(activity) || activity.inputHint === 'expectingInput';

/** What the bot wrote since `watermark`: until it waits for an answer, ends, or has paused for a moment. */
async function listen({ at, headers, call, signal }: Line, from: State) {
  const heard: Record<string, unknown>[] = [];
  let { watermark } = from;
  for (;;) {
    const query = watermark === undefined ? '' : `?watermark=${encodeURIComponent(watermark)}`;
    const { value } = await call({ url: `${at}${query}`, headers });
    const { activities, watermark: next } = fieldsIn(value);
    watermark = textIn(next) || watermark;
    const news = listIn(activities).map(fieldsIn).filter(isBots);
    heard.push(...news);
    const isQuiet = news.length === 0 && heard.length > 0;
    if (isQuiet || heard.some(isLast)) return { heard, watermark };
    await sleep(LOOK_MS, undefined, { signal });
  }
}

const OURS = 'throughline-';
const isBots = ({ from }: Record<string, unknown>): boolean =>
  !textIn(fieldsIn(from).id).startsWith(OURS);

async function open({ url, call, secrets }: Exchange): Promise<string> {
  const at = new URL(PATH, url).href;
  const { value } = await call({ url: at, headers: bearer(secrets), body: {} });
  const conversation = textIn(fieldsIn(value).conversationId);
  if (!conversation) throw new Error('it opened no conversation');
  return conversation;
}

/** A bot behind Direct Line 3.0: a conversation there for each one here, and activities either way. */
export async function askDirectLine(exchange: Exchange): Promise<unknown> {
  const { turn, url, call, secrets, signal } = exchange;
  const state = fieldsIn(turn.state) as State;
  const conversation = state.conversation ?? (await open(exchange));
  const at = new URL(`${PATH}/${encodeURIComponent(conversation)}/activities`, url).href;
  const headers = bearer(secrets);
  const text = wordsIn(turn, state.payloads ?? {});
  const what = text ? { type: 'message', text } : { type: 'event', name: turn.reason };
  const body = {
    ...what,
    from: { id: `${OURS}${turn.contact.id}`, name: turn.contact.name ?? undefined },
    locale: turn.conversation.language ?? undefined,
    channelData: { clientActivityID: turn.id, throughline: aboutVisitor(turn) },
  };
  await call({ url: at, headers, body, shown: turn.reason });
  const { heard, watermark } = await listen({ at, headers, call, signal }, state);
  const names = createNames();
  const acts = heard.flatMap((activity) => actsOf(activity, names));
  const { payloads } = names;
  if (heard.some(isHandOff)) return { acts, next: { do: 'hand_off' } };
  // The next one begins anew.
  if (heard.some(isEnd)) return { acts, next: { do: 'end' } };
  return { acts, state: { conversation, watermark, payloads } };
}

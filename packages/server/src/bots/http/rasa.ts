import type { Act } from '@throughline/shared/schema';
import { bearer, type Exchange } from './exchange.ts';
import {
  aboutVisitor,
  cardOf,
  createNames,
  fieldsIn,
  listIn,
  type Payloads,
  repliesOf,
  shown,
  textIn,
  wordsIn,
} from './translate.ts';

type Names = ReturnType<typeof createNames>;

/** One of its messages: words, buttons under them, a picture. */
function actsOf(message: unknown, { actionFor }: Names): Act[] {
  const { text, buttons, image } = fieldsIn(message);
  const words = textIn(text);
  const block = repliesOf(
    listIn(buttons).map((one) => ({ title: fieldsIn(one).title, payload: fieldsIn(one).payload })),
    actionFor,
  );
  return [
    ...(words || block ? [{ do: 'say' as const, text: words, ...(block ? { block } : {}) }] : []),
    ...shown(cardOf({ image })),
  ];
}

/**
 * Rasa's REST channel: one message in, messages out. `custom: {throughline: …}` is a part of a reply, for all
 * that Rasa has no word for: `{custom: {throughline: {next: {do: hand_off}}}}`.
 */
export async function askRasa({ turn, url, call, secrets }: Exchange): Promise<unknown> {
  const { payloads: known = {} } = fieldsIn(turn.state) as { payloads?: Payloads };
  // Nobody said anything: the reason is an intent.
  const message = wordsIn(turn, known) || `/${turn.reason}`;
  const body = { sender: turn.conversation.id, message, metadata: aboutVisitor(turn) };
  const { value } = await call({ url, headers: bearer(secrets), body, shown: turn.reason });
  if (!Array.isArray(value)) throw new Error('its answer is no list of messages');
  const names = createNames();
  const extras = value.map((one) => fieldsIn(fieldsIn(fieldsIn(one).custom).throughline));
  return {
    ...Object.assign({}, ...extras),
    acts: value.flatMap((one, at) => [...actsOf(one, names), ...listIn(extras[at]?.acts)]),
    state: { payloads: names.payloads },
  };
}

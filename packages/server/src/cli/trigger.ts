import {
  catalogue,
  type EventKind,
  type EventType,
  eventTypes,
  parse,
  TYPE_PREFIX,
} from '@throughline/shared/schema';
import { UsageError } from '../lib/errors.ts';
import { apiOptions, readRelay } from './api.ts';
import { exampleEvent } from './example-event.ts';
import { FORWARDING, forwardOptions, outcomeLine, post, readReceiver } from './forward.ts';
import type { Command } from './invocation.ts';

/** Those that share a part of the name; all, where none does. */
function nearTo(name: string): EventType[] {
  const parts = name.split('.');
  const near = eventTypes.filter((type) => type.split('.').some((part) => parts.includes(part)));
  return near.length > 0 ? near : eventTypes;
}

function readType(given = ''): EventType {
  const name = given.replace(TYPE_PREFIX, '');
  const type = eventTypes.find((known) => known === name);
  if (type) return type;
  const says = name ? `There is no type "${name}".` : 'Name the type of an event.';
  throw new UsageError(`${says} There is ${nearTo(name).join(', ')}.`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The example with what is given in its place, if that is still an event of this type. */
export function readData(type: EventType, given: unknown): object {
  const { data, example }: EventKind = catalogue[type];
  if (given === undefined) return example;
  const own = readJson(String(given));
  if (typeof own !== 'object' || own === null || Array.isArray(own))
    throw new UsageError(`--data takes a JSON object, such as '${JSON.stringify(example)}'`);
  const checked = parse(data.strict(), { ...example, ...own });
  if (checked.ok) return checked.value;
  const { field, message } = checked.error;
  const says = field ? `${field}: ${message}` : message;
  throw new UsageError(`--data is no ${type}. ${says} The example: '${JSON.stringify(example)}'`);
}

export const trigger: Command = {
  about: 'Deliver an example event; needs no relay.',
  takes: `TYPE ${FORWARDING} [--data JSON] [--json]`,
  words: 1,
  options: {
    ...apiOptions,
    ...forwardOptions,
    data: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(call) {
    const type = readType(call.words[0]);
    const data = readData(type, call.values.data);
    const event = exampleEvent(type, { source: readRelay(call), data });
    const outcome = await post(readReceiver(call), event);
    call.print(outcomeLine(event, outcome, call.values.json === true));
    return outcome.isTaken ? 0 : 1;
  },
};

import { createParser } from 'eventsource-parser';
import { parseJson } from '../../lib/json.ts';
import type { Poster } from '../../lib/post.ts';
import type { Schema } from './arguments.ts';

export interface ToolCall {
  id: string;
  name: string;
  /** As the model wrote it: JSON, or not. */
  arguments: string;
}

/** As the wire wants it. */
export type Message =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; tool_calls?: WireCall[] }
  | { role: 'tool'; content: string; tool_call_id: string };

interface WireCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface ToolOffer {
  name: string;
  description: string;
  parameters: Schema;
  /** The endpoint holds the model to `parameters` while it writes. */
  strict?: true;
}

export interface Question {
  messages: Message[];
  tools: ToolOffer[];
  maxTokens: number;
}

export interface Said {
  text: string;
  calls: ToolCall[];
  /** `stop`, `tool_calls`, `length`, `content_filter`, … */
  finish: string;
  usage: { input: number; output: number } | undefined;
}

interface Endpoint {
  url: string;
  model: string;
  /** Sent as a bearer token; undefined: none is needed. */
  key: string | undefined;
}

interface Line {
  open: Poster['open'];
  signal: AbortSignal;
  /** The text so far. */
  heard(text: string): void;
}

/** The endpoint gave no answer that could be used. */
export class ModelError extends Error {
  /** Asking once more might help. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = false) {
    super(message);
    this.name = 'ModelError';
    this.isPassing = isPassing;
  }
}

const ANSWER_BYTES = 1024 * 1024;
const TEXT_CHARS = 20_000;
const CALLS_MAX = 32;

/** The same bytes for the same question, and what is counted of it before it is asked. */
export const promptOf = ({ messages, tools }: Omit<Question, 'maxTokens'>): string =>
  JSON.stringify({
    messages,
    ...(tools.length > 0 && { tools: tools.map((it) => ({ type: 'function', function: it })) }),
  });

function bodyOf(question: Question, model: string): string {
  const options = {
    model,
    max_tokens: question.maxTokens,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  };
  return `${JSON.stringify(options).slice(0, -1)},${promptOf(question).slice(1)}`;
}

/** What an answer is put together from, whether it comes in pieces or at once. */
function createAnswer(heard: Line['heard']) {
  let text = '';
  let finish = '';
  let usage: Said['usage'];
  const calls = new Map<number, { name: string; arguments: string }>();

  const addCall = (value: unknown, at: number): void => {
    const piece = fieldsOf(value);
    const index = typeof piece.index === 'number' ? piece.index : at;
    const { name, arguments: given } = fieldsOf(piece.function);
    const call = calls.get(index) ?? { name: '', arguments: '' };
    call.name += typeof name === 'string' ? name : '';
    call.arguments += typeof given === 'string' ? given : '';
    calls.set(index, call);
    if (calls.size > CALLS_MAX) throw new ModelError('it calls too much at once');
  };

  return {
    add(chunk: unknown): void {
      const { choices, usage: cost, error } = fieldsOf(chunk);
      if (error) throw new ModelError('it answered with an error', true);
      const choice = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
      const { content, tool_calls } = fieldsOf(choice.delta ?? choice.message);
      if (Array.isArray(tool_calls)) tool_calls.forEach(addCall);
      if (typeof choice.finish_reason === 'string') finish = choice.finish_reason;
      usage = usageIn(cost) ?? usage;
      if (typeof content !== 'string' || content === '') return;
      text += content;
      if (text.length > TEXT_CHARS) throw new ModelError('its answer has no end');
      heard(text);
    },
    end(isWhole: boolean): Said {
      if (!isWhole && finish === '') throw new ModelError('its answer broke off', true);
      // Its own ids may come twice; ours do not.
      const all = [...calls.values()].map((call, at) => ({ id: `call_${at}`, ...call }));
      return { text, calls: all, finish, usage };
    },
  };
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** What it says it cost; what is no number was not said. */
function usageIn(value: unknown): Said['usage'] {
  const { prompt_tokens: input, completion_tokens: output } = fieldsOf(value);
  return isCount(input) && isCount(output) ? { input, output } : undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new ModelError('its answer is no JSON', true);
  }
}

type Answering = ReturnType<typeof createAnswer>;

async function* limited(body: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) throw new ModelError('its answer is too large');
    yield decoder.decode(part, { stream: true });
  }
}

async function readEvents(body: AsyncIterable<Buffer>, answer: Answering): Promise<boolean> {
  let isOver = false;
  const parser = createParser({
    onEvent({ data }) {
      if (data.trim() === '[DONE]') isOver = true;
      else if (!isOver) answer.add(parsed(data));
    },
  });
  for await (const part of limited(body)) {
    parser.feed(part);
    // Some keep the connection open after it.
    if (isOver) break;
  }
  return isOver;
}

async function readWhole(body: AsyncIterable<Buffer>, answer: Answering): Promise<boolean> {
  let text = '';
  for await (const part of limited(body)) text += part;
  answer.add(parsed(text));
  return true;
}

/** Asks once. @throws ModelError, or what the connection fails with */
export async function askModel(
  { url, model, key }: Endpoint,
  question: Question,
  { open, signal, heard }: Line,
): Promise<Said> {
  const { status, headers, body } = await open(`${url.replace(/\/+$/, '')}/chat/completions`, {
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: bodyOf(question, model),
    signal,
  });
  if (status !== 200) {
    for await (const _ of body) break;
    throw new ModelError(`it answered ${status}`, status >= 500);
  }
  const answer = createAnswer(heard);
  const isStream = String(headers['content-type'] ?? '').includes('event-stream');
  const isWhole = await (isStream ? readEvents : readWhole)(body, answer);
  return answer.end(isWhole);
}

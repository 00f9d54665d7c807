import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Opened, Poster } from '../src/lib/post.ts';

/** What the relay asked, as it came over the wire. */
export interface Asked {
  model: string;
  max_tokens: number;
  messages: { role: string; content: string; tool_calls?: unknown[]; tool_call_id?: string }[];
  tools?: { function: { name: string } }[];
}

interface Move {
  text?: string;
  /** A text stands as it is, also when it is no JSON. */
  calls?: { name: string; arguments: object | string }[];
  finish?: string;
  /** Null: it does not say. */
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  /** Into how many pieces the text is cut; by words where nothing is said. */
  whole?: boolean;
  /** All calls have this id, and their pieces this index. */
  sameIds?: boolean;
}

/** How an endpoint can fail. */
export type Fault =
  | 'status 400'
  | 'status 401'
  | 'status 429'
  | 'status 500'
  | 'status 503'
  | 'hang'
  | 'drip'
  | 'cut'
  | 'malformed'
  | 'empty body'
  | 'error event'
  | 'endless';

export type Play = (asked: Asked, nth: number) => Move | { fault: Fault };

interface Rendered {
  status: number;
  headers: Record<string, string>;
  pieces: string[];
  /** What happens after the pieces. */
  ending: 'end' | 'cut' | 'hang' | 'repeat';
}

const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

const chunk = (delta: object, finish: string | null = null) =>
  event({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });

function callPieces({ calls = [], sameIds }: Move): string[] {
  return calls.flatMap(({ name, arguments: given }, index) => {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    const at = Math.ceil(text.length / 2);
    const id = sameIds ? 'call_same' : `call_of_model_${index}`;
    const piece = (inner: object) => chunk({ tool_calls: [{ index, ...inner }] });
    return [
      piece({ id, type: 'function', function: { name, arguments: '' } }),
      piece({ function: { arguments: text.slice(0, at) } }),
      piece({ function: { arguments: text.slice(at) } }),
    ];
  });
}

function renderMove(move: Move): Rendered {
  const { text = '', calls = [], usage = { prompt_tokens: 200, completion_tokens: 20 } } = move;
  const finish = move.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  const words = move.whole ? [text] : (text.match(/\S+\s*|\s+/g) ?? []);
  const pieces = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    ...callPieces(move),
    chunk({}, finish),
    ...(usage ? [event({ choices: [], usage })] : []),
    event('[DONE]'),
  ];
  return { ...STREAM, pieces };
}

const STREAM = {
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  ending: 'end',
} as const;
const BEGUN = [chunk({ role: 'assistant' }), chunk({ content: 'Let me ' })];

function renderFault(fault: Fault): Rendered {
  const [kind, status] = fault.split(' ');
  if (kind === 'status')
    return {
      ...{ status: Number(status), headers: { 'content-type': 'application/json' } },
      ...{ pieces: ['{"error":{"message":"no"}}'], ending: 'end' },
    };
  const plays: Record<string, Pick<Rendered, 'pieces' | 'ending'>> = {
    hang: { pieces: [], ending: 'hang' },
    drip: { pieces: BEGUN, ending: 'hang' },
    cut: { pieces: [...BEGUN, 'data: {"choices":[{"del'], ending: 'cut' },
    malformed: { pieces: [...BEGUN, event('{"choices": nonsense')], ending: 'end' },
    'empty body': { pieces: [], ending: 'end' },
    'error event': { pieces: [event({ error: { message: 'overloaded' } })], ending: 'end' },
    endless: { pieces: [chunk({ content: 'word '.repeat(200) })], ending: 'repeat' },
  };
  return { ...STREAM, ...(plays[fault] ?? { pieces: [], ending: 'end' }) };
}

const render = (move: ReturnType<Play>): Rendered =>
  'fault' in move ? renderFault(move.fault) : renderMove(move);

async function* bodyOf({ pieces, ending }: Rendered, signal: AbortSignal): AsyncGenerator<Buffer> {
  do for (const piece of pieces) yield Buffer.from(piece);
  while (ending === 'repeat');
  if (ending === 'cut') throw new Error('socket hang up');
  if (ending === 'hang')
    await new Promise((_done, failed) => {
      if (signal.aborted) failed(signal.reason);
      signal.addEventListener('abort', () => failed(signal.reason));
    });
}

/** The endpoint without a network: the same bytes, so that a turn costs no time but its own. */
export function modelInProcess(play: Play): Poster['open'] & { asked: Asked[] } {
  const asked: Asked[] = [];
  const open: Poster['open'] = async (_url, { body, signal }): Promise<Opened> => {
    signal.throwIfAborted();
    const question = JSON.parse(String(body)) as Asked;
    asked.push(question);
    const rendered = render(play(question, asked.length - 1));
    return { ...rendered, body: bodyOf(rendered, signal) };
  };
  return Object.assign(open, { asked });
}

interface ModelServer extends AsyncDisposable {
  url: string;
  asked: Asked[];
  /** The `authorization` of each question. */
  keys: (string | undefined)[];
  /** What it answers from now on. */
  play(how: Play): void;
}

async function send(response: ServerResponse, rendered: Rendered): Promise<void> {
  const { status, headers, pieces, ending } = rendered;
  response.writeHead(status, headers).flushHeaders();
  do
    for (const piece of pieces) {
      if (response.destroyed) return;
      response.write(piece);
      await new Promise((sent) => setImmediate(sent));
    }
  while (ending === 'repeat');
  if (ending === 'end') response.end();
  else if (ending === 'cut') response.destroy();
}

/** An OpenAI-compatible endpoint, as obedient, broken or captured as a test needs it. */
export async function startModelServer(
  first: Play = () => ({ text: 'Hello.' }),
): Promise<ModelServer> {
  let play = first;
  const asked: Asked[] = [];
  const keys: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url !== '/v1/chat/completions') return void response.writeHead(404).end();
      const question = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      asked.push(question);
      keys.push(request.headers.authorization);
      void send(response, render(play(question, asked.length - 1)));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    keys,
    play(how) {
      play = how;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

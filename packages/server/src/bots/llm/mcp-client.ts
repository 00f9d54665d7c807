import { createParser } from 'eventsource-parser';
import { parseJson } from '../../lib/json.ts';
import type { Poster } from '../../lib/post.ts';
import type { CallContext } from './tool.ts';

const PROTOCOL = '2025-06-18';
const ANSWER_BYTES = 1024 * 1024;
const PAGES_MAX = 10;

interface McpTool {
  name: string;
  description?: string;
  inputSchema?: object;
}

interface Endpoint {
  url: string;
  open: Poster['open'];
  key(): Promise<string | undefined>;
}

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** The answer to our question, among whatever else comes. */
async function answerIn(body: AsyncIterable<Buffer>, isStream: boolean, id: number) {
  let found: Fields | undefined;
  let text = '';
  let bytes = 0;
  const take = (data: string) => {
    const message = fieldsOf(parseJson(data));
    if (message.id === id) found = message;
  };
  const parser = createParser({ onEvent: ({ data }) => take(data) });
  const decoder = new TextDecoder();
  for await (const part of body) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) throw new Error('the answer is too large');
    const piece = decoder.decode(part, { stream: true });
    if (isStream) parser.feed(piece);
    else text += piece;
    if (found) break;
  }
  if (!isStream) take(text);
  if (!found) throw new Error('there was no answer');
  return found;
}

/**
 * As much of the Model Context Protocol as it takes to call tools: JSON-RPC in a POST (Streamable HTTP).
 * What a server asks or tells of its own accord is not listened to.
 */
function createSession({ url, open, key }: Endpoint) {
  let session: string | undefined;
  let last = 0;

  async function send(message: Fields, signal: AbortSignal) {
    const secret = await key();
    const answer = await open(url, {
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': PROTOCOL,
        ...(session !== undefined && { 'mcp-session-id': session }),
        ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal,
    });
    if (answer.status < 200 || answer.status > 299) {
      for await (const _ of answer.body) break;
      throw new Error(`the server answered ${answer.status}`);
    }
    const named = answer.headers['mcp-session-id'];
    if (typeof named === 'string') session = named;
    return answer;
  }

  return {
    async ask(method: string, params: Fields, signal: AbortSignal): Promise<Fields> {
      const id = ++last;
      const { headers, body } = await send({ id, method, params }, signal);
      const isStream = String(headers['content-type'] ?? '').includes('event-stream');
      const { result, error } = await answerIn(body, isStream, id);
      if (error !== undefined) throw new Error(`the server refused: ${fieldsOf(error).message}`);
      return fieldsOf(result);
    },
    async notify(method: string, signal: AbortSignal): Promise<void> {
      const { body } = await send({ method }, signal);
      for await (const _ of body) break;
    },
  };
}

export interface McpClient {
  list(signal: AbortSignal): Promise<McpTool[]>;
  /** @throws where the server does, or the tool says that it failed */
  call(name: string, given: Fields, context: CallContext): Promise<string>;
}

const isTool = (value: unknown): value is McpTool => typeof fieldsOf(value).name === 'string';

/** What a tool answers, as text; pictures and sounds are none. */
function textIn({ content, structuredContent, isError }: Fields): string {
  const parts = Array.isArray(content) ? content.map(fieldsOf) : [];
  const text = parts
    .flatMap((part) => (typeof part.text === 'string' ? [part.text] : []))
    .join('\n');
  if (isError === true) throw new Error(text || 'the tool failed');
  return text || JSON.stringify(structuredContent ?? null);
}

export async function connectMcp(endpoint: Endpoint, signal: AbortSignal): Promise<McpClient> {
  const session = createSession(endpoint);
  const clientInfo = { name: 'throughline', version: '1' };
  await session.ask(
    'initialize',
    { protocolVersion: PROTOCOL, capabilities: {}, clientInfo },
    signal,
  );
  await session.notify('notifications/initialized', signal);
  return {
    async list(during) {
      const found: McpTool[] = [];
      let cursor: unknown;
      for (let page = 0; page < PAGES_MAX; page++) {
        const given = cursor === undefined ? {} : { cursor };
        const { tools, nextCursor } = await session.ask('tools/list', given, during);
        if (Array.isArray(tools)) found.push(...tools.filter(isTool));
        cursor = nextCursor;
        if (typeof cursor !== 'string') break;
      }
      return found;
    },
    async call(name, given, { signal: during, ...about }) {
      const params = { name, arguments: given, _meta: metaOf(about) };
      return textIn(await session.ask('tools/call', params, during));
    },
  };
}

/** Who it is about, beside the arguments: no model has written it. */
const metaOf = ({ contact, conversation, key }: Omit<CallContext, 'signal'>): Fields => ({
  'dev.throughline/contact': contact,
  'dev.throughline/conversation': conversation,
  'dev.throughline/key': key,
});

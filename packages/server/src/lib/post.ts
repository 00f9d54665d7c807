import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { Egress } from './egress.ts';

/** What of an answer is read. */
export const READ_BYTES = 64 * 1024;
const IDLE_MS = 30_000;

interface Outgoing {
  headers: Record<string, string>;
  /** Missing: a GET. */
  body?: string | Buffer | undefined;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Its first 64 KB. */
  body: string;
}

/** An answer whose body is still coming; reading it fails where it breaks off. */
export interface Opened extends Omit<Answer, 'body'> {
  body: AsyncIterable<Buffer>;
}

export interface Poster {
  /** One POST, or one GET where there is no body; no redirects. Rejects when there is no answer. */
  post(url: string, outgoing: Outgoing): Promise<Answer>;
  /** The same, for who reads along; leaving the body closes the connection. */
  open(url: string, outgoing: Outgoing): Promise<Opened>;
  close(): void;
}

/** Connections stay open, and lead only where the relay may go: names are checked as they are resolved. */
export function createPoster({ lookup, mayConnect }: Egress): Poster {
  const options = { keepAlive: true, timeout: IDLE_MS, lookup };
  // Said, because Node has a variable that switches it off (NODE_TLS_REJECT_UNAUTHORIZED).
  const secure = { ...options, rejectUnauthorized: true };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(secure) };
  const open: Poster['open'] = (address, { headers, body, signal }) => {
    const url = new URL(address);
    if (!mayConnect(url)) return Promise.reject(new Error('the address must not be called'));
    const isHttps = url.protocol === 'https:';
    const agent = agents[isHttps ? 'https:' : 'http:'];
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    return new Promise((resolve, reject) => {
      const call = (isHttps ? httpsRequest : httpRequest)(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, ...length },
        agent,
        signal,
      });
      call.on('error', reject);
      // An answer of 101 is told to nobody else, and the call would never end.
      call.on('upgrade', ({ statusCode: status = 0, headers: got }, socket) => {
        socket.destroy();
        resolve({ status, headers: got, body: Readable.from([]) });
      });
      call.on('response', (response) => {
        // From here on the status is the answer, whatever becomes of the rest.
        call.off('error', reject).on('error', () => {});
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      call.end(body);
    });
  };
  return {
    open,
    async post(address, outgoing) {
      const { body, ...answer } = await open(address, outgoing);
      return { ...answer, body: await beginningOf(body) };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** The status is the answer: a body that breaks off or goes on for ever changes nothing about it. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      bytes += part.length;
      // Leaving the loop closes the connection.
      if (bytes > READ_BYTES) break;
    }
  } catch {
    // What came is what there is.
  }
  return Buffer.concat(parts).subarray(0, READ_BYTES).toString('utf8');
}

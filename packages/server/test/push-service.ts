import { createDecipheriv, createECDH, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A browser maker's push service, and one browser that subscribed there. */
export interface PushService extends AsyncDisposable {
  /** As a page tells the relay of it. */
  subscription: { endpoint: string; p256dh: string; auth: string; url: string };
  /** What arrived, as the browser reads it. */
  notices: { title: string; text: string; conversation: string; url: string }[];
  headers: IncomingHttpHeaders[];
  answers(status: number): void;
}

const hmac = (key: Buffer, ...parts: (Buffer | string)[]) => {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 8291 and RFC 8188, from their text. */
function decrypt(body: Buffer, keys: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + (body[20] ?? 0));
  const sealed = body.subarray(21 + sender.length);
  const secret = keys.computeSecret(sender);
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
  const input = hmac(hmac(auth, secret), about, '\x01');
  const derive = (info: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${info}\0`, bytes));
  const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}

export async function startPushService(): Promise<PushService> {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  const auth = randomBytes(16);
  const notices: PushService['notices'] = [];
  const headers: IncomingHttpHeaders[] = [];
  let status = 201;
  const server = createServer(async (request, response) => {
    notices.push(JSON.parse(decrypt(await buffer(request), keys, auth)));
    headers.push(request.headers);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/push/one`;
  return {
    subscription: {
      endpoint,
      p256dh: keys.getPublicKey('base64url'),
      auth: auth.toString('base64url'),
      url: 'https://shop.example/orders',
    },
    notices,
    headers,
    answers: (next) => {
      status = next;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

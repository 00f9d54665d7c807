import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PARAGRAPHS = Array.from(
  { length: 30 },
  (_, i) => `<p>${`Paragraph ${i}: what an ordinary page has to say. `.repeat(6)}</p>`,
).join('\n');

const page = (tag: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 16px/1.5 system-ui; max-width: 60ch; margin: 2rem auto }</style>
${tag}</head><body><h1>An ordinary page</h1>
${PARAGRAPHS}
</body></html>`;

/** The least a chat can be: a button in a shadow root that opens a field, by a script of its own. */
const BARE = `const host = document.createElement('throughline-widget');
const root = host.attachShadow({ mode: 'open' });
root.innerHTML =
  '<style>button, textarea { position: fixed; inset: auto 20px 20px auto } textarea { bottom: 90px }</style><button>Chat</button>';
root.querySelector('button').onclick = () => {
  const field = document.createElement('textarea');
  root.append(field);
  field.focus();
};
document.documentElement.append(host);`;

export interface HostPage {
  origin: string;
  /** From now on `/chat` has the chat of a site of the relay there; `/bare` has the least there can be, `/empty` nothing. */
  serve(relay: string, site: string): void;
  close(): void;
}

async function serve(answer: (url: string) => { type: string; body: string }) {
  const server = createServer(({ url = '' }, response) => {
    const { type, body } = answer(url);
    response.setHeader('content-type', `text/${type}; charset=utf-8`);
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A business's page: without a chat, with the bare one and with ours. */
export async function openHostPage(): Promise<HostPage> {
  // As ours, it comes from elsewhere.
  const bare = await serve(() => ({ type: 'javascript', body: BARE }));
  const tags: Record<string, string> = {
    '/bare': `<script async src="${bare.origin}/sdk/bare.js"></script>`,
  };
  const host = await serve((url) => ({ type: 'html', body: page(tags[url] ?? '') }));
  return {
    origin: host.origin,
    serve(relay, site) {
      tags['/chat'] =
        `<script async src="${relay}/sdk/v1/loader.js" data-throughline-site="${site}"></script>`;
    },
    close() {
      host.close();
      bare.close();
    },
  };
}

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

export interface HostPage {
  origin: string;
  /** The page with the chat of a site of the relay there; without it, at `/empty`. */
  serve(relay: string, site: string): void;
  close(): void;
}

/** A business's page, once with the chat's tag and once without. */
export async function openHostPage(): Promise<HostPage> {
  let tag = '';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(request.url === '/chat' ? tag : ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(relay, site) {
      tag = `<script async src="${relay}/sdk/v1/loader.js" data-throughline-site="${site}"></script>`;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

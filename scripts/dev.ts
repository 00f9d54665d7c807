/**
 * `start` with reload: bundles are built again when their sources change and pages reload by themselves;
 * the relay restarts when its own sources change. PORT (4600) is this proxy's; the relay has the next one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');
const port = Number(process.env.PORT || 4600);
const behind = port + 1;
const host = '127.0.0.1';

const RELOAD = `new EventSource('/dev/changes').onmessage = () => location.reload();`;
const TAG = '<script src="/dev/reload.js"></script>';
const pages = new Set<ServerResponse>();

async function build(): Promise<void> {
  const run = spawn(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
  const [code] = await once(run, 'exit');
  if (code !== 0) return;
  for (const page of pages) page.write('data: changed\n\n');
}

function rebuildOnChange(): void {
  let timer: NodeJS.Timeout | undefined;
  const sources = ['packages/shared', 'packages/widget', 'packages/console', 'demo/site'];
  for (const folder of sources.map((name) => join(root, name)).filter(existsSync))
    watch(folder, { recursive: true }, (_event, file) => {
      if (file === null || /(^|\/)(dist|node_modules)\//.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void build(), 150);
    });
}

function startRelay(): void {
  const env = {
    ...process.env,
    PORT: String(behind),
    PUBLIC_URL: process.env.PUBLIC_URL ?? `http://${host}:${port}`,
  };
  const script = join(root, 'demo/start.ts');
  const relay = spawn(process.execPath, ['--watch', '--watch-preserve-output', script], {
    env,
    stdio: 'inherit',
  });
  const end = () => void relay.kill('SIGTERM');
  process.on('SIGINT', end).on('SIGTERM', end);
  relay.on('exit', (code) => process.exit(code ?? 0));
}

const isPage = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/html') ?? false;

/** Passes a request on; a page gets one more script on its way back. */
function pass(from: IncomingMessage, to: ServerResponse): void {
  const {
    'accept-encoding': _,
    'if-none-match': __,
    'if-modified-since': ___,
    ...headers
  } = from.headers;
  const target = {
    host,
    port: behind,
    path: from.url ?? '/',
    method: from.method ?? 'GET',
    headers,
  };
  const upstream = request(target, async (answer) => {
    if (!isPage(answer)) {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
      return;
    }
    const page = (await text(answer)).replace('</head>', `${TAG}</head>`);
    const { 'content-length': ____, ...kept } = answer.headers;
    to.writeHead(answer.statusCode ?? 502, kept).end(page);
  });
  upstream.on('error', () =>
    to.writeHead(503).end('The relay is restarting; try again in a moment.'),
  );
  from.pipe(upstream);
}

function answer(from: IncomingMessage, to: ServerResponse): void {
  if (from.url === '/dev/reload.js')
    to.writeHead(200, { 'content-type': 'text/javascript' }).end(RELOAD);
  else if (from.url === '/dev/changes') {
    to.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    to.write(': here\n\n');
    pages.add(to);
    to.on('close', () => pages.delete(to));
  } else pass(from, to);
}

await build();
rebuildOnChange();
startRelay();
createServer(answer)
  .on('upgrade', (from, socket, head) => {
    const upstream = connect(behind, host, () => {
      const lines = from.rawHeaders.flatMap((name, i, all) =>
        i % 2 === 0 ? `${name}: ${all[i + 1]}` : [],
      );
      upstream.write(`GET ${from.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    const end = () => {
      socket.destroy();
      upstream.destroy();
    };
    socket.on('error', end);
    upstream.on('error', end);
  })
  .listen(port, host);

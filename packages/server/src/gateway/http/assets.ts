import { extname, relative } from 'node:path';
import { normalize } from 'node:path/posix';
import { send as sendFile } from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { send } from './route.ts';

/** A folder of built files under a path of its own. */
export interface Mount {
  /** Without a slash at the end: `/console`. */
  path: string;
  dir: string;
  /** Served for unknown addresses below the path: an application with routes of its own. */
  fallback?: string;
  /** Which files never change under their name, by their path below this one; beside those with a hash. */
  pinned?: RegExp;
  /** Sent with every file; the content security policy, above all. */
  headers?: Record<string, string>;
}

const HASHED = /[.-][\w-]{8}\.(js|css|woff2|svg|png|webp|mp3)$/;

const cacheControl = (path: string, pinned = HASHED): string =>
  HASHED.test(path) || pinned.test(path)
    ? 'public, max-age=31536000, immutable'
    : 'public, no-cache';

/** Each in a scope of its own, so that it has its own answer to what is not there. */
export function serveMounts(app: FastifyInstance, mounts: Mount[]): void {
  for (const mount of mounts)
    app.register(
      (scope, _options, done) => {
        serveMount(scope, mount);
        done();
      },
      { prefix: mount.path },
    );
}

/** One spelling of each path; dots, empty steps and backslashes are somebody looking for a way out. */
function pathOf(url: string, prefix: string): string | null {
  const path = url.slice(prefix.length).split('?')[0] ?? '';
  try {
    const decoded = decodeURIComponent(path);
    return decoded === normalize(decoded) && !/[\\\0]/.test(decoded) ? path : null;
  } catch {
    return null;
  }
}

/** A condition or a range that is not met: the answer of whoever asked, not of what is missing. */
const UNMET = new Set([412, 416]);

function serveMount(scope: FastifyInstance, mount: Mount): void {
  const { path: prefix, dir, fallback, pinned, headers = {} } = mount;
  /** False where there is no such file. A reply is a promise of its own end: it is never awaited here. */
  async function give(path: string, request: FastifyRequest, reply: FastifyReply) {
    const options = { root: dir, cacheControl: false, dotfiles: 'ignore' } as const;
    const found = await sendFile(request.raw, path, options);
    if (found.type === 'directory') reply.redirect(`${prefix}${path}/`, 301);
    else if (found.type === 'file')
      reply
        .code(found.statusCode)
        .headers(found.headers)
        .headers(headers)
        .header('cache-control', cacheControl(relative(dir, found.metadata.path), pinned))
        .send(found.stream);
    else if (UNMET.has(found.statusCode)) reply.code(found.statusCode).send();
    else return false;
    return true;
  }
  async function answer(request: FastifyRequest, reply: FastifyReply) {
    const path = pathOf(request.url, prefix);
    // A file that is gone, after an upgrade say, must not come back as a page.
    const isFile = extname(request.url.split('?')[0] ?? '') !== '';
    const isGiven =
      (path !== null && (await give(path, request, reply))) ||
      (fallback !== undefined && !isFile && (await give(`/${fallback}`, request, reply)));
    return isGiven ? reply : send(reply, 'not_found');
  }
  scope.route({ method: ['GET', 'HEAD'], url: '/*', handler: answer });
  scope.get('', (_request, reply) => reply.redirect(`${prefix}/`, 301));
  scope.setNotFoundHandler((_request, reply) => send(reply, 'not_found'));
}

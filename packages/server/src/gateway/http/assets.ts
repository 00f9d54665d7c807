import { existsSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
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

function serveMount(scope: FastifyInstance, { dir, fallback, pinned, headers = {} }: Mount): void {
  scope.register(fastifyStatic, {
    root: dir,
    cacheControl: false,
    dotfiles: 'ignore',
    redirect: true,
    setHeaders: (reply, file) => {
      reply.header('cache-control', cacheControl(relative(dir, file), pinned));
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    },
  });
  scope.setNotFoundHandler((request, reply) => {
    // A file that is gone, after an upgrade say, must not come back as a page.
    const isFile = extname(request.url.split('?')[0] ?? '') !== '';
    if (fallback && !isFile && existsSync(join(dir, fallback))) return reply.sendFile(fallback);
    return send(reply, 'not_found');
  });
}

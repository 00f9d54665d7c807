import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { send } from './route.ts';

/** A folder of built files under a path of its own. */
export interface Mount {
  /** With a slash at both ends: `/console/`. */
  path: string;
  dir: string;
  /** Served for unknown addresses below the path: an application with routes of its own. */
  fallback?: string;
  /** Sent with every file; the content security policy, above all. */
  headers?: Record<string, string>;
}

const HASHED = /\.[\w-]{8}\.(js|css|woff2|svg|png|webp)$/;

const cacheControl = (path: string): string =>
  HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'public, no-cache';

export async function serveMounts(app: FastifyInstance, mounts: Mount[]): Promise<void> {
  for (const { path, dir, fallback, headers = {} } of mounts)
    await app.register(async (scope) => {
      await scope.register(fastifyStatic, {
        root: dir,
        prefix: path,
        cacheControl: false,
        decorateReply: true,
        setHeaders: (reply, file) => {
          reply.header('cache-control', cacheControl(file));
          for (const [name, value] of Object.entries(headers)) reply.header(name, value);
        },
      });
      scope.setNotFoundHandler((_request, reply) => {
        if (fallback && existsSync(join(dir, fallback))) return reply.sendFile(fallback);
        return send(reply, 'not_found');
      });
    }, { prefix: '' });
}

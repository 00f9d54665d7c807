import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from './gateway/http/assets.ts';
import { StartupError } from './lib/errors.ts';

const packages = join(import.meta.dirname, '../..');

/** The console runs nothing but its own files, talks to nobody but its own relay and shows its preview. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The widget beside the form that configures it: framed by the console, and connected to nothing. */
const PREVIEW_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The SDK and the console as they were built; a relay without them would serve empty pages. */
export function builtMounts(): Mount[] {
  const sdk = join(packages, 'widget/dist/sdk');
  const console = join(packages, 'console/dist');
  for (const dir of [sdk, console])
    if (!existsSync(dir))
      throw new StartupError(
        `${dir} is missing; build the SDK and the console first with: pnpm build`,
      );
  return [
    {
      path: '/sdk',
      dir: sdk,
      // The folder of a version.
      pinned: /^\d+\.\d+\.\d+[^/\\]*[/\\]/,
      headers: {
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      },
    },
    {
      path: '/preview',
      dir: join(console, 'preview'),
      headers: { 'content-security-policy': PREVIEW_POLICY, 'x-frame-options': 'SAMEORIGIN' },
    },
    {
      // Its opener stays in reach: the two tell each other who is talking.
      path: '/chat',
      dir: join(sdk, 'chat'),
      headers: { 'content-security-policy': CONSOLE_POLICY, 'x-frame-options': 'DENY' },
    },
    {
      path: '/console',
      dir: console,
      fallback: 'index.html',
      headers: {
        'content-security-policy': CONSOLE_POLICY,
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
      },
    },
  ];
}

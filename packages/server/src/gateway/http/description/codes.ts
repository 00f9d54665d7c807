import type { ErrorCode } from '@throughline/shared';
import type { Route } from '../route.ts';

const everywhere: ErrorCode[] = [
  'key_in_address',
  'unknown_field',
  'unsupported_media_type',
  'rate_limited',
];
/** What the schema of a body or a query may find. */
const checked: ErrorCode[] = [
  'bad_type',
  'bad_value',
  'bad_text',
  'empty',
  'too_long',
  'unknown_field',
];

function callerCodes({ allowed, method }: Route): ErrorCode[] {
  if (!allowed) return [];
  return [
    'unauthorized',
    ...(method === 'GET' ? [] : (['csrf_failed'] as const)),
    ...(allowed.role === 'admin' ? (['forbidden'] as const) : []),
    ...(allowed.scope ? (['bad_key', 'missing_scope'] as const) : []),
  ];
}

/** Everything an operation may refuse with, but for what can happen to any of them: `default`. */
export function codesOf(route: Route): ErrorCode[] {
  const { method, url, body, query, refuses = [] } = route;
  return [
    ...new Set<ErrorCode>([
      ...everywhere,
      ...callerCodes(route),
      ...(body || query ? checked : []),
      ...(method === 'GET' ? [] : (['bad_json', 'bad_type', 'payload_too_large'] as const)),
      ...(url.includes(':') ? (['not_found'] as const) : []),
      ...refuses,
    ]),
  ].sort();
}

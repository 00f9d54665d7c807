interface ErrorEntry {
  /** HTTP status; a socket ack carries the code alone. */
  status: number;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
  /** What happened and what to do, safe to show to anybody. */
  message: string;
}

/** Every error a client can meet: code → status, retryable, sentence. `docs/errors.md` mirrors it. */
export const ERRORS = {
  bad_type: {
    status: 400,
    retryable: false,
    message: 'A field is missing or has the wrong type; send what the schema names.',
  },
  bad_value: {
    status: 400,
    retryable: false,
    message: 'A field holds a value that is not allowed here; use one the documentation lists.',
  },
  bad_text: {
    status: 400,
    retryable: false,
    message: 'The text holds characters that cannot be stored; remove NUL and broken surrogates.',
  },
  bad_json: {
    status: 400,
    retryable: false,
    message:
      'The body is not plain JSON: one value, no name twice, no byte order mark, no comments, and whole numbers no larger than 2^53 (send larger ones as text).',
  },
  bad_cursor: {
    status: 400,
    retryable: false,
    message: 'The cursor is not one this relay issued; start again without one.',
  },
  key_in_address: {
    status: 400,
    retryable: false,
    message:
      'An API key does not belong in an address, where logs keep it; send it as `Authorization: Bearer`, and rotate this one.',
  },
  empty: { status: 400, retryable: false, message: 'The text is empty; write something first.' },
  too_long: {
    status: 400,
    retryable: false,
    message: 'The value is too long; shorten it and send it again.',
  },
  unknown_field: {
    status: 400,
    retryable: false,
    message: 'The request carries a field the relay does not know; remove it.',
  },
  bot_off: {
    status: 409,
    retryable: true,
    message: 'This bot is switched off and answers nobody; switch it on, or choose another one.',
  },
  unknown_command: {
    status: 400,
    retryable: false,
    message: 'The relay knows no such command; check its name and the protocol version.',
  },
  protocol_unsupported: {
    status: 400,
    retryable: false,
    message:
      'This client speaks a protocol version the relay does not; reload to get a current one.',
  },
  weak_password: {
    status: 400,
    retryable: false,
    message: 'The password is too short; use at least 12 characters.',
  },
  unauthorized: {
    status: 401,
    retryable: false,
    message: 'The session is missing or has ended; sign in again.',
  },
  bad_credentials: {
    status: 401,
    retryable: false,
    message: 'Address and password do not match; check both and try again.',
  },
  bad_key: {
    status: 401,
    retryable: false,
    message: 'The API key is unknown, expired or revoked; check it, or make a new one.',
  },
  missing_scope: {
    status: 403,
    retryable: false,
    message: 'The API key may not do this; use one with the scope the documentation names.',
  },
  signature_invalid: {
    status: 401,
    retryable: false,
    message:
      'The signature, or its time, does not fit the body; sign the bytes you send, with the secret of this source, now.',
  },
  identity_invalid: {
    status: 401,
    retryable: false,
    message:
      'The identity token is not good here; have your backend sign another one for this site.',
  },
  identity_expired: {
    status: 401,
    retryable: false,
    message: 'The identity token has expired; have your backend sign another one.',
  },
  identity_required: {
    status: 401,
    retryable: false,
    message: 'This visitor was signed in; sign in again, or log out and begin anew.',
  },
  identity_switched: {
    status: 409,
    retryable: false,
    message: 'This browser belongs to somebody else here; log that person out first.',
  },
  forbidden: {
    status: 403,
    retryable: false,
    message: 'You may not do this; ask somebody who may.',
  },
  blocked: {
    status: 403,
    retryable: false,
    message:
      'This visitor was blocked: nothing is taken from them, and no program writes to them, until somebody unblocks them.',
  },
  csrf_failed: {
    status: 403,
    retryable: false,
    message: 'The request did not come from the console; reload the page and try again.',
  },
  origin_not_allowed: {
    status: 403,
    retryable: false,
    message: 'This page may not use the site; add its origin with `throughline site add`.',
  },
  not_found: { status: 404, retryable: false, message: 'There is nothing here under that id.' },
  unknown_site: {
    status: 404,
    retryable: false,
    message: 'The relay has no such site; check the key in the snippet.',
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    message: 'The address does not answer to this method.',
  },
  secret_told: {
    status: 409,
    retryable: false,
    message:
      'It was made before under this Idempotency-Key, and its secret is told only once; if it is lost, revoke or remove that one and make another under a new key.',
  },
  idempotency_conflict: {
    status: 422,
    retryable: false,
    message: 'The id was already used for something else; choose a new one.',
  },
  last_admin: {
    status: 409,
    retryable: false,
    message:
      'Nobody else who can sign in is an administrator; make somebody one first, then do this.',
  },
  own_account: {
    status: 409,
    retryable: false,
    message: 'This would shut you out, or take your rights from you; ask another administrator.',
  },
  epoch_conflict: {
    status: 409,
    retryable: false,
    message: 'The conversation changed hands meanwhile; look who has it now and decide again.',
  },
  offer_over: {
    status: 409,
    retryable: false,
    message: 'The offer is over: it was taken back, or its time has passed; look who has it now.',
  },
  suggestion_over: {
    status: 409,
    retryable: false,
    message: 'The suggestion is over: somebody was quicker, or the visitor wrote on; look again.',
  },
  not_available: {
    status: 409,
    retryable: false,
    message: 'This agent takes nothing new at the moment; choose somebody who is available.',
  },
  at_capacity: {
    status: 409,
    retryable: false,
    message:
      'This agent has as many conversations as they may; resolve one, or choose somebody else.',
  },
  wrong_status: {
    status: 409,
    retryable: false,
    message: 'It is not in a state that allows this; look at it again.',
  },
  wrong_secret: {
    status: 409,
    retryable: false,
    message:
      'The secret of this bot is made on the other side: `rotate` is for bots whose turns the relay signs, `secret` for all others.',
  },
  turn_over: {
    status: 409,
    retryable: false,
    message: 'Nobody waits for an answer to this turn any more; wait for the next one.',
  },
  log_replaced: {
    status: 409,
    retryable: false,
    message: 'The log was restored or made anew since this cursor; start again without one.',
  },
  already_taken: {
    status: 409,
    retryable: false,
    message: 'Somebody else has this already; merge the two, or choose another one.',
  },
  loop_stopped: {
    status: 508,
    retryable: false,
    message:
      'Programs answer each other in a circle; this is the fifth step, and it was not taken.',
  },
  changed_meanwhile: {
    status: 412,
    retryable: false,
    message: 'Somebody changed it since you read it; read it again and decide anew.',
  },
  newer_settings: {
    status: 409,
    retryable: true,
    message:
      'A newer relay published what this one does not know and would lose; publish when all of them are upgraded.',
  },
  version_missing: {
    status: 428,
    retryable: false,
    message: 'Say which version you change: send the ETag you read as `If-Match`.',
  },
  address_not_allowed: {
    status: 422,
    retryable: false,
    message:
      'The relay may not call this address; use a public https one, or let the operator allow it with EGRESS_ALLOW.',
  },
  bad_routing: {
    status: 422,
    retryable: false,
    message: 'Routing cannot be published like this; change what each of its findings names.',
  },
  link_used: {
    status: 410,
    retryable: false,
    message: 'The link was used already or has expired; ask for a new one.',
  },
  replaced: {
    status: 409,
    retryable: false,
    message: 'This visitor has too many pages open; the oldest connection was closed.',
  },
  payload_too_large: {
    status: 413,
    retryable: false,
    message: 'The request is larger than 64 KiB; send less.',
  },
  attachment_not_ready: {
    status: 409,
    retryable: false,
    message: 'A file of this message has not arrived yet; wait until it has, then send it.',
  },
  file_blocked: {
    status: 422,
    retryable: false,
    message: 'The file looks harmful and was held back; send another one.',
  },
  file_content_mismatch: {
    status: 422,
    retryable: false,
    message: 'The file is not what its name and type say, or is damaged; send it as what it is.',
  },
  file_too_large: {
    status: 413,
    retryable: false,
    message: 'The file, or the picture in it, is too large; send a smaller one.',
  },
  file_type_not_allowed: {
    status: 422,
    retryable: false,
    message: 'Files of this kind are not taken; send a picture, a document or an archive.',
  },
  quota_exceeded: {
    status: 413,
    retryable: false,
    message: 'There is no room for more files here; text still goes through.',
  },
  ticket_invalid: {
    status: 403,
    retryable: false,
    message: 'The ticket was used, has expired, or is for another file; ask for a new one.',
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    message: 'The body is not JSON; send application/json without compression.',
  },
  too_many_streams: {
    status: 429,
    retryable: false,
    message: 'Too many streams are open at once; leave or close some first.',
  },
  rate_limited: {
    status: 429,
    retryable: true,
    message: 'Too many requests; wait a moment and go on.',
  },
  internal: {
    status: 500,
    retryable: true,
    message: 'Something went wrong inside the relay; try again and quote the reference.',
  },
  slow_consumer: {
    status: 503,
    retryable: true,
    message: 'This connection read too slowly and was closed; reconnect and catch up.',
  },
  overloaded: {
    status: 503,
    retryable: true,
    message: 'The relay is at its limit; nothing was stored, try again shortly.',
  },
  storage_unavailable: {
    status: 503,
    retryable: true,
    message: 'The relay cannot write at the moment; nothing was stored, try again shortly.',
  },
  going_away: {
    status: 503,
    retryable: true,
    message: 'The relay is restarting; reconnect after the time it names.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

/** What is wrong with a document. */
export interface Finding {
  /** Where: a JSON pointer (RFC 6901). */
  path: string;
  code: string;
  message: string;
}

/** What a refused command or request tells its sender. */
export interface Problem {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  /** The field at fault, as a path: `attributes.plan`. */
  field?: string;
  /** Earliest useful retry, in milliseconds from now. */
  retryAfterMs?: number;
  /** Reference into the relay's log, on `internal` only. */
  ref?: string;
  /** On `bad_routing` only: all that is wrong. */
  findings?: Finding[];
}

export function problem(code: ErrorCode, more?: Partial<Problem>): Problem {
  const { message, retryable } = ERRORS[code];
  return { code, message, retryable, ...more };
}

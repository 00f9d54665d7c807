/** One message or note, in Unicode code points: `[...text].length`. */
export const TEXT_CHARS = 10_000;

/** One socket frame; also the largest request body of the HTTP API. */
export const FRAME_BYTES = 65_536;

/** Files one message may carry. */
export const FILES_MAX = 10;

/** Limits both sides know, so that a client can say "too long" before the relay has to. */
export const LIMITS = {
  // By themselves as well: these are all that a widget loads.
  textChars: TEXT_CHARS,
  frameBytes: FRAME_BYTES,
  files: FILES_MAX,
  /** Events in one page of a replay or of history. */
  pageEvents: 200,
  /** Bytes of event data in one page; a page always holds at least one event. */
  pageBytes: 262_144,
  /** Attributes a contact may carry. */
  attributes: 50,
  /** Facts a contact may carry, counted by name and source. */
  facts: 500,
  tags: 20,
  tagChars: 40,
  /** Conversations one agent socket may follow at a time. */
  streams: 50,
  /** Conversations one `delivered:set` may name. */
  heads: 100,
} as const;

/** How high a rating goes: five steps, or ten and none, as NPS asks. */
export const SCALES = { csat: { from: 1, to: 5 }, nps: { from: 0, to: 10 } } as const;

/** The relay names the head of every followed conversation this often (rule P14). */
export const HEARTBEAT_MS = 25_000;

/** A command without an answer after this long counts as unanswered: reconnect and send it again. */
export const ACK_TIMEOUT_MS = 10_000;

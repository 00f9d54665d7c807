type Kind = 'text' | 'integer' | 'real' | 'boolean' | 'json';

export interface Column {
  name: string;
  /** `json` is kept as its text, `boolean` as 0 or 1: what both engines give back as they got it. */
  kind: Kind;
}

export interface Table {
  columns: readonly Column[];
  /** In their order both engines list the same rows. */
  key: string;
  /** Which rows are the log's. */
  where?: string;
}

/** `'id name seq:integer data:json'`; what says no kind is text. */
function table(key: string, columns: string): Table {
  const columnIn = (text: string): Column => {
    const [name = '', kind = 'text'] = text.split(':');
    return { name, kind: kind as Kind };
  };
  return { key, columns: columns.trim().split(/\s+/).map(columnIn) };
}

/**
 * All that a log is, table by table, as both engines have it: what an archive holds, and what moves from
 * one engine to another. Of deliveries first, so that no cursor of theirs is ahead of the log they were
 * read with; conversations before the events that name them. Not here are `meta`, which says what log it
 * is, `lease`, and what finds words, which every engine makes for itself.
 */
export const tables = {
  sink_cursor: table('sink', 'sink epoch log_offset:integer'),
  delivery: table(
    'endpoint, log_offset',
    'endpoint log_offset:integer conversation state attempts:integer next_at:integer created_at:integer',
  ),
  attempt: table(
    'endpoint, log_offset, n',
    `endpoint log_offset:integer n:integer at:integer duration_ms:integer status:integer error request
     response`,
  ),
  endpoint_state: table('endpoint', 'endpoint disabled failing_since:integer failures:integer'),
  conversation: table(
    'no',
    `no:integer id site contact status assignee epoch:integer seq:integer pub:integer tags:json
     snoozed_until:integer created_at:integer active_at:integer last_id last_text last_by
     visitor_pub:integer visitor_read:integer agent_read:integer waiting:json offer:json parked:boolean
     unanswered_since:integer service:json promises:json approval:json bot:json advice:json episode:json
     holder`,
  ),
  event: table(
    'log_offset',
    `log_offset:integer id type site contact conversation:integer seq:integer pub:integer time:integer
     actor:json cause:json data:json`,
  ),
  contact: table(
    'id',
    `id site external_id verified:boolean name email context:json blocked:boolean merged_into
     created_at:integer erasure`,
  ),
  device: table('token_hash', 'token_hash site contact created_at:integer push:json'),
  fact: table(
    'subject, name, source_kind, source_id',
    `subject name source_kind source_id source_name value:json signed:boolean observed_at:integer
     expires_at:integer confidence:real visibility`,
  ),
  agent: table('id', 'id name email role password_hash disabled:boolean created_at:integer'),
  availability: table('agent', 'agent status chosen until:integer'),
  session: table('token_hash', 'token_hash agent csrf created_at:integer expires_at:integer'),
  setup_link: table('token_hash', 'token_hash agent expires_at:integer'),
  timer: table('key', 'key id at:integer name input:json'),
  // What finds words is made anew by the engine, so whoever makes it begins at the beginning.
  cursor: { ...table('name', 'name log_offset:integer'), where: "name <> 'search'" },
  bot_off: table('bot', 'bot since:integer by'),
  blueprint: table('version', 'version:integer document published_at:integer by'),
  api_key: table(
    'id',
    `id name hash previous_hash previous_until:integer scopes:json pii created_by created_at:integer
     used_at:integer revoked:boolean`,
  ),
  secret: table('owner, secret', 'owner secret created_at:integer expires_at:integer'),
  file: table(
    'id',
    `id conversation owner_kind owner name type bytes:integer width:integer height:integer state message
     created_at:integer`,
  ),
  spending: table('key', 'key tokens:integer micro_usd:integer until:integer'),
  passage: table('no', 'no:integer collection article anchor url title heading text'),
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as TableName[];

export const kindsOf = (name: TableName): readonly Column[] => tables[name].columns;

export const columnsOf = (name: TableName): string[] => kindsOf(name).map((column) => column.name);

import {
  Document,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';

/** What is wrong, and in which line of the text; lines count from 1. */
export interface Placed {
  line: number;
  message: string;
}

/** A text as the relay would take it. */
export type Draft =
  | { ok: false; faults: Placed[] }
  | {
      ok: true;
      /** Null: nothing is routed. */
      routing: unknown;
      /** The line of what a JSON pointer names, or of what should have it. */
      lineOf(pointer: string): number;
    };

type Parsed = ReturnType<typeof parseDocument>;

const ALIASES_MAX = 100;
/** Up to here a list or a map stands in a line. */
const LINE_CHARS = 88;
/** What lies above the document, and above its lists: each team, queue and test has a line of its own. */
const ROOT_DEPTH = 3;
const LIST_DEPTH = 5;

const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Where it begins, or its name does. */
function offsetOf(parsed: Parsed, parts: string[]): number | undefined {
  const parent = parsed.getIn(parts.slice(0, -1), true);
  const name = parts.at(-1) ?? '';
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => String((key as Scalar).value) === name)
    : undefined;
  const item = isSeq(parent) ? (parent.items[Number(name)] as Node | undefined) : undefined;
  const found = pair?.key ?? item;
  return isNode(found) ? found.range?.[0] : undefined;
}

const faultOf = (line: number, message: string): Draft => ({
  ok: false,
  faults: [{ line, message }],
});

/** What follows the position is a picture of the line. */
const sentence = (message: string): string => `${message.split(/ at line \d+/)[0]}.`;

/** A value without what JSON could not say. */
function plainOf(parsed: Parsed): { value: unknown } | { fault: string } {
  try {
    return { value: parsed.toJS({ maxAliasCount: ALIASES_MAX }) };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

const hasRouting = (value: unknown): value is { routing: unknown } =>
  typeof value === 'object' && value !== null && 'routing' in value;

/** Reads YAML, and JSON as a part of it. */
export function readDraft(text: string): Draft {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines });
  const [fault] = parsed.errors;
  if (fault) return faultOf(fault.linePos?.[0].line ?? 1, sentence(fault.message));
  const read = plainOf(parsed);
  if ('fault' in read) return faultOf(1, read.fault);
  if (read.value !== null && !hasRouting(read.value))
    return faultOf(1, 'The document begins with `routing:`.');
  return {
    ok: true,
    routing: read.value?.routing ?? null,
    lineOf(pointer) {
      const parts = partsOf(pointer);
      for (let length = parts.length; length > 0; length -= 1) {
        const at = offsetOf(parsed, parts.slice(0, length));
        if (at !== undefined) return lines.linePos(at).line;
      }
      return 1;
    },
  };
}

/** As one would write it: what is short stands in a line. */
export function writeDraft(routing: unknown): string {
  if (routing === null) return '';
  const document = new Document({ routing });
  const fold = (_key: unknown, node: Node & { flow?: boolean }, { length }: readonly unknown[]) => {
    const isPart = length <= (isSeq(node) ? LIST_DEPTH : ROOT_DEPTH);
    if (!isPart && JSON.stringify(node.toJS(document)).length <= LINE_CHARS) node.flow = true;
  };
  visit(document, { Map: fold, Seq: fold });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Where a rule stands: `route.routes[1]` → `/routing/route/routes/1`. */
export const pointerOf = (rule: string): string =>
  `/routing/${rule.replaceAll('[', '/').replaceAll(']', '').replaceAll('.', '/')}`;

/** Where the relay found a field that it cannot take: `routing.queues.0.id`. */
export const pointerOfField = (field: string): string => `/${field.replaceAll('.', '/')}`;

/** One queue for everybody: something to begin with. */
export const exampleFor = (emails: readonly string[]): string => `routing:
  capacity: { each: 5, more: 2, parkAfterMs: 600000 }
  teams:
    - { id: everybody, name: Everybody }
  agents:
    # By the address they sign in with.
${emails.map((email) => `    - { email: ${email}, teams: [everybody] }`).join('\n')}
  queues:
    - id: general
      name: General
      firstReplyMs: 300000
      offer: { mode: offer, acceptMs: 30000 }
      rings: [{ afterMs: 0, teams: [everybody] }]
  route:
    queue: general
  tests:
    - { given: {}, expect: { queue: general } }
`;

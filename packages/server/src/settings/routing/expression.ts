import { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** Unknown: it needs something nobody knows, or compares what cannot be compared. */
type Truth = boolean | 'unknown';

interface Fault {
  code: 'bad_expression' | 'too_costly';
  message: string;
}

/** A condition over a vocabulary. */
export interface Expression {
  readonly text: string;
  /** What is wrong with it; it is always unknown then. */
  readonly fault: Fault | undefined;
  /** Of what is known. Never throws. */
  evaluate(scope: Scope): Truth;
}

/** One name conditions may use: `page.path`. A `map` has names of its own, with text, numbers or lists. */
export interface Term {
  name: string;
  type: 'string' | 'int' | 'bool' | 'map' | 'list';
  /** For people. */
  about: string;
}

/** What is known, as conditions see it. */
export type Scope = Readonly<Record<string, unknown>> & { readonly [scoped]: true };
declare const scoped: unique symbol;

/** The conditions that can be written with some terms. */
export interface Language {
  compile(text: string): Expression;
  scope(known: object): Scope;
}

const MAX_CHARS = 500;
const MAX_ITEMS = 200;

const CEL_TYPES = {
  string: 'string',
  int: 'int',
  bool: 'bool',
  map: 'map<string, dyn>',
  list: 'list<string>',
} as const;

/** What takes time in proportion to what it is given: no patterns, nothing that builds longer texts. */
const CALLS = new Set(['has', 'size', 'startsWith', 'endsWith', 'contains', 'lowerAscii']);
const LOOPS = new Set(['exists', 'exists_one', 'all']);

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

const within = ({ args }: ASTNode): ASTNode[] => [args].flat(3).filter(isNode);

/** Why an expression might take long: a function of its own kind, a loop in a loop. */
function costOf(node: ASTNode, inLoop = false): string | undefined {
  const called = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined;
  const isLoop = called !== undefined && LOOPS.has(called);
  if (isLoop && inLoop) return `${called} inside of another loop`;
  if (called !== undefined && !isLoop && !CALLS.has(called)) return `${called}()`;
  for (const inner of within(node)) {
    const found = costOf(inner, inLoop || isLoop);
    if (found) return found;
  }
  return undefined;
}

/** Whole numbers are whole numbers in CEL too; a list that is too long is not known. */
function toCel(value: unknown): unknown {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length > MAX_ITEMS ? undefined : value.map(toCel);
  const entries = Object.entries(value).map(([name, inner]) => [name, toCel(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined && inner !== null));
}

function environmentOf(terms: readonly Term[]): Environment {
  const limits = { maxAstNodes: 200, maxDepth: 20, maxListElements: 50, maxMapEntries: 10 };
  const environment = new Environment({ limits });
  for (const [root, some] of Map.groupBy(terms, ({ name }) => name.split('.')[0] ?? name)) {
    const typed = some.map(({ name, type }) => [name.slice(root.length + 1), CEL_TYPES[type]]);
    const [[field, type] = ['', '']] = typed;
    if (field === '') environment.registerVariable(root, String(type));
    else environment.registerVariable(root, { schema: Object.fromEntries(typed) });
  }
  return environment;
}

/** `Unexpected token: EOF` at the end of what it was said of. */
const faultOf = (error: unknown): Fault => {
  const { summary, message, range } = error as Error & {
    summary?: string;
    range?: { start: number };
  };
  const where = range ? ` (at character ${range.start + 1})` : '';
  return { code: 'bad_expression', message: `${summary ?? message}${where}` };
};

type Run = (scope: Scope) => unknown;

function read(environment: Environment, text: string): { run: Run } | { fault: Fault } {
  if (text.length > MAX_CHARS)
    return { fault: { code: 'too_costly', message: `longer than ${MAX_CHARS} characters` } };
  try {
    const run = environment.parse(text);
    const cost = costOf(run.ast);
    if (cost) return { fault: { code: 'too_costly', message: `${cost} is not offered` } };
    const { valid, type = '', error } = run.check();
    if (!valid) return { fault: faultOf(error) };
    if (type === 'bool' || type === 'dyn') return { run };
    return { fault: { code: 'bad_expression', message: `It is a ${type}, not true or false` } };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** Where nothing is known of a page there is still a page, so that `has(page.path)` is false. */
function emptyOf(terms: readonly Term[]): Record<string, object> {
  const empty: Record<string, object> = {};
  for (const { name, type } of terms) {
    const [root = name, field] = name.split('.');
    if (field) empty[root] = { ...empty[root], ...(type === 'map' && { [field]: {} }) };
    else if (type === 'map') empty[root] = {};
  }
  return empty;
}

export function createLanguage(terms: readonly Term[]): Language {
  const environment = environmentOf(terms);
  const empty = Object.entries(emptyOf(terms));

  return {
    scope(known) {
      const values = toCel(known) as Record<string, object>;
      const filled = empty.map(([root, none]) => [root, { ...none, ...values[root] }] as const);
      return { ...values, ...Object.fromEntries(filled) } as unknown as Scope;
    },
    compile(text) {
      const result = read(environment, text);
      if ('fault' in result) return { text, fault: result.fault, evaluate: () => 'unknown' };
      return { text, fault: undefined, evaluate: (scope) => truthOf(result.run, scope) };
    },
  };
}

function truthOf(run: Run, scope: Scope): Truth {
  try {
    const value = run(scope);
    return typeof value === 'boolean' ? value : 'unknown';
  } catch {
    // What is not there is an exception in CEL, and no news here.
    return 'unknown';
  }
}

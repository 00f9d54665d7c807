import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** As much of Go's templates, and of what Helm adds to them, as the chart uses; anything else throws. */
interface Scope {
  dot: unknown;
  vars: Record<string, unknown>;
}

type Templates = Map<string, string>;

const isTrue = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== undefined && value !== null && value !== '' && value !== 0 && value !== false;

const indent = (by: unknown, text: unknown): string =>
  `\n${String(text)
    .split('\n')
    .map((line) => ' '.repeat(Number(by)) + line)
    .join('\n')}`;

const functions: Record<string, (...args: unknown[]) => unknown> = {
  quote: (value) => JSON.stringify(String(value)),
  default: (usual, value) => (isTrue(value) ? value : usual),
  or: (...all) => all.find(isTrue) ?? all.at(-1),
  printf: (format, ...all) => String(format).replaceAll('%s', () => String(all.shift())),
  toYaml: (value) => stringify(value).trimEnd(),
  nindent: indent,
  sha256sum: (value) => createHash('sha256').update(String(value)).digest('hex'),
};

function lookUp(path: string, { dot, vars }: Scope): unknown {
  if (path === '.') return dot;
  const [first = '', ...rest] = path.split('.');
  const from = first.startsWith('$') ? vars[first] : dot;
  return rest.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], from);
}

/** `"%s" .Values.a (.b | default .c) | quote` */
function evaluate(text: string, scope: Scope, templates: Templates): unknown {
  const tokens = text.match(/"[^"]*"|[()|]|[^\s()|]+/g) ?? [];
  const value = (token: string): unknown => {
    if (token === '(') return pipeline();
    if (token.startsWith('"')) return token.slice(1, -1);
    return /^\d+$/.test(token) ? Number(token) : lookUp(token, scope);
  };
  function call(more: unknown[]): unknown {
    const name = tokens.shift() ?? '';
    const isCall = name === 'include' || Object.hasOwn(functions, name);
    const args: unknown[] = isCall ? [] : [value(name)];
    while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')')
      args.push(value(tokens.shift() ?? ''));
    args.push(...more);
    if (name === 'include')
      return render(templates.get(String(args[0])) ?? '', { ...scope, dot: args[1] }, templates);
    if (!isCall && args.length !== 1) throw new Error(`no function for ${text}`);
    return isCall ? functions[name]?.(...args) : args[0];
  }
  function pipeline(): unknown {
    let result = call([]);
    while (tokens.shift() === '|') result = call([result]);
    return result;
  }
  return pipeline();
}

const ACTION = /(\s*)\{\{(-?)\s*(.*?)\s*(-?)\}\}(\s*)/s;

/** The text up to the `end` that closes it, and what follows. */
function block(text: string): [string, string] {
  let depth = 1;
  for (const { 1: name, index, 0: whole } of text.matchAll(
    /\{\{-?\s*(if|range|define|end)\b.*?\}\}/gs,
  )) {
    depth += name === 'end' ? -1 : 1;
    if (depth > 0) continue;
    const isTrimmed = whole.startsWith('{{-');
    const inner = text.slice(0, index);
    return [isTrimmed ? inner.trimEnd() : inner, text.slice(index + whole.length)];
  }
  throw new Error('a block has no end');
}

function render(text: string, scope: Scope, templates: Templates): string {
  const found = ACTION.exec(text);
  if (!found) return text;
  const [whole, before = '', left, code = '', right, after = ''] = found;
  const head = text.slice(0, found.index) + (left ? '' : before);
  const tail = (right ? '' : after) + text.slice(found.index + whole.length);
  const [, word = '', rest = ''] = /^(if|range|define)\s+(.*)$/s.exec(code) ?? [];
  if (!word)
    return head + String(evaluate(code, scope, templates)) + render(tail, scope, templates);
  const [inner, next] = block(tail);
  return head + open(word, rest, inner) + render(next, scope, templates);

  function open(kind: string, what: string, body: string): string {
    if (kind === 'define') {
      templates.set(what.slice(1, -1), body);
      return '';
    }
    if (kind === 'if')
      return isTrue(evaluate(what, scope, templates)) ? render(body, scope, templates) : '';
    const [, key = '', item = '', of = ''] = /^(\$\w+), (\$\w+) := (.*)$/.exec(what) ?? [];
    return Object.entries(evaluate(of, scope, templates) as object)
      .sort()
      .map(([k, v]) =>
        render(body, { ...scope, vars: { ...scope.vars, [key]: k, [item]: v } }, templates),
      )
      .join('');
  }
}

/** Every manifest of a chart with these values, as text. */
export function renderChart(chart: string, values: object, release: string): string[] {
  const folder = join(chart, 'templates');
  const templates: Templates = new Map();
  const dot = { Values: values, Release: { Name: release }, Chart: { AppVersion: '0.1.0' } };
  const read = (name: string) =>
    render(readFileSync(join(folder, name), 'utf8'), { dot, vars: {} }, templates);
  return readdirSync(folder).sort().map(read);
}

import { readFileSync } from 'node:fs';
import type { Finding } from '@throughline/shared';
import { type BlueprintDocument, blueprintFile, faultsIn, parse } from '@throughline/shared/schema';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { UsageError } from '../lib/errors.ts';

/** What a file says, or what is wrong with it. */
export interface BlueprintFile {
  /** Undefined: it cannot be read as one. */
  document: BlueprintDocument | undefined;
  findings: Finding[];
  /** `throughline.yaml:12: There is no team "sales". (unknown_team)` */
  sentenceFor(finding: Finding): string;
}

interface Step {
  node: unknown;
  /** Where it begins, or its name does. */
  at: number;
}

function stepInto(document: Document, { node: from, at }: Step, name: string): Step | undefined {
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node)) {
    const item = node.items[Number(name)] as Node | undefined;
    return item && { node: item, at: item.range?.[0] ?? at };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => String(key) === name);
  return (
    pair && { node: pair.value, at: (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? at }
  );
}

/** Where what a JSON pointer names begins, or what should have it. */
function offsetOf(document: Document, path: string): number {
  let step: Step = { node: document.contents, at: document.contents?.range?.[0] ?? 0 };
  for (const part of path.split('/').slice(1)) {
    const next = stepInto(document, step, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (!next) break;
    step = next;
  }
  return step.at;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** A value without what JSON could not say. */
function plainOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Reads YAML, and JSON as a part of it. */
export function readBlueprint(path: string): BlueprintFile {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), { lineCounter: lines });
  const at = (line: number, says: string) => `${path}:${line}: ${says}`;
  const [fault] = document.errors;
  if (fault) {
    const [says = ''] = fault.message.split(/ at line \d+/);
    throw new UsageError(at(fault.linePos?.[0].line ?? 1, says));
  }
  const value = plainOf(document, path);
  const checked = parse(blueprintFile, value);
  return {
    document: checked.ok ? checked.value : undefined,
    findings: checked.ok ? [] : faultsIn(blueprintFile, value),
    sentenceFor: ({ path: where, code, message }) =>
      at(lines.linePos(offsetOf(document, where)).line, `${message} (${code})`),
  };
}

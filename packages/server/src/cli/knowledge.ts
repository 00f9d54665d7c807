import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { articleBody, parse, slug, storedArticle } from '@throughline/shared/schema';
import { StartupError, UsageError } from '../lib/errors.ts';
import { apiOptions, connectApi } from './api.ts';
import type { Call, Command } from './invocation.ts';

const FORMATS: Record<string, 'markdown' | 'html'> = {
  ...{ '.md': 'markdown', '.markdown': 'markdown' },
  ...{ '.html': 'html', '.htm': 'html' },
};

interface Article {
  path: string;
  id: string;
  body: object;
}

/** The files of a folder and of those in it, or the one file. */
function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const found = readdirSync(path, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile() && FORMATS[extname(entry.name).toLowerCase()])
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** `returns/In the EU.md` is `returns-in-the-eu`. */
const idOf = (name: string): string =>
  name
    .slice(0, name.length - extname(name).length)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function readArticle(path: string, name: string): Article {
  const id = idOf(name);
  if (!parse(slug, id).ok)
    throw new UsageError(
      `${path}: its name has to make 3 to 40 of a-z, 0-9 and -; "${id}" is not.`,
    );
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format) throw new UsageError(`${path} is neither .md nor .html.`);
  const checked = parse(articleBody, { format, text: readFileSync(path, 'utf8') });
  if (!checked.ok) throw new UsageError(`${path}: ${checked.error.message}`);
  return { path, id, body: checked.value };
}

/** All of them, before the first is sent: what cannot be written keeps the rest from it. */
function readArticles(root: string): Article[] {
  const files = filesAt(root);
  if (files.length === 0) throw new UsageError(`${root} has no .md and no .html.`);
  const isOne = files[0] === root;
  const articles = files.map((path) =>
    readArticle(path, isOne ? basename(path) : relative(root, path)),
  );
  const byId = new Map<string, string>();
  for (const { id, path } of articles) {
    const other = byId.get(id);
    if (other) throw new UsageError(`${other} and ${path} would both be ${id}; rename one.`);
    byId.set(id, path);
  }
  return articles;
}

function readCollection({ values: { collection } }: Pick<Call, 'values'>): string {
  const checked = parse(slug, collection);
  if (checked.ok) return checked.value;
  throw new UsageError('Name the collection, 3 to 40 of a-z, 0-9 and -: --collection help');
}

export const putKnowledge: Command = {
  about: 'Write articles that bots answer from, in place of those of their names.',
  takes: 'FILE|FOLDER --collection C [--url RELAY]',
  words: 1,
  options: { ...apiOptions, collection: { type: 'string' } },
  async run(call) {
    const [root] = call.words;
    if (!root) throw new UsageError('Name a file or a folder: knowledge put help/');
    const collection = readCollection(call);
    const articles = readArticles(root);
    const api = connectApi(call, 'knowledge:write');
    for (const { id, body } of articles) {
      const stored = parse(storedArticle, await api.put(`knowledge/${collection}/${id}`, body));
      if (!stored.ok) throw new StartupError(`What answers at ${api.url} is no relay.`);
      call.print(`${collection}/${id}  passages: ${stored.value.passages}`);
    }
    return 0;
  },
};

/**
 * Documents that cannot drift unseen: every rule of the protocol has a test and every test names a rule,
 * attacks that are said to be tested are, everything a client may say is told of,
 * links lead somewhere, folders named in the architecture exist, decisions are numbered once.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands, queries, signals } from '@throughline/shared/schema';

const root = join(import.meta.dirname, '..');
const faults: string[] = [];

const SKIPPED = /(^|\/)(node_modules|dist|data|\.git)(\/|$)/;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => !SKIPPED.test(file),
);
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const ending = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));

function checkRules(): void {
  const rules = new Set(
    [...read('docs/protocol.md').matchAll(/\*\*(P\d+)\*\*/g)].map(([, id]) => id),
  );
  const named = new Set<string | undefined>();
  for (const file of ending(/\.test\.tsx?$/))
    for (const [, id] of read(file).matchAll(/\[(P\d+)\]/g)) {
      named.add(id);
      if (!rules.has(id)) faults.push(`${file} names ${id}, which docs/protocol.md does not have`);
    }
  for (const id of rules) if (!named.has(id)) faults.push(`docs/protocol.md: no test proves ${id}`);
}

function checkAttacks(): void {
  const rows = [
    ...read('docs/security.md').matchAll(/^\| ([A-Z]{2}-\d{2}) \|[^|]*\| ([a-z ]+) \|/gm),
  ];
  const tested = new Set(
    ending(/\.test\.tsx?$/).flatMap((file) =>
      [...read(file).matchAll(/\[((?:HS|EV|RS|WO|WI|MD|ID|CA|AI|CF|PR)-\d{2})\]/g)].map(
        ([, id]) => id,
      ),
    ),
  );
  const known = new Set(rows.map(([, id]) => id));
  for (const id of tested) if (!known.has(id)) faults.push(`docs/security.md does not have ${id}`);
  for (const [, id, state] of rows)
    if (tested.has(id) === (state === 'does not apply'))
      faults.push(
        `docs/security.md: ${id} ${state}, and ${tested.has(id) ? 'a' : 'no'} test has it`,
      );
}

function checkCommands(): void {
  const protocol = read('docs/protocol.md');
  for (const name of Object.keys({ ...commands, ...queries, ...signals }))
    if (!protocol.includes(`\`${name} {`)) faults.push(`docs/protocol.md does not have ${name}`);
}

function checkLinks(): void {
  for (const file of ending(/\.md$/))
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
      if (!existsSync(join(root, dirname(file), target)))
        faults.push(`${file} links to ${target}, which is not there`);
}

/** Folders and files named in backquotes with a slash in them. */
function checkArchitecture(): void {
  for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md'])
    for (const [, path = ''] of read(document).matchAll(/`([\w.-]+\/[\w./-]*)`/g))
      if (!existsSync(join(root, path)) && !existsSync(join(root, 'packages', path)))
        faults.push(`${document} names ${path}, which is not there`);
}

function checkDecisions(): void {
  const numbers = readdirSync(join(root, 'docs/decisions')).map((name) => name.slice(0, 4));
  const twice = numbers.filter((number, i) => numbers.indexOf(number) !== i);
  for (const number of twice) faults.push(`docs/decisions has two records ${number}`);
  const cited = ending(/\.(ts|tsx|sql|md)$/).flatMap((file) =>
    [...read(file).matchAll(/\bdecision (\d{4})\b/g)].map(([, number]) => ({ file, number })),
  );
  for (const { file, number } of cited)
    if (number && !numbers.includes(number))
      faults.push(`${file} cites decision ${number}, which is not there`);
}

checkRules();
checkAttacks();
checkCommands();
checkLinks();
checkArchitecture();
checkDecisions();
for (const fault of faults) console.error(`✗ ${fault}`);
if (faults.length === 0) console.log('documents in order');
process.exitCode = faults.length > 0 ? 1 : 0;

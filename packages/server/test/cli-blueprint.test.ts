import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  applyBlueprint,
  checkBlueprint,
  showBlueprint,
  testBlueprint,
} from '../src/cli/blueprint.ts';
import type { Command } from '../src/cli/invocation.ts';
import { rotateSecret } from '../src/cli/secret.ts';
import { startRelay, tempDir, until } from './relay.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/routing.md'), 'utf8');
const example = /```yaml\n([\s\S]+?)```/.exec(GUIDE)?.[1] ?? '';

const FLOWS = readFileSync(join(import.meta.dirname, '../../../docs/guides/flows.md'), 'utf8');
const [greeting = '', , closed = ''] = [...FLOWS.matchAll(/```yaml\n([\s\S]+?)```/g)].map(
  ([, text]) => text,
);

/** With a file, or with words. */
async function run(command: Command, dataDir: string, given: string | string[] = []) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const isFile = typeof given === 'string';
  const call = {
    env: { DATA_DIR: dataDir },
    values: isFile ? { file: given } : {},
    words: isFile ? [] : given,
    print,
    note: print,
  };
  const code = await command.run({ ...call, columns: undefined });
  return { code, text: lines.join('\n') };
}

test('the file of the guide is applied as it stands, by a relay that has its people', async () => {
  await using relay = await startRelay();
  const file = join(relay.dataDir, 'throughline.yaml');
  writeFileSync(file, example);
  for (const name of ['ada', 'ben'])
    await relay.agents.invite({ email: `${name}@shop.example`, name, role: 'agent' });
  expect(await run(checkBlueprint, relay.dataDir, file)).toEqual({
    code: 0,
    text: `${file} can be published.`,
  });
  const applied = await run(applyBlueprint, relay.dataDir, file);
  expect(applied.text).toMatch(/is published as version \d+\.$/);
  const { session } = await relay.hire('Root', 'admin');
  const read = () => relay.fetch('/v1/blueprint/routing', { as: session });
  await until(async () => (await read()).text !== '{"routing":null}', 'the relay to take it over');
  const shown = await run(showBlueprint, relay.dataDir);
  writeFileSync(file, shown.text);
  expect(await run(checkBlueprint, relay.dataDir, file)).toMatchObject({ code: 0 });
});

test('a file changes what it names, and nothing else', async () => {
  await using relay = await startRelay();
  const file = join(relay.dataDir, 'throughline.yaml');
  await relay.agents.invite({ email: 'ada@shop.example', name: 'Ada', role: 'agent' });
  writeFileSync(file, closed);
  expect(await run(applyBlueprint, relay.dataDir, file)).toMatchObject({ code: 0 });
  writeFileSync(file, greeting);
  expect(await run(applyBlueprint, relay.dataDir, file)).toMatchObject({ code: 0 });
  const { text } = await run(showBlueprint, relay.dataDir);
  expect(text).toMatch(/^routing:\n {2}agents:\n {4}- email: ada@/);
  expect(text).toMatch(/^flows:\n {2}- id: greeting$/m);
  // What its flows lead to cannot be taken away from under them.
  writeFileSync(file, closed);
  await run(applyBlueprint, relay.dataDir, file);
  writeFileSync(file, 'routing: null');
  const refused = await run(applyBlueprint, relay.dataDir, file);
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('unknown_queue') });
});

test('what is wrong with a flow is said with its line', async () => {
  await using relay = await startRelay();
  const file = join(relay.dataDir, 'throughline.yaml');
  writeFileSync(file, greeting.replace('next: advice }', 'next: nowhere }'));
  const { code, text } = await run(checkBlueprint, relay.dataDir, file);
  expect(code).toBe(1);
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((it) => it.includes('nowhere')) + 1;
  expect(text).toBe(`${file}:${line}: There is no step "nowhere". (unknown_step)`);
});

test('everything that is wrong is said with its line, and nothing is published', async () => {
  await using relay = await startRelay();
  const file = join(relay.dataDir, 'throughline.yaml');
  writeFileSync(file, example.replace('contact.facts.plan', 'contact.plans'));
  const lineOf = (text: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;
  const { code, text } = await run(applyBlueprint, relay.dataDir, file);
  expect(code).toBe(1);
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        `${file}:${lineOf('contact.plans')}: No such key: plans .*bad_expression`,
      ),
      expect.stringMatching(`${file}:${lineOf('ada@')}: Nobody with .*unknown_agent`),
      expect.stringMatching(`${file}:${lineOf('ben@')}: Nobody with .*unknown_agent`),
    ]),
  );
  expect((await run(showBlueprint, relay.dataDir)).text).toBe('routing: null');
});

const SIGNED = `
bots:
  - { id: orders, kind: http, name: Lina, url: 'https://bots.example/turns' }
  - { id: rasa, kind: http, name: Rasa, url: 'https://bots.example/', shape: rasa }
tools:
  - { id: stock, url: 'https://tools.example/stock' }
`;

test('what is published without a secret is told by name, with the command that makes one', async () => {
  await using relay = await startRelay();
  const file = join(relay.dataDir, 'throughline.yaml');
  writeFileSync(file, SIGNED);
  const missing = async () => {
    const { code, text } = await run(applyBlueprint, relay.dataDir, file);
    expect(code).toBe(0);
    return text.split('\n').slice(1);
  };
  const sentences = [
    'The bot "orders" has no secret, and is not asked without: throughline secret rotate bot orders',
    'The tool "stock" has no secret, and is not asked without: throughline secret rotate tool stock',
  ];
  expect(await missing()).toEqual(sentences);
  for (const [i, sentence] of sentences.entries()) {
    const words = sentence.split('throughline secret rotate ')[1]?.split(' ') ?? [];
    const { text } = await run(rotateSecret, relay.dataDir, words);
    expect(text).toMatch(/\nwhsec_[\w+/]+=*$/);
    expect(await missing()).toEqual(sentences.slice(i + 1));
  }
  const rotate = (...words: string[]) => run(rotateSecret, relay.dataDir, words);
  await rotate('bot', 'orders');
  await expect(rotate('bot', 'orders')).rejects.toThrow('has two that are good already');
  await expect(rotate('bot', 'nobody')).rejects.toThrow('There is no bot "nobody".');
  await expect(rotate('bot', 'rasa')).rejects.toThrow('is made on the other side');
  await expect(rotate('key', 'orders')).rejects.toThrow('Name whose');
});

const inFolder = (text: string) => {
  const dir = tempDir();
  const file = join(dir.path, 'throughline.yaml');
  writeFileSync(file, text);
  return { file, ...dir };
};

test('tests run without a data folder', async () => {
  const good = inFolder(example);
  expect(await run(testBlueprint, '/nowhere', good.file)).toMatchObject({ code: 0 });
  const bad = inFolder(example.replace(/expect: \{ queue: \w+/, 'expect: { queue: nowhere'));
  const { code, text } = await run(testBlueprint, '/nowhere', bad.file);
  expect(code).toBe(1);
  expect(text).toMatch(/throughline\.yaml:\d+: .*expected nowhere, got .*\(test_failed\)$/);
});

test.each([
  ['routing:\n  agents: []\n  teems: []\n', /:3: .*\(unknown_field\)/],
  ['{\n  "routing": {\n    "agents": "none"\n  }\n}', /:3: .*\(bad_type\)/],
  ['routing:\n  queues:\n    - id: x\n      name: X\n', /:3: .*\(bad_value\)/],
])('a shape that is wrong is said with its line: %j', async (text, says) => {
  const { file } = inFolder(text);
  const result = await run(testBlueprint, '/nowhere', file);
  expect(result.code).toBe(1);
  expect(result.text).toMatch(says);
});

test('what is no YAML is refused with its line, as are a name twice and a file that is not there', async () => {
  const refused = async (file: string) => run(testBlueprint, '/nowhere', file);
  await expect(refused(inFolder('routing:\n  - [').file)).rejects.toThrow(/throughline\.yaml:\d: /);
  await expect(refused(inFolder('routing: null\nrouting: null').file)).rejects.toThrow(
    /:2: .*unique/,
  );
  await expect(refused('/nowhere/throughline.yaml')).rejects.toThrow(/cannot be read/);
});

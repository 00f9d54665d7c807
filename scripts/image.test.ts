import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const STEPS_MS = 600_000;
/** Of `nobody`: whoever the image's user is, it is not the owner of what it runs. */
const NOBODY = 65_534;

const lines = (path: string): string[] =>
  readFileSync(join(root, path), 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

/** What `COPY .` sees: as .dockerignore says, of what is under version control or about to be. */
function contextFiles(): string[] {
  const rules = lines('.dockerignore');
  const wanted = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
  const never = rules.filter((rule) => rule.startsWith('**/'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root });
  const isIn = (file: string): boolean =>
    wanted.some((rule) => file === rule || file.startsWith(`${rule}/`)) &&
    !never.some((rule) => matchesGlob(file, rule) || matchesGlob(file, `${rule}/**`));
  return String(listed).trim().split('\n').filter(isIn);
}

interface Image {
  /** What the last stage has under its root. */
  path: string;
  env: Record<string, string>;
  command: string[];
}

/**
 * Carries out the Dockerfile without a daemon: each stage is a folder, COPY copies, RUN runs there. Of the
 * last stage RUN makes a link and a folder outside of /app, which stand for themselves below.
 */
function build(at: string): Image {
  const context = contextFiles();
  const image: Image = { path: '', env: {}, command: [] };
  const stages = {
    count: lines('Dockerfile').filter((line) => line.startsWith('FROM')).length,
    at: 0,
  };
  const words = (text: string): string[] => text.trim().split(/\s+/);

  function copy(args: string[]): void {
    const from = args[0]?.startsWith('--from=') ? args.shift()?.slice(7) : undefined;
    const to = args.pop() ?? '';
    for (const source of args) {
      const target = join(image.path, 'app', to);
      if (from) cpSync(join(at, from, source), target, { recursive: true, verbatimSymlinks: true });
      else
        for (const file of context) {
          const rest =
            source === '.'
              ? file
              : file === source
                ? (file.split('/').at(-1) ?? '')
                : file.startsWith(`${source}/`)
                  ? file.slice(source.length + 1)
                  : undefined;
          if (rest === undefined) continue;
          const isFolder = to.endsWith('/') || source !== file;
          cpSync(join(root, file), isFolder ? join(target, rest) : target);
        }
    }
  }

  const instructions: Record<string, (text: string) => void> = {
    FROM(text) {
      stages.at++;
      image.path = join(at, words(text)[2] ?? 'image');
      image.env = {};
      mkdirSync(join(image.path, 'app'), { recursive: true });
    },
    ENV(text) {
      for (const pair of words(text))
        image.env[pair.split('=')[0] ?? ''] = pair.split('=')[1] ?? '';
    },
    COPY: (text) => copy(words(text)),
    RUN(text) {
      if (stages.at === stages.count) return;
      const env = { ...process.env, ...image.env };
      execFileSync('sh', ['-ec', text], { cwd: join(image.path, 'app'), env, stdio: 'pipe' });
    },
    ENTRYPOINT: (text) => void image.command.push(...JSON.parse(text)),
    CMD: (text) => void image.command.push(...JSON.parse(text)),
  };
  for (const line of lines('Dockerfile')) {
    const [, name = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    instructions[name]?.(text);
  }
  return image;
}

let at: string;
let image: Image;
beforeAll(() => {
  at = mkdtempSync(join(tmpdir(), 'throughline-image-'));
  chmodSync(at, 0o755);
  image = build(at);
  // Where the base image and the last RUN put them.
  mkdirSync(join(image.path, 'bin'));
  cpSync(process.execPath, join(image.path, 'bin/node'));
  symlinkSync(
    join(image.path, 'app/packages/server/src/main.ts'),
    join(image.path, 'bin/throughline'),
  );
  mkdirSync(join(image.path, 'data'));
  if (process.getuid?.() === 0) execFileSync('chown', [`${NOBODY}`, join(image.path, 'data')]);
  execFileSync('chmod', ['-R', 'a-w', join(image.path, 'app')]);
}, STEPS_MS);
afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', at]);
  rmSync(at, { recursive: true, force: true });
}, STEPS_MS);

const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

function run(command: string[], env: Record<string, string> = {}): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(join(image.path, 'bin', program), args, {
    ...asNobody,
    cwd: join(image.path, 'app'),
    env: {
      PATH: `${join(image.path, 'bin')}:/usr/bin:/bin`,
      ...image.env,
      DATA_DIR: join(image.path, 'data'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test(
  'the image starts a relay with the SDK and the console, as a user who may write only its data',
  async () => {
    const relay = run(image.command, { PORT: '0', HOST: '127.0.0.1' });
    let said = '';
    relay.stdout?.on('data', (part: Buffer) => (said += part));
    const ended = new Promise((done) => relay.once('exit', done));
    try {
      await expect.poll(() => said, { timeout: 60_000 }).toContain('running');
      const url = /(http:\S+)\/console\//.exec(said)?.[1] ?? '';
      for (const path of ['/readyz', '/sdk/v1/loader.js', '/console/'])
        expect((await fetch(url + path)).status, path).toBe(200);
      // The health check of the image, as it stands there.
      const [, check = ''] =
        /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? [];
      const healthy = run(JSON.parse(check), { PORT: new URL(url).port });
      expect(await new Promise((done) => healthy.once('exit', done))).toBe(0);
      const sick = run(JSON.parse(check), { PORT: '1' });
      expect(await new Promise((done) => sick.once('exit', done))).toBe(1);
    } finally {
      relay.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  },
  STEPS_MS,
);

test('nothing of it is for development', () => {
  const packages = execFileSync('ls', [join(image.path, 'app/node_modules/.pnpm')]).toString();
  expect(packages).toContain('fastify@');
  expect(packages).not.toMatch(/^(vite|vitest|typescript|playwright-core|preact|@biomejs)/m);
  const files = execFileSync('find', [
    join(image.path, 'app/packages'),
    '-name',
    '*.test.ts*',
    '-not',
    '-path',
    '*/node_modules/*',
  ]);
  expect(String(files)).toBe('');
  expect(dirname(image.path)).toBe(at);
});

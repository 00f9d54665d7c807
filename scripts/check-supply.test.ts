import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const list = (): string[] => {
  const script = join(import.meta.dirname, 'check-supply.ts');
  return execFileSync(process.execPath, [script, '--list'], { encoding: 'utf8' }).split('\n');
};

test('[CF-13] a relay installs few packages, none of which runs something or is known to be bad', () => {
  const lines = list();
  expect(lines).toContainEqual(expect.stringMatching(/^\d+ packages in production, in order$/));
  expect(lines.length).toBeLessThanOrEqual(122);
});

interface Component {
  purl: string;
}

test('[CF-13] the bill of materials names every package a relay installs, with its version', () => {
  const args = ['-y', 'pnpm@12', '--silent', 'run', 'sbom'];
  const cwd = join(import.meta.dirname, '..');
  const { components } = JSON.parse(execFileSync('npx', args, { cwd, encoding: 'utf8' })) as {
    components: Component[];
  };
  const named = components.map(({ purl }) => decodeURIComponent(purl).replace('pkg:npm/', ''));
  const installed = list().filter((line) => /^\S+@\d\S*$/.test(line));
  expect(installed.length).toBeGreaterThan(80);
  expect(installed.filter((one) => !named.includes(one))).toEqual([]);
}, 60_000);

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('[CF-13] a relay installs few packages, none of which runs something or is known to be bad', () => {
  const script = join(import.meta.dirname, 'check-supply.ts');
  const lines = execFileSync(process.execPath, [script, '--list'], { encoding: 'utf8' }).split(
    '\n',
  );
  expect(lines).toContainEqual(expect.stringMatching(/^\d+ packages in production, in order$/));
  expect(lines.length).toBeLessThanOrEqual(122);
});

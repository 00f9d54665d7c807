import type { Invocation } from './invocation.ts';

/** What a check found, and what to do about it. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'fault';
  says: string;
}

const MARKS = { ok: '✓', warning: '!', fault: '✗' };

/** Prints what was found; 1 where something is wrong. */
export function report(
  findings: Finding[],
  { values, print }: Pick<Invocation, 'values' | 'print'>,
): number {
  if (values.json) print(JSON.stringify(findings));
  else
    for (const { check, state, says } of findings)
      print(`${MARKS[state]} ${check.padEnd(16)} ${says}`);
  return findings.some(({ state }) => state === 'fault') ? 1 : 0;
}

import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, isErrorCode, problem } from './errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test.each(codes)('%s: a name, a status, one sentence that says what to do', (code) => {
  const { status, retryable, message } = ERRORS[code];
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(message).toMatch(/^[A-Z].+\.$/);
  expect(typeof retryable).toBe('boolean');
});

test('only codes of the table are codes', () => {
  for (const code of codes) expect(isErrorCode(code)).toBe(true);
  for (const not of ['toString', '__proto__', 'constructor', '', 'nope', 1, null, undefined])
    expect(isErrorCode(not)).toBe(false);
});

test('a problem carries the table’s words, and what is known beyond them', () => {
  const { message, retryable } = ERRORS.rate_limited;
  expect(problem('rate_limited', { retryAfterMs: 5 })).toEqual({
    code: 'rate_limited',
    message,
    retryable,
    retryAfterMs: 5,
  });
  expect(problem('not_found')).not.toHaveProperty('field');
});

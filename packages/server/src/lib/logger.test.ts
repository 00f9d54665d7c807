import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function setUp(level = 'trace') {
  const lines: string[] = [];
  const log = createLogger(level, { write: (line) => void lines.push(line) });
  return { log, lines };
}

test('one record is one line of JSON, whatever is in it', () => {
  const { log, lines } = setUp();
  log.info({ name2: 'a\nb\r\n\u001b[31m\u2028\u009b31m' }, 'two\nlines\u0007');
  expect(lines).toHaveLength(1);
  for (const sign of ['\n', '\r', '\u001b', '\u0007', '\u2028', '\u009b'])
    expect(lines[0]?.trimEnd()).not.toContain(sign);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, msg: 'two\nlines\u0007' });
});

test('what people write and what lets somebody in is left out, wherever it stands', () => {
  const { log, lines } = setUp();
  const secret = 'CANARY';
  const all = Object.fromEntries(
    [
      'text',
      'password',
      'token',
      'cookie',
      'csrf',
      'authorization',
      'email',
      'name',
      'attributes',
      'data',
      'input',
    ].map((key) => [key, secret]),
  );
  log.info(all, 'top');
  log.info({ a: all }, 'below');
  log.info({ a: { b: all } }, 'two below');
  const { name: _, ...rest } = all;
  log.error({ err: Object.assign(new Error('failed'), rest) }, 'in an error');
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain(secret);
  expect(lines.join('')).toContain('[redacted]');
});

test('below its level nothing is written', () => {
  const { log, lines } = setUp('warn');
  log.info('x');
  log.warn('y');
  expect(lines).toHaveLength(1);
});

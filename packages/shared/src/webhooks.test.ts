import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { checkWebhook, newWebhookSecret, signWebhook, verify, WebhookError } from './webhooks.ts';

const secret = newWebhookSecret();
const now = () => Math.floor(Date.now() / 1000);
const message = (body = '{"type":"dev.throughline.test.event"}') => ({
  id: '01a20265-65a2-7c34-badd-0e186b0df4ad',
  timestamp: now(),
  body,
});

describe('Standard Webhooks', () => {
  test('its own library takes our signatures, whatever is in the body', () => {
    const theirs = new Webhook(secret);
    fc.assert(
      fc.property(fc.json(), (body) => {
        const signed = message(body);
        expect(theirs.verify(body, signWebhook([secret], signed))).toEqual(JSON.parse(body));
      }),
    );
  });

  test('and we take the library’s', () => {
    const { id, timestamp, body } = message('{"text":"U+2028 \u2028, 🙂"}');
    const signature = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    expect(verify(body, headers, secret)).toEqual(JSON.parse(body));
    expect(verify(Buffer.from(body), headers, [newWebhookSecret(), secret])).toBeTruthy();
  });

  test('during a rotation both secrets fit, and after it only the new one', () => {
    const older = newWebhookSecret();
    const signed = message();
    const headers = signWebhook([secret, older], signed);
    for (const one of [secret, older])
      expect(() => verify(signed.body, headers, one)).not.toThrow();
    const later = signWebhook([secret], signed);
    expect(() => verify(signed.body, later, older)).toThrow('bad_signature');
  });

  test('[WI-01] a secret is whsec_ and 32 random bytes; a short one is none', () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(secret);
    for (const bad of ['', 'whsec_', `whsec_${btoa('short')}`])
      expect(() => signWebhook([bad], message())).toThrow(TypeError);
  });
});

describe('is refused', () => {
  const signed = message();
  const headers = signWebhook([secret], signed);
  const code = (body: string, more: Record<string, string | undefined>): string => {
    try {
      checkWebhook(body, { ...headers, ...more }, { secret });
      return 'accepted';
    } catch (error) {
      return error instanceof WebhookError ? error.code : String(error);
    }
  };
  const good = headers['webhook-signature'] ?? '';

  test.each([
    ['[WI-01] no signature', {}, { 'webhook-signature': undefined }, 'missing_header'],
    ['[WI-01] an empty one', {}, { 'webhook-signature': '' }, 'missing_header'],
    [
      '[WI-02] a wrong one',
      {},
      { 'webhook-signature': `v1,${btoa('x'.repeat(32))}` },
      'bad_signature',
    ],
    ['[WI-02] a cut one', {}, { 'webhook-signature': good.slice(0, -8) }, 'bad_signature'],
    [
      '[WI-02] another version',
      {},
      { 'webhook-signature': good.replace('v1', 'v1a') },
      'bad_signature',
    ],
    ['[WI-02] no base64', {}, { 'webhook-signature': 'v1,☂' }, 'bad_signature'],
    [
      '[WI-02] the right one behind fifty others',
      {},
      { 'webhook-signature': `${'v1,eA== '.repeat(50)}${good}` },
      'bad_signature',
    ],
    ['[WI-03] six minutes old', {}, { 'webhook-timestamp': String(now() - 360) }, 'too_old'],
    ['[WI-03] six minutes ahead', {}, { 'webhook-timestamp': String(now() + 360) }, 'too_old'],
    ['[WI-03] no number', {}, { 'webhook-timestamp': 'soon' }, 'bad_timestamp'],
    ['another time', {}, { 'webhook-timestamp': String(signed.timestamp - 1) }, 'bad_signature'],
    ['another id', {}, { 'webhook-id': 'x' }, 'bad_signature'],
    ['[WI-05] one space more', { body: `${signed.body} ` }, {}, 'bad_signature'],
  ] as const)(
    '%s',
    (...[, { body = signed.body } = {}, more, expected]: [
      string,
      { body?: string },
      object,
      string,
    ]) => {
      expect(code(body, more as Record<string, string>)).toBe(expected);
    },
  );
});

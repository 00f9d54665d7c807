import { signWebhook } from '@throughline/shared/webhooks';
import type { Exchange } from './exchange.ts';

const ACCEPTED = 202;

/** The turn as it is, signed as a webhook is; answered at once, or later under a token of the turn's. */
export async function askOwn(exchange: Exchange): Promise<unknown> {
  const { turn, url, call, secrets, replies, now, signal } = exchange;
  if (secrets.length === 0) throw new Error('it has no secret yet');
  const body = JSON.stringify(turn);
  const stamp = { id: turn.id, timestamp: Math.floor(now() / 1000), body };
  const headers = {
    ...signWebhook(secrets, stamp),
    'throughline-reply-token': replies.tokenOf(turn.id),
  };
  // Its answer may overtake the receipt of the question.
  using expected = replies.expect(turn.id);
  // Never a visitor's words: what is deleted would stay in the trace (P9).
  const shown = turn.reason;
  const asked = call({ url, headers, body, shown }).then(({ status, value }) =>
    status === ACCEPTED ? expected.given : value,
  );
  return await Promise.race([asked, expected.given, over(signal)]);
}

/** Rejects when nobody waits any more. */
const over = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(new Error('there was no answer in time'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });

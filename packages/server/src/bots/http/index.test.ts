import { type Reply, reply } from '@throughline/shared/schema';
import { verify } from '@throughline/shared/webhooks';
import { describe, expect, test } from 'vitest';
import { startBotServer } from '../../../test/bot-server.ts';
import { httpBot, line, turnOf } from '../../../test/bot-turn.ts';
import { FAILURES_MAX } from '../../lib/breaker.ts';
import { NoAnswer, type Trace } from '../participant.ts';

const SAID = { acts: [{ do: 'say', text: 'It is on its way.' }] };

/** Why there was no answer, with what was done for one. */
const fault = (answering: Promise<unknown>): Promise<{ message: string; trace: Trace[] }> =>
  answering.then(
    () => {
      throw new Error('there was an answer');
    },
    (error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      return { message: error.message, trace: error.spent.trace ?? [] };
    },
  );

describe('a bot that answers at once', () => {
  test('is sent the turn as it is, signed as a webhook under the id of the turn', async () => {
    await using server = await startBotServer(() => SAID);
    using its = httpBot({ url: `${server.url}/bot` });
    const turn = turnOf();
    await its.ask(turn);
    const [asked] = server.asked;
    expect([asked?.method, asked?.path]).toEqual(['POST', '/bot']);
    expect(verify(asked?.text ?? '', asked?.headers ?? {}, its.secrets)).toEqual(turn);
    expect(asked?.headers['webhook-id']).toBe(turn.id);
  });

  test('has its answer checked and filled in, and leaves a trace of the call', async () => {
    await using server = await startBotServer(() => SAID);
    using its = httpBot({ url: server.url });
    const { reply: said, trace } = await its.ask(turnOf());
    expect(said).toEqual({ ...SAID, next: { do: 'wait' }, state: null });
    expect(trace).toMatchObject([
      { kind: 'call', name: `${new URL(server.url).host}/`, input: 'message', ok: true },
    ]);
  });

  test('no card number gets into a trace', async () => {
    await using server = await startBotServer(() => ({
      acts: [{ do: 'say', text: '4111 1111 1111 1111' }],
    }));
    using its = httpBot({ url: server.url });
    const { trace } = await its.ask(turnOf({ lines: [line({ text: '4111111111111111' })] }));
    expect(JSON.stringify(trace)).toContain('1111');
    expect(JSON.stringify(trace)).not.toMatch(/4111/);
  });

  test.each([
    ['no JSON', 'hello', 'its answer is no JSON'],
    [
      'something unknown',
      '{"acts":[{"do":"dance"}]}',
      'its answer is wrong: bad_type in acts.0.do',
    ],
    ['a name twice', '{"acts":[],"acts":[]}', 'its answer is no JSON'],
    ['nothing at all', '', 'its answer is wrong: bad_type'],
    ['a page without end', `"${'x'.repeat(70_000)}"`, 'its answer is longer than 64 KB'],
  ])('an answer that is %s is none, and the reason is told', async (_, text, why) => {
    await using server = await startBotServer((_asked, response) => void response.end(text));
    using its = httpBot({ url: server.url });
    const { message, trace } = await fault(its.ask(turnOf()));
    expect(message).toBe(why);
    expect(trace).toHaveLength(1);
    expect(server.asked).toHaveLength(1);
  });

  test('without a secret it is not asked', async () => {
    await using server = await startBotServer(() => SAID);
    using its = httpBot({ url: server.url }, { secrets: [] });
    expect((await fault(its.ask(turnOf()))).message).toBe('it has no secret yet');
    expect(server.asked).toEqual([]);
  });

  test('what another system issued signs nothing; what signs is shown to none', async () => {
    await using server = await startBotServer(() => []);
    using its = httpBot({ url: server.url }, { secrets: ['a-token'] });
    expect((await fault(its.ask(turnOf()))).message).toBe('it has no secret yet');
    using rasa = httpBot({ url: server.url, shape: 'rasa' });
    await rasa.ask(turnOf());
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('where the relay may not connect, it does not', async () => {
    await using server = await startBotServer(() => SAID);
    using its = httpBot({ url: server.url }, { allow: [] });
    const { trace } = await fault(its.ask(turnOf({ deadlineAt: Date.now() })));
    expect(trace[0]?.output).toBe('the address must not be called');
    expect(server.asked).toEqual([]);
  });
});

describe('a bot that fails', () => {
  test('is asked again for the same turn while there is time', async () => {
    await using server = await startBotServer((_asked, response) => {
      if (server.asked.length === 1) return void response.writeHead(503).end();
      if (server.asked.length === 2) return void response.socket?.destroy();
      return SAID;
    });
    using its = httpBot({ url: server.url });
    const { trace } = await its.ask(turnOf());
    expect(trace?.map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(new Set(server.asked.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test.each([301, 400, 401, 404, 429])('is not asked again when it answers %i', async (status) => {
    await using server = await startBotServer(
      (_asked, response) => void response.writeHead(status, { location: '/other' }).end(),
    );
    using its = httpBot({ url: server.url });
    expect((await fault(its.ask(turnOf()))).message).toBe(`it answered ${status}`);
    expect(server.asked).toHaveLength(1);
  });

  test('is left alone for a while after it failed several turns in a row', async () => {
    let now = Date.now();
    await using server = await startBotServer(
      (_asked, response) => void response.writeHead(404).end(),
    );
    using its = httpBot({ url: server.url }, { now: () => now });
    const turn = () => turnOf({ deadlineAt: now + 15_000 });
    for (let turns = 0; turns < FAILURES_MAX; turns += 1) await fault(its.ask(turn()));
    const { message, trace } = await fault(its.ask(turn()));
    expect([message, trace]).toEqual(['it failed too often just now to be asked', []]);
    now += 60_000;
    await fault(its.ask(turn()));
    expect(server.asked).toHaveLength(FAILURES_MAX + 1);
  });

  test('a turn that is over ends its request, and is held against nobody', async () => {
    const over = new AbortController();
    const closed = Promise.withResolvers<void>();
    await using server = await startBotServer((_asked, response) => {
      response.on('close', closed.resolve);
      over.abort();
    });
    using its = httpBot({ url: server.url });
    for (let turns = 0; turns <= FAILURES_MAX; turns += 1)
      await fault(its.ask(turnOf(), over.signal));
    await closed.promise;
    expect((await fault(its.ask(turnOf(), over.signal))).message).not.toMatch(/too often/);
  });
});

describe('a bot that answers later', () => {
  const later: Reply = reply.parse(SAID);

  test('is waited for after 202, and its answer is taken under the token of the turn', async () => {
    const turn = turnOf();
    await using server = await startBotServer(({ headers }, response) => {
      response.writeHead(202).end(async () => {
        const token = String(headers['throughline-reply-token']);
        expect(its.replies.isToken(turn.id, token)).toBe(true);
        expect(its.replies.isToken(`${turn.id}1`, token)).toBe(false);
        expect(await its.replies.give(turn.id, later)).toBe(true);
      });
    });
    using its = httpBot({ url: server.url });
    expect((await its.ask(turn)).reply).toEqual(later);
  });

  test('may be faster than its own receipt', async () => {
    await using server = await startBotServer(({ json }) => {
      void its.replies.give((json as { id: string }).id, later);
    });
    using its = httpBot({ url: server.url });
    expect((await its.ask(turnOf())).reply).toEqual(later);
  });

  test('the same answer again is no error, another one is too late', async () => {
    await using server = await startBotServer(({ json }) => {
      void its.replies.give((json as { id: string }).id, later);
    });
    using its = httpBot({ url: server.url });
    const turn = turnOf();
    await its.ask(turn);
    expect(await its.replies.give(turn.id, { ...later })).toBe(true);
    expect(await its.replies.give(turn.id, { ...later, state: 1 })).toBe(false);
  });

  test('is too late when the turn is over', async () => {
    await using server = await startBotServer(
      (_asked, response) => void response.writeHead(202).end(),
    );
    using its = httpBot({ url: server.url });
    const turn = turnOf({ deadlineAt: Date.now() + 50 });
    expect((await fault(its.ask(turn))).message).toBe('there was no answer in time');
    expect(await its.replies.give(turn.id, later)).toBe(false);
  });
});

import { uuidv7 } from '@throughline/shared';
import { expect, test } from 'vitest';
import type { Store } from '../src/store/store.ts';
import { ORIGIN, refusal, sleep, startRelay } from './relay.ts';
import { bytes, openRaw } from './wire.ts';

const password = 'CANARY-password';

/** Buffers are written as their bytes; a secret in one is still a secret. */
const readable = (line: string): string =>
  line.replace(/\[(\d{1,3}(?:,\d{1,3})+)\]/g, (_all, list: string) =>
    Buffer.from(list.split(',').map(Number)).toString('latin1'),
  );

test('[CF-09] [P28] [RS-13] no log line holds what people wrote, or what lets somebody in, whatever goes wrong', async () => {
  let isBroken = false;
  const wrap = (store: Store): Store => ({
    ...store,
    get backlog() {
      return store.backlog;
    },
    write: (key, work) =>
      store.write(key, async (tx) => {
        const done = await work(tx);
        if (isBroken)
          throw Object.assign(new Error('on purpose'), { errcode: 13, input: { text: 'CANARY' } });
        return done;
      }),
  });
  await using relay = await startRelay({ wrap });
  const email = 'canary@example.com';
  const { token: link } = await relay.agents.invite({ email, name: 'CANARY agent', role: 'agent' });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    relay.fetch(path, { method: 'POST', body, headers });
  await post('/v1/setup', { token: link, name: 'CANARY agent', password });
  const signedIn = await post('/v1/session', { email, password });
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const { csrf } = signedIn.json as { csrf: string };

  const visitor = await relay.visitor({
    context: { page: { url: 'https://shop.example/CANARY', title: 'CANARY' }, userAgent: 'CANARY' },
  });
  const agent = await relay.agent();
  const conversation = await visitor.start();
  await agent.ask('conversation:resume', { conversation, cursor: null });
  const everything = async () => {
    const id = () => uuidv7();
    await visitor.ask('message:send', { id: id(), conversation, text: 'CANARY text' });
    await visitor.ask('contact:identify', {
      id: id(),
      name: 'CANARY name',
      email,
      externalId: 'CANARY',
    });
    await visitor.ask('contact:update', { id: id(), attributes: { plan: 'CANARY' } });
    await visitor.ask('event:track', { id: id(), name: 'CANARY', properties: { a: 'CANARY' } });
    await visitor.ask('message:send', { id: 'CANARY', conversation, text: 'CANARY', CANARY: 1 });
    await visitor.ask('CANARY', 'CANARY');
    await agent.ask('note:add', { id: id(), conversation, text: 'CANARY note' });
    await agent.ask('conversation:tag', { id: id(), conversation, tags: ['CANARY'] });
    await post('/v1/session', { email, password: 'CANARY wrong' });
    await post('/v1/session', '{"email":"CANARY');
    await post('/v1/session', { email, password }, { origin: 'https://CANARY.example' });
    await post('/v1/setup', { token: 'CANARY', name: 'CANARY', password });
    await relay.fetch(`/v1/session?token=CANARY`, {
      headers: { cookie, authorization: 'Bearer CANARY' },
    });
    await relay.fetch('/v1/session', {
      method: 'DELETE',
      headers: { cookie, 'x-csrf-token': 'CANARY' },
    });
    await relay.fetch('/v1/conversations?q=CANARY&cursor=CANARY', { headers: { cookie } });
    await relay.fetch('/CANARY/%zz', { headers: { cookie } });
    await bytes(
      relay.url,
      `GET /CANARY HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nX A: CANARY\r\n\r\n`,
      { waitMs: 100 },
    );
    await refusal(relay.visitor({ origin: 'https://canary.example', token: 'CANARY' }));
    await refusal(relay.visitor({ site: 'CANARY', origin: ORIGIN, token: 'CANARY' }));
    const raw = await openRaw(relay.url, { query: 'EIO=4&transport=websocket&token=CANARY' });
    raw.send('40/visitor,{"protocol":1,"site":"CANARY');
    await raw.end();
  };
  await everything();
  isBroken = true;
  await everything();
  await sleep(600);
  isBroken = false;

  const secrets = [
    'CANARY',
    email,
    password,
    csrf,
    cookie.split('=')[1],
    visitor.token,
    agent.session.token,
    agent.session.session.csrf,
    link,
  ];
  const lines = relay.logLines.map(readable);
  expect(lines.length).toBeGreaterThan(5);
  for (const secret of secrets)
    expect(
      lines.filter((line) => line.toLowerCase().includes(String(secret).toLowerCase())),
      String(secret),
    ).toEqual([]);
  for (const line of relay.logLines) expect(line.trimEnd()).not.toContain('\n');
});

test('[CF-09] metrics hold no ids, no addresses and nothing people wrote', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  await visitor.give('message:send', { conversation, text: 'CANARY' });
  for (let i = 0; i < 50; i++) {
    await visitor.ask(`CANARY-${i}`, {});
    await relay.fetch(`/CANARY/${i}`);
    await relay.fetch(`/v1/conversations/CANARY-${i}`);
    await relay.fetch('/v1/session', { method: ['PURGE', 'PATCH', 'LINK'][i % 3] ?? '' });
  }
  const { text } = await relay.fetch('/metrics');
  expect(text).not.toContain('CANARY');
  expect(text).not.toContain(conversation);
  expect(text).not.toContain(visitor.contact);
  // One series for all that is unknown, however it was called.
  expect(
    text.match(/^throughline_commands_total\{.*\}/gm)?.filter((it) => it.includes('unknown')),
  ).toHaveLength(1);
  expect(text).toContain(
    'throughline_http_request_duration_seconds_count{method="GET",route="none",status="404"}',
  );
});

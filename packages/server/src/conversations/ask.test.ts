import { uuidv7 } from '@throughline/shared';
import type { Form, Site } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { codeOf, ground } from '../../test/ground.ts';
import { site } from '../../test/relay.ts';
import { stranger } from '../contacts/commands.ts';

const prechat: Form = {
  name: 'opening',
  fields: [
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'text', name: 'order', label: 'Order' },
  ],
};
const offline: Form = {
  fields: [
    { type: 'email', name: 'email', label: 'E-mail', required: true, fact: 'email' },
    { type: 'textarea', name: 'message', label: 'Message', required: true },
  ],
};

async function setUp(more: Partial<Site> = {}) {
  const at = await ground(site({ prechat, offline, ...more }));
  const { visitor } = at.people;
  const newcomer = { contact: stranger(visitor.id, visitor.site, at.clock.now), tokenHash: 'x' };
  const begin = (as = 'prechat', other: object = {}) => {
    const form = { as, message: uuidv7() };
    const input = { ...{ id: uuidv7(), conversation: uuidv7(), form }, ...other };
    return {
      input,
      message: form.message,
      conversation: input.conversation,
      outcome: at.conversations.start(visitor, input, newcomer),
    };
  };
  return { ...at, begin };
}

describe('a conversation that begins with a form', () => {
  test('holds the form as the site’s message, and its answers are checked against it', async () => {
    const { begin, give, run, people, records, row } = await setUp();
    const { conversation, message, outcome } = begin();
    expect(codeOf(await outcome)).toBe('ok');
    const submit = (values: object) =>
      run(people.visitor, 'form:submit', { conversation, message, values } as never);
    expect(codeOf(await submit({ order: 'A-17' }))).toBe('empty');
    expect(codeOf(await submit({ email: 'a@b.example', more: 'x' }))).toBe('unknown_field');
    const values = { email: 'ada@x.example' };
    await give(people.visitor, 'form:submit', { conversation, message, values });
    expect(codeOf(await submit(values))).toBe('wrong_status');
    const all = await records(conversation);
    expect(all.map(({ type, actor }) => [type, actor.kind])).toEqual([
      ['conversation.started', 'visitor'],
      ['message.created', 'system'],
      ['form.submitted', 'visitor'],
    ]);
    expect(all[1]).toMatchObject({
      id: message,
      actor: { name: site().name },
      data: { text: '', block: { kind: 'form', form: prechat } },
    });
    // Somebody has to look at it, and the visitor has nothing left to read.
    const after = await row(conversation);
    expect(after).toMatchObject({ status: 'open', lastMessage: null, visitorPub: 3 });
    expect(after.visitorRead).toBe(after.pub);
  });

  test('of an offline form keeps all but the message, which comes as one', async () => {
    const { begin, records } = await setUp();
    const { conversation, outcome } = begin('offline');
    await outcome;
    const [, asked] = await records(conversation);
    expect(asked?.data).toMatchObject({
      block: { form: { fields: [{ name: 'email' }] } },
    });
  });

  test('[P6] repeated, or with an id that is taken, leaves nothing more', async () => {
    const { begin, conversations, people, records } = await setUp();
    const { input, message, conversation, outcome } = begin();
    expect(await conversations.start(people.visitor, input)).toEqual(await outcome);
    expect(await records(conversation)).toHaveLength(2);
    const id = uuidv7();
    for (const other of [
      { form: { as: 'prechat', message } },
      { id, form: { as: 'prechat', message: id } },
    ])
      expect(codeOf(await begin('prechat', other).outcome)).toBe('idempotency_conflict');
    expect(await records()).toHaveLength(2);
  });

  test('begins all the same without the form: nobody is turned away, whatever their page knows', async () => {
    const { begin, start, give, people, records } = await setUp({ prechat: undefined });
    const { conversation, outcome } = begin();
    expect(codeOf(await outcome)).toBe('ok');
    expect(await records(conversation)).toHaveLength(1);
    const skipped = await start();
    await give(people.visitor, 'message:send', { conversation: skipped, text: 'Hello' });
    expect(await records(skipped)).toHaveLength(2);
  });
});

describe('a conversation that begins where a page leads', () => {
  const callback = { ...prechat, name: 'callback' };

  test('holds the form of that name, and one that is no more asks nothing', async () => {
    const { begin, give, people, records } = await setUp({ forms: [callback] });
    const { conversation, message } = begin('callback');
    const values = { email: 'ada@x.example' };
    await give(people.visitor, 'form:submit', { conversation, message, values });
    const all = await records(conversation);
    expect(all[1]).toMatchObject({ id: message, data: { block: { form: callback } } });
    expect(all[2]).toMatchObject({ data: { form: 'callback', values } });
    for (const other of ['demo', 'constructor']) {
      const unknown = begin(other);
      expect(codeOf(await unknown.outcome)).toBe('ok');
      expect(await records(unknown.conversation)).toHaveLength(1);
    }
  });

  const survey = { name: 'checkout', scale: 'nps', question: 'Was it easy?' } as const;
  const rated = (as: string) => {
    const message = uuidv7();
    return { message, other: { form: undefined, survey: { as, message } } };
  };

  test('to be rated: nobody is waited for in it until the visitor writes', async () => {
    const { begin, give, run, people, records, row } = await setUp({
      surveys: [survey],
      rating: 'csat',
    });
    const { message, other } = rated('checkout');
    const { conversation, outcome } = begin('prechat', other);
    expect(codeOf(await outcome)).toBe('ok');
    const say = (more: object) =>
      run(people.visitor, 'survey:submit', { conversation, message, score: 9, ...more } as never);
    expect(codeOf(await say({ score: 11 }))).toBe('bad_value');
    expect(codeOf(await say({ comment: 'Not asked' }))).toBe('bad_value');
    expect(codeOf(await say({}))).toBe('ok');
    const all = await records(conversation);
    expect(all.map(({ type, actor }) => [type, actor.kind])).toEqual([
      ['conversation.started', 'visitor'],
      ['message.created', 'system'],
      ['conversation.resolved', 'system'],
      ['survey.submitted', 'visitor'],
    ]);
    expect(all[1]).toMatchObject({
      id: message,
      data: {
        text: '',
        block: { kind: 'rating', survey: 'checkout', scale: 'nps', question: 'Was it easy?' },
      },
    });
    expect(all[3]?.data).toEqual({
      message,
      survey: 'checkout',
      scale: 'nps',
      score: 9,
      agent: null,
    });
    const after = await row(conversation);
    expect(after).toMatchObject({ status: 'resolved', unansweredSince: null, lastMessage: null });
    // The visitor has nothing left to read.
    expect(after.visitorRead).toBe(after.pub);
    await give(people.visitor, 'message:send', { conversation, text: 'Nearly.' });
    expect(await row(conversation)).toMatchObject({ status: 'open' });
    expect((await row(conversation)).unansweredSince).not.toBeNull();
  });

  test('[P6] with ids that are taken, or one for two, leaves nothing', async () => {
    const { begin, records } = await setUp({ surveys: [survey] });
    const first = rated('checkout');
    await begin('prechat', first.other).outcome;
    const before = await records();
    const { message } = first;
    const form = { as: 'prechat', message: uuidv7() };
    for (const other of [first.other, { form, survey: { as: 'checkout', message: form.message } }])
      expect(codeOf(await begin('prechat', other).outcome)).toBe('idempotency_conflict');
    expect(await records()).toEqual(before);
    expect(before.filter(({ id }) => id === message)).toHaveLength(1);
  });
});

describe('the rating a site asks for', () => {
  test('comes once with each time a conversation is resolved, and changes nobody’s turn', async () => {
    const { start, give, run, people, records, row } = await setUp({ rating: 'csat' });
    const conversation = await start();
    await give(people.visitor, 'message:send', { conversation, text: 'Hello' });
    const before = await row(conversation);
    for (let i = 0; i < 2; i++) await give(people.ada, 'conversation:resolve', { conversation });
    const [question, ...more] = (await records(conversation)).slice(3);
    expect(more).toEqual([]);
    expect(question).toMatchObject({
      actor: { kind: 'system' },
      data: { text: '', block: { kind: 'rating', scale: 'csat', comment: true } },
    });
    expect(await row(conversation)).toMatchObject({
      status: 'resolved',
      lastMessage: before.lastMessage,
      activeAt: before.activeAt,
    });
    const rate = () =>
      run(people.visitor, 'survey:submit', { conversation, message: question?.id ?? '', score: 5 });
    expect(codeOf(await rate())).toBe('ok');
    expect(codeOf(await rate())).toBe('wrong_status');
    expect((await row(conversation)).status).toBe('resolved');
    await give(people.ada, 'conversation:reopen', { conversation });
    await give(people.ada, 'conversation:resolve', { conversation });
    const asked = (await records(conversation)).filter(({ actor }) => actor.kind === 'system');
    expect(asked).toHaveLength(2);
  });

  test.each([undefined, 'off'] as const)('is not asked for where it is %s', async (rating) => {
    const { start, give, people, records } = await setUp({ rating });
    const conversation = await start();
    await give(people.ada, 'conversation:resolve', { conversation });
    expect(await records(conversation)).toHaveLength(2);
  });
});

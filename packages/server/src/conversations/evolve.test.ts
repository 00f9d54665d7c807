import { type EventType, eventTypes, type Status, statuses } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { hasDecision } from '../store/holder.ts';
import type { Conversation, LogRecord } from '../store/store.ts';
import { evolve, preview, unborn } from './evolve.ts';

const born = { id: 'c', site: 'shop', contact: 'v' };

const row = (more: Partial<Conversation> = {}): Conversation => ({ ...unborn(born, 100), ...more });

const event = (
  type: EventType,
  data: object,
  more: Partial<LogRecord> & { by?: LogRecord['actor']['kind'] } = {},
): LogRecord => {
  const { by = 'agent', ...rest } = more;
  const numbers = { seq: 7, pub: 5, time: 200, offset: 1 };
  return { id: 'e', type, data, actor: { kind: by, id: 'x' }, ...numbers, ...rest } as LogRecord;
};

type Step = [what: string, record: LogRecord, next: [Status, Status, Status, Status]];

const same: Step[2] = ['open', 'waiting', 'snoozed', 'resolved'];
const all = (status: Status): Step[2] => [status, status, status, status];
const ada = { id: 'ada', name: 'Ada' };
const message = { text: 'hi' };
const started = { run: 'r', bot: 'faq', version: 'v', reason: 'begun', goal: null, hops: 0 };
const suggested = { bot: 'faq', version: 'v', mode: 'supervised', upTo: 1, text: 'hi', sendAt: 9 };
const file = { attachment: 'f', type: 'image/png', bytes: 9, sha256: '0' };

/** What each event makes of each status; columns: open, waiting, snoozed, resolved. */
const steps: Step[] = [
  ['started', event('conversation.started', {}, { by: 'visitor' }), same],
  ['assigned', event('conversation.assigned', { assignee: null, previous: null, epoch: 1 }), same],
  ['resolved', event('conversation.resolved', {}), all('resolved')],
  ['reopened', event('conversation.reopened', { trigger: 'agent' }), all('open')],
  ['snoozed', event('conversation.snoozed', { until: 900, trigger: 'agent' }), all('snoozed')],
  ['woken', event('conversation.snoozed', { until: null, trigger: 'timer' }), all('open')],
  ['moved', event('conversation.transferred', { queue: 'billing' }), same],
  ['late', event('sla.breached', { queue: 'q', reply: 'first', since: 5, dueAt: 9 }), same],
  ['tagged', event('conversation.updated', { tags: [] }), same],
  // A second event of the same command wakes or reopens what was snoozed or resolved.
  [
    'a visitor’s message',
    event('message.created', message, { by: 'visitor' }),
    ['open', 'open', 'snoozed', 'resolved'],
  ],
  [
    'an agent’s message',
    event('message.created', message),
    ['waiting', 'waiting', 'snoozed', 'resolved'],
  ],
  [
    'a bot’s message',
    event('message.created', message, { by: 'bot' }),
    ['waiting', 'waiting', 'snoozed', 'resolved'],
  ],
  ['a message edited', event('message.updated', { message: 'm', text: 'x' }), same],
  ['a message deleted', event('message.deleted', { message: 'm' }), same],
  ['a file', event('attachment.uploaded', file, { pub: null }), same],
  ['a file refused', event('attachment.rejected', { ...file, reason: 'content' }), same],
  ['an action', event('message.action_clicked', { message: 'm' }, { by: 'visitor' }), same],
  [
    'a form filled in',
    event('form.submitted', { message: 'm', values: {} }, { by: 'visitor' }),
    ['open', 'open', 'snoozed', 'resolved'],
  ],
  ['a rating', event('survey.submitted', { message: 'm' }, { by: 'visitor' }), same],
  ['a payment asked for', event('payment.requested', { message: 'm' }), same],
  ['a payment made', event('payment.completed', { message: 'm' }), same],
  ['a message read', event('message.read', { upTo: 1 }), same],
  ['a note', event('note.created', message, { pub: null }), same],
  ['an identity', event('contact.identified', { method: 'unverified' }), same],
  ['facts', event('facts.recorded', { facts: [] }), same],
  ['what was said erased', event('conversation.erased', { events: 2, files: 1 }), all('resolved')],
  ['facts of it', event('conversation.facts_recorded', { facts: [] }, { pub: null }), same],
  ['somebody new', event('contact.created', {}), same],
  ['somebody known better', event('contact.updated', {}), same],
  ['two who are one', event('contact.merged', { from: 'a', into: 'b', conversations: [] }), same],
  ['somebody blocked', event('contact.blocked', {}), same],
  ['somebody erased', event('contact.erased', { conversations: 1, events: 2, files: 0 }), same],
  ['somebody let in again', event('contact.unblocked', {}), same],
  ['a greeting seen', event('proactive.shown', { rule: 'help' }), same],
  ['a greeting answered', event('proactive.clicked', { rule: 'help' }), same],
  ['a greeting closed', event('proactive.dismissed', { rule: 'help' }), same],
  ['something tracked', event('event.tracked', { name: 'x', properties: {} }), same],
  ['a configuration', event('config.published', { version: 1, by: 'cli' }), same],
  [
    'an act of an administrator',
    event('audit.recorded', { action: 'key.revoked', target: { kind: 'key', id: 'k' } }),
    same,
  ],
  ['a failing sink', event('sink.degraded', { endpoint: 'e', state: 'failing' }), same],
  [
    'in a queue',
    event('conversation.queued', { queue: 'q', since: 1, base: 0, rate: 1, need: {}, hold: null }),
    ['open', 'open', 'snoozed', 'resolved'],
  ],
  ['offered', event('conversation.offered', { agent: ada, until: 900 }), same],
  ['declined', event('conversation.offer_ended', { agent: ada, outcome: 'declined' }), same],
  ['parked', event('conversation.parked', { parked: true }), same],
  ['a promise', event('promise.made', { what: 'reply', owner: 'business', dueAt: 900 }), same],
  ['a promise kept', event('promise.ended', { promise: 'p', outcome: 'kept' }), same],
  [
    'a bot that asks a person',
    event('approval.requested', { tool: 't', hash: 'h', expiresAt: 900 }, { id: 'a' }),
    same,
  ],
  ['what they said', event('approval.decided', { approval: 'a', outcome: 'approved' }), same],
  ['what came of it', event('approval.used', { approval: 'a' }), same],
  ['a bot', event('bot.started', started), same],
  ['a turn of it', event('bot.advanced', { run: 'r', visit: 1 }), same],
  ['one that counts no more', event('bot.superseded', { run: 'r', visit: 1, why: 'late' }), same],
  ['its end', event('bot.completed', { run: 'r', outcome: 'ended' }), same],
  ['that people are asked for', event('handoff.requested', {}), same],
  ['a switch', event('bot.switched', { bot: null, on: false }), same],
  ['what a bot would say', event('suggestion.made', suggested), same],
  ['that it stays', event('suggestion.held', { suggestion: 'e' }), same],
  ['its end', event('suggestion.ended', { suggestion: 'e', outcome: 'dismissed' }), same],
  ['none', event('suggestion.failed', { bot: 'faq', upTo: 1, failure: 'error' }), same],
  ['somebody away', event('agent.status_changed', { agent: ada, status: 'away' }), same],
  ['a test', event('test.event', { endpoint: 'e' }), same],
];

describe('[P24] the status table', () => {
  const cells = steps.flatMap(([what, record, next]) =>
    statuses.map((status, i) => ({ what, record, status, to: next[i] })),
  );

  test.each(cells)('$status, $what → $to', ({ record, status, to }) => {
    expect(evolve(row({ status, snoozedUntil: 900 }), record).status).toBe(to);
  });

  test('says something about every event there is', () => {
    const told = new Set(steps.map(([, { type }]) => type));
    expect([...told].sort()).toEqual([...eventTypes].sort());
  });
});

test('every event moves the heads, one without a public number only that of the agents', () => {
  expect(evolve(row(), event('note.created', message, { seq: 9, pub: null }))).toMatchObject({
    seq: 9,
    pub: 0,
  });
  expect(evolve(row(), event('message.read', { upTo: 1 }, { seq: 9, pub: 8 }))).toMatchObject({
    seq: 9,
    pub: 8,
  });
});

test('a message is the last one, at its time, by whom it was', () => {
  const said = evolve(row(), event('message.created', { text: '  hello\n world ' }, { id: 'm' }));
  expect(said).toMatchObject({
    lastMessage: { id: 'm', text: 'hello world', by: 'agent' },
    activeAt: 200,
    visitorPub: 0,
    visitorRead: 0,
    agentRead: 0,
  });
});

test('who writes has read what was there', () => {
  const said = evolve(
    row({ visitorRead: 2 }),
    event('message.created', message, { by: 'visitor' }),
  );
  expect(said).toMatchObject({ visitorPub: 5, visitorRead: 5, agentRead: 0 });
});

test('reading moves the mark of the side that read', () => {
  const read = (by: 'visitor' | 'agent') =>
    evolve(row(), event('message.read', { upTo: 3 }, { by }));
  expect(read('visitor')).toMatchObject({ visitorRead: 3, agentRead: 0 });
  expect(read('agent')).toMatchObject({ visitorRead: 0, agentRead: 3 });
});

test('edits and deletions reach the preview when it shows that message, and only then', () => {
  const shown = row({ lastMessage: { id: 'm', text: 'old', by: 'agent' } });
  const edit = (target: string) =>
    evolve(shown, event('message.updated', { message: target, text: 'new' }));
  const remove = (target: string) => evolve(shown, event('message.deleted', { message: target }));
  expect(edit('m').lastMessage?.text).toBe('new');
  expect(edit('other').lastMessage?.text).toBe('old');
  expect(remove('m').lastMessage?.text).toBe('');
  expect(remove('other').lastMessage?.text).toBe('old');
  // Neither counts as activity: the list does not jump.
  expect(edit('m').activeAt).toBe(100);
});

test('a change of owner brings the epoch with it', () => {
  const data = { assignee: { id: 'ada', name: 'Ada' }, previous: null, epoch: 4 };
  expect(evolve(row(), event('conversation.assigned', data))).toMatchObject({
    assignee: 'ada',
    epoch: 4,
  });
  const gone = { ...data, assignee: null, epoch: 5 };
  expect(evolve(row({ assignee: 'ada' }), event('conversation.assigned', gone))).toMatchObject({
    assignee: null,
    epoch: 5,
  });
});

describe('a bot', () => {
  const begun = evolve(row({ unansweredSince: 150 }), event('bot.started', started));
  const waits = { run: 'r', visit: 1, heard: 2, asked: 'm', until: 900, state: { step: 'topic' } };
  const on = evolve(begun, event('bot.advanced', waits));
  const over = (outcome: string, more: object = {}) =>
    evolve(on, event('bot.completed', { run: 'r', outcome, ...more }));
  const hears = (state: Conversation, seq: number, time = 400) =>
    evolve(state, event('message.created', { text: 'hi' }, { by: 'visitor', seq, time }));

  test('begins, and goes on from turn to turn', () => {
    expect(begun.bot).toMatchObject({ run: 'r', visit: 0, reason: 'begun', outcome: null });
    expect(on.bot).toMatchObject({ ...waits, reason: null, alone: { turns: 1, words: 0 } });
  });

  test('of another run changes nothing', () => {
    for (const type of ['bot.advanced', 'bot.superseded', 'bot.completed'] as const)
      expect(evolve(on, event(type, { ...waits, run: 's' })).bot).toEqual(on.bot);
  });

  test('has to hear what the visitor does, and counts what it does by itself', () => {
    const said = evolve(on, event('message.created', { text: 'hi' }, { by: 'bot' }));
    expect(said.bot?.alone).toEqual({ turns: 1, words: 1 });
    const more = hears(hears(said, 8), 9, 500);
    expect(more.bot).toMatchObject({
      unheard: { seq: 9, firstAt: 400, lastAt: 500 },
      alone: { turns: 0, words: 0 },
    });
    const answered = event('bot.advanced', { ...waits, visit: 2, heard: 8 });
    expect(evolve(more, answered).bot?.unheard).toMatchObject({ seq: 9 });
    const heard = event('bot.advanced', { ...waits, visit: 2, heard: 9 });
    expect(evolve(more, heard).bot?.unheard).toBeNull();
  });

  test('counts the turns in a row that were cut short, and only its own', () => {
    const superseded = (visit: number) =>
      event('bot.superseded', { run: 'r', visit, why: 'message' });
    const twice = evolve(evolve(on, superseded(1)), superseded(2));
    expect(twice.bot).toMatchObject({ visit: 3, cutShort: 2 });
    expect(evolve(twice, superseded(1)).bot).toEqual(twice.bot);
    expect(evolve(twice, event('bot.advanced', { ...waits, visit: 4 })).bot?.cutShort).toBe(0);
  });

  test('that follows another one hears what that missed, and is no better off', () => {
    const missed = evolve(hears(on, 8), event('bot.completed', { run: 'r', outcome: 'failed' }));
    const next = { ...started, run: 's', reason: 'fallback', hops: 1 };
    expect(evolve(missed, event('bot.started', next)).bot).toMatchObject({
      ...{ run: 's', hops: 1, heard: 2, unheard: { seq: 8 } },
    });
  });

  test('that is over keeps its outcome and where it leads, and nothing anybody said', () => {
    expect(over('routed', { queue: 'sales' }).bot).toMatchObject({
      ...{ outcome: 'routed', queue: 'sales', state: null, asked: null, until: null },
    });
    const assigned = { assignee: ada, previous: null, epoch: 1 };
    const had = evolve(
      over('routed', { queue: 'sales' }),
      event('conversation.assigned', assigned),
    );
    expect(had.bot?.queue).toBeNull();
  });

  test('[AI-16] hears once what was decided, and whatever it still wanted to do ends with it', () => {
    const request = { bot: 'faq', tool: 't', hash: 'h', expiresAt: 900 };
    const asked = evolve(on, event('approval.requested', request, { id: 'a', seq: 8 }));
    const decision = { approval: 'a', outcome: 'rejected' };
    const decided = evolve(asked, event('approval.decided', decision, { seq: 9 }));
    expect([asked, decided].map(hasDecision)).toEqual([false, true]);
    const goesOn = event('bot.advanced', { ...waits, visit: 2, heard: 9 }, { seq: 10 });
    expect(hasDecision(evolve(decided, goesOn))).toBe(false);
    const taken = event('bot.completed', { run: 'r', outcome: 'taken' });
    expect(evolve(asked, taken).approval).toBeNull();
    expect(evolve(asked, { ...taken, data: { run: 'q', outcome: 'taken' } } as LogRecord)).toEqual({
      ...asked,
      seq: 7,
      pub: 5,
    });
  });

  test('leads to a person with the whole wait; one that has answered leaves nobody waiting', () => {
    expect(over('routed').unansweredSince).toBe(150);
    expect(over('ended').unansweredSince).toBeNull();
  });

  test('[F12] is of one matter: what is said after a resolve, or a person’s reopening, begins another', () => {
    const closed = evolve(over('routed'), event('conversation.resolved', {}, { seq: 20, pub: 12 }));
    expect(hears(closed, 21)).toMatchObject({ bot: null, episode: { seq: 20, pub: 12 } });
    const reopened = event('conversation.reopened', { trigger: 'agent' });
    expect(evolve(closed, reopened)).toMatchObject({ bot: null, episode: { seq: 20, pub: 12 } });
  });
});

describe('what targets depend on', () => {
  const place = { queue: 'billing', base: 0, rate: 1, need: { language: 'de' }, hold: null };
  const queued = { ...place, since: 150, why: { reasons: [] } };
  const waits = evolve(row({ unansweredSince: 150 }), event('conversation.queued', queued));
  const { waiting } = waits;

  test('is the queue it waited in last, whoever takes it', () => {
    const data = { assignee: { id: 'ada', name: 'Ada' }, previous: null, epoch: 1 };
    const taken = evolve(waits, event('conversation.assigned', data));
    expect(taken).toMatchObject({
      ...{ waiting: null, unansweredSince: 150 },
      service: { queue: 'billing', need: { language: 'de' }, answered: false },
    });
  });

  test('[F10] only the word of a person ends the wait: neither a move nor a breach touches it', () => {
    const late = evolve(waits, event('sla.breached', { ...place, reply: 'first', since: 150 }));
    expect(late).toMatchObject({ unansweredSince: 150, service: { breached: 150 } });
    const moved = evolve(late, event('conversation.queued', { ...queued, queue: 'other' }));
    expect(moved).toMatchObject({ unansweredSince: 150, service: { breached: 150 } });
    const said = evolve(moved, event('message.created', message));
    expect(said).toMatchObject({ unansweredSince: null, service: { answered: true } });
  });

  test('begins anew with the next matter', () => {
    expect(evolve(waits, event('conversation.resolved', {})).service).toEqual(row().service);
  });

  test('what waited for its visitor waits for a person once it is moved, and not for who moved it', () => {
    expect(waiting?.declined).toEqual(['x']);
    const moved = evolve(row({ status: 'waiting' }), event('conversation.queued', queued));
    expect(moved).toMatchObject({ status: 'open', unansweredSince: 150 });
    const placed = event('conversation.queued', queued, { by: 'system' });
    expect(evolve(row(), placed).waiting?.declined).toEqual([]);
  });
});

test('a snooze ends with waking or resolving', () => {
  const snoozed = evolve(row(), event('conversation.snoozed', { until: 900, trigger: 'agent' }));
  expect(snoozed.snoozedUntil).toBe(900);
  expect(
    evolve(snoozed, event('conversation.snoozed', { until: null, trigger: 'agent' })).snoozedUntil,
  ).toBeNull();
  expect(evolve(snoozed, event('conversation.resolved', {})).snoozedUntil).toBeNull();
});

test('[P9] a tombstone can be folded like what stood there', () => {
  for (const [, record] of steps) {
    const gone = { ...record, data: { redacted: true } } as LogRecord;
    expect(evolve(row(), gone)).toMatchObject({ seq: 7 });
  }
  const said = evolve(row(), event('message.created', { redacted: true }, { id: 'm' }));
  expect(said.lastMessage).toEqual({ id: 'm', text: '', by: 'agent' });
});

test('nothing is changed in place', () => {
  for (const [, record] of steps)
    expect(() => evolve(Object.freeze(row()), Object.freeze(record))).not.toThrow();
});

test.each([
  ['one   line\n\tonly', 'one line only'],
  ['x'.repeat(500), 'x'.repeat(140)],
  [`${'x'.repeat(139)}🙂`, `${'x'.repeat(139)}\ufffd`],
  ['', ''],
])('a preview of %j', (text, expected) => {
  expect(preview(text)).toBe(expected);
  expect(preview(text).isWellFormed()).toBe(true);
});

describe('what a bot would say', () => {
  const made = evolve(row(), event('suggestion.made', { ...suggested, state: { n: 1 } }));
  const told = (type: EventType, data: object) => evolve(made, event(type, data));

  test('stands in the row until it has ended, and of it remains how', () => {
    expect(made.advice).toMatchObject({ bot: 'faq', upTo: 1, state: { n: 1 } });
    expect(made.advice?.suggestion).toMatchObject({
      id: 'e',
      text: 'hi',
      sendAt: 9,
      outcome: null,
    });
    const held = told('suggestion.held', { suggestion: 'e' });
    expect(held.advice?.suggestion).toMatchObject({ sendAt: null, outcome: null });
    const ended = told('suggestion.ended', { suggestion: 'e', outcome: 'sent' });
    expect(ended.advice?.suggestion).toMatchObject({ text: '', sendAt: null, outcome: 'sent' });
    expect(told('suggestion.ended', { suggestion: 'x', outcome: 'sent' }).advice).toEqual(
      made.advice,
    );
  });

  test('is kept for the next turn of the same bot alone', () => {
    const failed = (bot: string) => told('suggestion.failed', { bot, upTo: 3, failure: 'error' });
    expect(failed('faq').advice).toMatchObject({ upTo: 3, state: { n: 1 }, suggestion: null });
    expect(failed('other').advice).toMatchObject({ state: null, suggestion: null });
  });

  test('is forgotten with its matter', () => {
    expect(told('conversation.reopened', { trigger: 'agent' }).advice).toBeNull();
  });
});

import { LIMITS } from '@throughline/shared';
import type { Block, Fact, Site, Status } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { idFrom } from '../lib/id-from.ts';
import type {
  Advice,
  Agent,
  Availability,
  BotRun,
  Conversation,
  LogRecord,
  StoredFile,
  Waiting,
} from '../store/store.ts';
import { decide } from './decide.ts';
import type { Decision, Input, Name, Subject, Fact as Told } from './decision.ts';
import { unborn } from './evolve.ts';
import type { Principal } from './policy.ts';

const NOW = 1_000_000;
const YEAR_MS = 366 * 24 * 3600 * 1000;

const visitor: Principal = { kind: 'visitor', id: 'v', site: 'shop' };
const ada: Principal = { kind: 'agent', id: 'ada', name: 'Ada' };
const program = { kind: 'bot', id: 'crm', name: 'CRM' } as const;
const timer: Principal = { kind: 'system', id: 'timer' };

const agent = (id: string, more: Partial<Agent> = {}): Agent => ({
  id,
  name: id.toUpperCase(),
  email: `${id}@example.com`,
  role: 'agent',
  passwordHash: null,
  disabled: false,
  createdAt: 0,
  ...more,
});

const taker = (id: string, more: Partial<Agent> = {}): Pick<Subject, 'taker'> => ({
  taker: { agent: agent(id, more), availability: undefined, load: 0, limits: undefined },
});

/** Somebody who is there, with some conversations. */
const there = (load: number, more: Partial<Availability> = {}): Pick<Subject, 'taker'> => ({
  taker: {
    agent: agent('bo'),
    availability: {
      ...{ agent: 'bo', status: 'available', chosen: 'available', until: NOW + 1 },
      ...more,
    },
    load,
    limits: { capacity: 2, most: 3 },
  },
});

const bought = { amount: { value: 17_900, currency: 'EUR' }, keptWhen: 'invoice.paid' };
const pledge = { id: 'p', what: 'payment', owner: 'visitor', dueAt: NOW, ...bought } as const;
const owed = { id: 'p', what: 'reply', owner: 'business', dueAt: NOW } as const;

const row = (more: Partial<Conversation> = {}): Conversation => ({
  ...unborn({ id: 'c', site: 'shop', contact: 'v' }, 0),
  seq: 9,
  pub: 6,
  ...more,
});

const known = (more: Pick<Fact, 'name' | 'value' | 'source'>): Fact => ({
  signed: false,
  observedAt: NOW,
  expiresAt: null,
  confidence: null,
  visibility: 'agents',
  ...more,
});

const message = (more: Partial<LogRecord> = {}): LogRecord =>
  ({
    id: 'm',
    offset: 4,
    type: 'message.created',
    conversation: 'c',
    actor: { kind: 'visitor', id: 'v' },
    data: { text: 'hi' },
    ...more,
  }) as LogRecord;

const found = { attachment: 'f', type: 'image/png', bytes: 9 };
const file = (more: Partial<StoredFile> = {}): StoredFile => ({
  ...{ id: 'f', conversation: 'c', ownerKind: 'visitor', owner: 'v', name: 'a.png' },
  ...{ type: 'image/png', bytes: 12, width: null, height: null, message: null, createdAt: 0 },
  ...{ state: 'begun', ...more },
});
const edit = (offset: number): LogRecord => message({ type: 'message.updated', offset });
const answer = (type: LogRecord['type'], data: object = {}): LogRecord =>
  message({ type, offset: 9, data: { message: 'm', ...data } } as Partial<LogRecord>);

const late = { queue: 'q', reply: 'first' as const, since: 5, dueAt: NOW };
const faqBot = { kind: 'bot', id: 'flow:faq', name: 'FAQ' } as const;
const turn = {
  ...{ run: 'r', visit: 1, heard: 2, final: false, acts: [], state: null },
  next: { do: 'wait' as const },
};
const botRun: BotRun = {
  ...{ run: 'r', bot: 'faq', version: 'v', visit: 1, reason: null, goal: null, heard: 1 },
  ...{
    unheard: null,
    cutShort: 0,
    ...{ events: [], since: 0 },
    alone: { turns: 0, words: 0 },
    hops: 0,
    state: null,
  },
  ...{ asked: null, until: null, outcome: null, queue: null },
};
const cost = { tokensIn: 1, tokensOut: 2, microUsd: 3, toolCalls: 0 };
const say = (text: string) => ({ do: 'say' as const, text });
const unheard = { seq: 3, firstAt: NOW, lastAt: NOW };
const taken = { type: 'bot.completed', data: { run: 'r', outcome: 'taken' } } as const;
const begins = { run: 's', bot: 'next', version: 'w' };
const refused = (why: string, more: object = {}): Decision =>
  facts(['bot.superseded', { run: 'r', visit: 1, why, draft: ['Hello'], ...more }]);

/** A bot’s message with a block under it. */
const asked = (block: Block): LogRecord =>
  message({ actor: { kind: 'bot', id: 'b' }, data: { text: 'hi', block } });
const replies: Block = { kind: 'replies', options: [{ action: 'yes', label: 'Yes' }] };
const buttons: Block = {
  kind: 'buttons',
  buttons: [
    { action: 'yes', label: 'Yes' },
    { url: 'https://shop.example/', label: 'Shop' },
  ],
};
const cards: Block = {
  kind: 'cards',
  cards: [{ title: 'One', buttons: [{ action: 'yes', label: 'Yes' }] }],
};
const fields = [{ type: 'email', name: 'mail', label: 'E-mail', required: true }] as const;
const form: Block = { kind: 'form', form: { name: 'callback', fields: [...fields] } };
const rating: Block = { kind: 'rating', scale: 'csat', comment: true };
const bill: Block = {
  kind: 'payment',
  amount: 100,
  currency: 'EUR',
  url: 'https://pay.example/',
  reference: 'F-1',
  dueAt: 900,
};
const sum = { amount: 100, currency: 'EUR', reference: 'F-1' };
const filled = { message: 'm', values: { mail: 'a@b.de' } };
const submitted: [string, object] = ['form.submitted', { ...filled, form: 'callback' }];
const paid = (status: string) => answer('payment.completed', { status });

interface Case<N extends Name> {
  name: N;
  what: string;
  input: Omit<Input<N>, 'id' | 'conversation'>;
  row?: Partial<Conversation>;
  subject?: Omit<Subject, 'row'>;
  who?: Principal;
  gives: Decision;
}

const no = (code: string, field?: string): Decision => ({ refuse: code, field }) as Decision;
const nothing: Decision = { facts: [] };
const facts = (...all: [type: string, data: object][]) =>
  ({ facts: all.map(([type, data]) => ({ type, data })) }) as Decision & { facts: never[] };

const on = <N extends Name>(name: N, cases: Omit<Case<N>, 'name'>[]): Case<N>[] =>
  cases.map((it) => ({ name, ...it }));

const leavesTags = { pageTags: ['vip', 'beta', 'trial'] } as Site;
const OVER = 'suggestion_over';
const stands: NonNullable<Advice['suggestion']> = {
  ...{ id: 's', mode: 'supervised', text: 'hello', sendAt: NOW, outcome: null },
};
const advice: Advice = { bot: 'b', upTo: 5, state: null, suggestion: stands };
const asking: Partial<Conversation> = {
  ...{ visitorPub: 6, lastMessage: { id: 'm', text: 'hi', by: 'visitor' } },
};
const advised: Omit<Input<'suggestion:make'>, 'id' | 'conversation'> = {
  ...{ bot: 'b', version: 'v', mode: 'supervised', upTo: 6, state: null, sendAfterMs: null },
  acts: [say('hello '), say('you'), { do: 'promise', what: 'reply', dueAt: NOW + 1 }],
  next: { do: 'wait' },
};
const suggested = {
  ...{ bot: 'b', version: 'v', mode: 'supervised', upTo: 6, state: null, sendAt: null },
  ...{ text: 'hello\n\nyou', next: 'wait' },
};

const acted = facts(['message.action_clicked', { message: 'm', action: 'yes', label: 'Yes' }]);
const said: [string, object] = ['message.created', { text: 'hi' }];
const woken = (trigger: string): [string, object] => [
  'conversation.snoozed',
  { until: null, trigger },
];

const bo = { id: 'bo', name: 'BO' };
const asBo: Principal = { kind: 'agent', ...bo };
const toBo = { assignee: bo, previous: null, epoch: 1 };
const toldBo = { offer: 'o', agent: bo };
const offer = { id: 'o', agent: 'bo', until: NOW + 1 };
const why = { reasons: ['ring 1 of support'] };
const placed = { queue: 'support', base: 0, rate: 1, need: {}, hold: null, why };
const waiting: Waiting = {
  ...{ queue: 'support', base: 0, rate: 1, need: {}, hold: null },
  ...{ placedAt: 5, declined: [], promised: false },
};

const approval = {
  ...{ id: 'p', tool: 't', hash: 'h', expiresAt: NOW + 1 },
  ...{ outcome: null, decidedSeq: null, used: false },
};

const usage = { tokensIn: 9, tokensOut: 1, microUsd: 0, toolCalls: 0 };
const request = { tool: 't', arguments: '{}', hash: 'h', preview: 't', expiresAt: NOW + 1 };

const cases = [
  ...on('message:send', [
    { what: 'a visitor, open', input: { text: 'hi' }, who: visitor, gives: facts(said) },
    {
      what: 'a visitor, waiting',
      input: { text: 'hi' },
      row: { status: 'waiting' },
      who: visitor,
      gives: facts(said),
    },
    {
      what: 'a visitor, snoozed: it wakes',
      input: { text: 'hi' },
      row: { status: 'snoozed', snoozedUntil: NOW + 1 },
      who: visitor,
      gives: { ...facts(said, woken('message')), timer: { clear: true } },
    },
    {
      what: '[P30] a visitor, resolved: it opens again',
      input: { text: 'hi' },
      row: { status: 'resolved' },
      who: visitor,
      gives: facts(said, ['conversation.reopened', { trigger: 'message' }]),
    },
    ...(['open', 'waiting', 'snoozed', 'resolved'] as Status[]).map((status) => ({
      what: `an agent, ${status}`,
      input: { text: 'hi' },
      row: { status },
      gives: facts(said),
    })),
  ]),
  ...on('message:edit', [
    {
      what: 'one’s own',
      input: { message: 'm', text: 'x' },
      who: visitor,
      subject: { message: message() },
      gives: facts(['message.updated', { message: 'm', text: 'x' }]),
    },
    {
      what: '[EV-28] somebody else’s',
      input: { message: 'm', text: 'x' },
      subject: { message: message() },
      gives: no('forbidden'),
    },
    {
      what: 'of another kind with the same id',
      input: { message: 'm', text: 'x' },
      who: visitor,
      subject: { message: message({ actor: { kind: 'agent', id: 'v' } }) },
      gives: no('forbidden'),
    },
    {
      what: 'one that is not there',
      input: { message: 'm', text: 'x' },
      who: visitor,
      gives: no('not_found'),
    },
    {
      what: 'something that is no message',
      input: { message: 'm', text: 'x' },
      subject: {
        message: message({
          type: 'note.created',
          actor: { kind: 'agent', id: 'ada' },
        } as Partial<LogRecord>),
      },
      gives: no('not_found'),
    },
    {
      what: '[P30] a deleted one',
      input: { message: 'm', text: 'x' },
      who: visitor,
      subject: { message: message({ data: { redacted: true } }) },
      gives: no('wrong_status'),
    },
  ]),
  ...on('message:send', [
    {
      what: 'a request to pay',
      input: { text: 'hi', block: bill },
      gives: facts(
        ['message.created', { text: 'hi', block: bill }],
        ['payment.requested', { message: 'i', ...sum, dueAt: 900 }],
      ),
    },
    {
      what: 'a visitor with a block',
      input: { text: 'hi', block: replies },
      who: visitor,
      gives: { refuse: 'forbidden', field: 'block' },
    },
  ]),
  ...on('message:act', [
    {
      what: 'a ready answer, which is said as well',
      input: { message: 'm', action: 'yes' },
      who: visitor,
      subject: { message: asked(replies) },
      gives: {
        facts: [
          ...acted.facts,
          { type: 'message.created', data: { text: 'Yes' }, by: { kind: 'visitor', id: 'v' } },
        ],
      },
    },
    ...[buttons, cards].map((block) => ({
      what: `one of ${block.kind}`,
      input: { message: 'm', action: 'yes' },
      who: visitor,
      subject: { message: asked(block) },
      gives: acted,
    })),
    {
      what: 'a second reply',
      input: { message: 'm', action: 'yes' },
      who: visitor,
      subject: { message: asked(replies), amendments: [answer('message.action_clicked')] },
      gives: no('wrong_status'),
    },
    {
      what: 'a button again',
      input: { message: 'm', action: 'yes' },
      who: visitor,
      subject: { message: asked(buttons), amendments: [answer('message.action_clicked')] },
      gives: acted,
    },
    {
      what: 'one that was not offered',
      input: { message: 'm', action: 'no' },
      who: visitor,
      subject: { message: asked(replies) },
      gives: { refuse: 'not_found', field: 'action' },
    },
    {
      what: 'of a message that was taken back',
      input: { message: 'm', action: 'yes' },
      who: visitor,
      subject: { message: message({ data: { redacted: true } }) },
      gives: { refuse: 'not_found', field: 'message' },
    },
  ]),
  ...on('form:submit', [
    {
      what: 'as it should be',
      input: filled,
      who: visitor,
      subject: { message: asked(form) },
      gives: facts(submitted),
    },
    {
      what: 'a resolved conversation is open again',
      input: filled,
      who: visitor,
      row: { status: 'resolved' },
      subject: { message: asked(form) },
      gives: facts(submitted, ['conversation.reopened', { trigger: 'message' }]),
    },
    {
      what: 'a second time',
      input: filled,
      who: visitor,
      subject: { message: asked(form), amendments: [answer('form.submitted')] },
      gives: no('wrong_status'),
    },
    {
      what: 'without what is required',
      input: { message: 'm', values: {} },
      who: visitor,
      subject: { message: asked(form) },
      gives: { refuse: 'empty', field: 'values.mail' },
    },
    {
      what: 'with a wrong answer',
      input: { message: 'm', values: { mail: 'me' } },
      who: visitor,
      subject: { message: asked(form) },
      gives: { refuse: 'bad_value', field: 'values.mail' },
    },
    {
      what: 'with one nobody asked for',
      input: { message: 'm', values: { mail: 'a@b.de', more: 1 } },
      who: visitor,
      subject: { message: asked(form) },
      gives: { refuse: 'unknown_field', field: 'values.more' },
    },
    {
      what: 'on what is no form',
      input: filled,
      who: visitor,
      subject: { message: asked(rating) },
      gives: { refuse: 'not_found', field: 'message' },
    },
  ]),
  ...on('survey:submit', [
    {
      what: 'a score and a word',
      input: { message: 'm', score: 5, comment: 'kind' },
      who: visitor,
      row: { assignee: 'ada' },
      subject: { message: asked(rating) },
      gives: facts([
        'survey.submitted',
        { message: 'm', scale: 'csat', score: 5, comment: 'kind', agent: 'ada' },
      ]),
    },
    {
      what: '[EV-34] off the scale',
      input: { message: 'm', score: 6 },
      who: visitor,
      subject: { message: asked(rating) },
      gives: { refuse: 'bad_value', field: 'score' },
    },
    {
      what: 'a word nobody asked for',
      input: { message: 'm', score: 0, comment: 'x' },
      who: visitor,
      subject: { message: asked({ kind: 'rating', scale: 'nps' }) },
      gives: { refuse: 'bad_value', field: 'comment' },
    },
    {
      what: 'a second time',
      input: { message: 'm', score: 5 },
      who: visitor,
      subject: { message: asked(rating), amendments: [answer('survey.submitted')] },
      gives: no('wrong_status'),
    },
  ]),
  ...on('payment:report', [
    {
      what: 'paid',
      input: { message: 'm', status: 'paid' },
      subject: { message: asked(bill) },
      gives: facts(['payment.completed', { message: 'm', status: 'paid', ...sum }]),
    },
    {
      what: 'paid after it failed',
      input: { message: 'm', status: 'paid' },
      subject: { message: asked(bill), amendments: [paid('failed')] },
      gives: facts(['payment.completed', { message: 'm', status: 'paid', ...sum }]),
    },
    {
      what: 'cancelled after it was paid',
      input: { message: 'm', status: 'cancelled' },
      subject: { message: asked(bill), amendments: [paid('failed'), paid('paid')] },
      gives: no('wrong_status'),
    },
    {
      what: 'paid back before it was paid',
      input: { message: 'm', status: 'refunded' },
      subject: { message: asked(bill) },
      gives: no('wrong_status'),
    },
  ]),
  ...on('message:delete', [
    {
      what: 'one’s own, with all its versions',
      input: { message: 'm' },
      who: visitor,
      subject: { message: message(), amendments: [edit(6), edit(8), answer('form.submitted')] },
      gives: {
        ...facts(['message.deleted', { message: 'm' }]),
        redact: [4, 6, 8],
        files: { release: 'm' },
      },
    },
    {
      what: '[EV-28] somebody else’s',
      input: { message: 'm' },
      subject: { message: message() },
      gives: no('forbidden'),
    },
    {
      what: 'one that is not there',
      input: { message: 'm' },
      who: visitor,
      gives: no('not_found'),
    },
    {
      what: '[P30] a deleted one',
      input: { message: 'm' },
      who: visitor,
      subject: { message: message({ data: { redacted: true } }) },
      gives: no('wrong_status'),
    },
  ]),
  ...on('message:read', [
    {
      what: 'further than before',
      input: { upTo: 6 },
      row: { agentRead: 5 },
      gives: facts(['message.read', { upTo: 6 }]),
    },
    { what: 'again', input: { upTo: 5 }, row: { agentRead: 5 }, gives: nothing },
    { what: '[EV-24] backwards', input: { upTo: 4 }, row: { agentRead: 5 }, gives: nothing },
    { what: '[EV-24] beyond the head', input: { upTo: 7 }, gives: no('bad_value') },
    {
      what: 'a visitor has a mark of its own',
      input: { upTo: 5 },
      who: visitor,
      row: { agentRead: 6, visitorRead: 2 },
      gives: facts(['message.read', { upTo: 5 }]),
    },
    { what: 'nothing', input: { upTo: 0 }, gives: nothing },
  ]),
  ...on('note:add', [
    { what: 'an agent', input: { text: 'psst' }, gives: facts(['note.created', { text: 'psst' }]) },
  ]),
  ...on('conversation:assign', [
    {
      what: 'to an agent',
      input: { assignee: 'bo', expectedEpoch: 2 },
      row: { epoch: 2 },
      subject: taker('bo'),
      gives: facts([
        'conversation.assigned',
        { assignee: { id: 'bo', name: 'BO' }, previous: null, epoch: 3 },
      ]),
    },
    {
      what: 'away from another',
      input: { assignee: 'bo', expectedEpoch: 2 },
      row: { epoch: 2, assignee: 'ada' },
      subject: { ...taker('bo'), owner: agent('ada') },
      gives: facts([
        'conversation.assigned',
        { assignee: { id: 'bo', name: 'BO' }, previous: { id: 'ada', name: 'ADA' }, epoch: 3 },
      ]),
    },
    {
      what: 'to nobody known',
      input: { assignee: 'bo', expectedEpoch: 0 },
      gives: no('not_found'),
    },
    {
      what: 'to somebody disabled',
      input: { assignee: 'bo', expectedEpoch: 0 },
      subject: taker('bo', { disabled: true }),
      gives: no('not_found'),
    },
    {
      what: 'to whom it is already',
      input: { assignee: 'bo', expectedEpoch: 0 },
      row: { assignee: 'bo' },
      subject: taker('bo'),
      gives: nothing,
    },
  ]),
  ...on('conversation:unassign', [
    {
      what: 'from its owner',
      input: { expectedEpoch: 2 },
      row: { epoch: 2, assignee: 'ada' },
      subject: { owner: agent('ada') },
      gives: facts([
        'conversation.assigned',
        { assignee: null, previous: { id: 'ada', name: 'ADA' }, epoch: 3 },
      ]),
    },
    { what: 'from nobody', input: { expectedEpoch: 2 }, row: { epoch: 2 }, gives: nothing },
  ]),
  ...on('conversation:resolve', [
    ...(['open', 'waiting', 'snoozed'] as Status[]).map((status) => ({
      what: status,
      input: {},
      row: { status },
      gives: { ...facts(['conversation.resolved', {}]), timer: { clear: true as const } },
    })),
    { what: 'resolved', input: {}, row: { status: 'resolved' }, gives: nothing },
  ]),
  ...on('conversation:reopen', [
    {
      what: 'resolved',
      input: {},
      row: { status: 'resolved' },
      gives: facts(['conversation.reopened', { trigger: 'agent' }]),
    },
    {
      what: 'snoozed',
      input: {},
      row: { status: 'snoozed' },
      gives: { ...facts(woken('agent')), timer: { clear: true } },
    },
    { what: 'open', input: {}, gives: nothing },
    { what: 'waiting', input: {}, row: { status: 'waiting' }, gives: nothing },
  ]),
  ...on('conversation:snooze', [
    ...(['open', 'waiting', 'snoozed'] as Status[]).map((status) => ({
      what: status,
      input: { until: NOW + 1 },
      row: { status },
      gives: {
        ...facts(['conversation.snoozed', { until: NOW + 1, trigger: 'agent' }]),
        timer: { set: NOW + 1 },
      },
    })),
    {
      what: 'resolved',
      input: { until: NOW + 1 },
      row: { status: 'resolved' },
      gives: no('wrong_status'),
    },
    { what: 'until now', input: { until: NOW }, gives: no('bad_value') },
    { what: 'until the year 1970', input: { until: 0 }, gives: no('bad_value') },
    { what: 'for more than a year', input: { until: NOW + YEAR_MS + 1 }, gives: no('bad_value') },
  ]),
  ...on('conversation:wake', [
    {
      what: 'in time',
      input: { until: 5 },
      who: timer,
      row: { status: 'snoozed', snoozedUntil: 5 },
      gives: { ...facts(woken('timer')), timer: { clear: true } },
    },
    {
      what: 'snoozed anew meanwhile: that timer is not ours',
      input: { until: 5 },
      who: timer,
      row: { status: 'snoozed', snoozedUntil: 6 },
      gives: nothing,
    },
    {
      what: 'awake already',
      input: { until: 5 },
      who: timer,
      row: { status: 'open' },
      gives: { ...nothing, timer: { clear: true } },
    },
  ]),
  ...on('conversation:tag', [
    {
      what: 'others than before',
      input: { tags: ['a', 'b'] },
      row: { tags: ['a'] },
      gives: facts(['conversation.updated', { tags: ['a', 'b'] }]),
    },
    {
      what: 'in another order',
      input: { tags: ['b', 'a'] },
      row: { tags: ['a', 'b'] },
      gives: facts(['conversation.updated', { tags: ['b', 'a'] }]),
    },
    { what: 'the same', input: { tags: ['a'] }, row: { tags: ['a'] }, gives: nothing },
    {
      what: 'none',
      input: { tags: [] },
      row: { tags: ['a'] },
      gives: facts(['conversation.updated', { tags: [] }]),
    },
  ]),
  ...on('conversation:label', [
    {
      what: 'what the site leaves to its pages, and nothing of what others found',
      input: { add: ['vip', 'beta', 'vip'], remove: ['trial'] },
      who: visitor,
      row: { tags: ['angry', 'trial', 'beta'] },
      subject: { site: leavesTags },
      gives: facts(['conversation.updated', { tags: ['angry', 'beta', 'vip'] }]),
    },
    {
      what: 'as it is',
      input: { add: ['vip'], remove: ['trial'] },
      who: visitor,
      row: { tags: ['vip'] },
      subject: { site: leavesTags },
      gives: nothing,
    },
    {
      what: 'given and taken away at once is not there',
      input: { add: ['vip'], remove: ['vip'] },
      who: visitor,
      subject: { site: leavesTags },
      gives: nothing,
    },
    {
      what: 'by what is not left to pages',
      input: { add: ['vip', 'angry'], remove: [] },
      who: visitor,
      subject: { site: leavesTags },
      gives: no('bad_value', 'add'),
    },
    {
      what: 'away what is not left to pages',
      input: { add: [], remove: ['angry'] },
      who: visitor,
      row: { tags: ['angry'] },
      subject: { site: leavesTags },
      gives: no('bad_value', 'remove'),
    },
    {
      what: 'where nothing is left to pages',
      input: { add: ['vip'], remove: [] },
      who: visitor,
      gives: no('bad_value', 'add'),
    },
    {
      what: 'one too many',
      input: { add: ['vip'], remove: [] },
      who: visitor,
      row: { tags: Array.from({ length: 20 }, (_, i) => `${i}`) },
      subject: { site: leavesTags },
      gives: no('too_long', 'add'),
    },
  ]),
  ...on('conversation:describe', [
    {
      what: 'news of the page',
      input: { attributes: { step: 'cart' } },
      who: visitor,
      gives: {
        ...facts(['conversation.facts_recorded', { facts: [{ name: 'step', value: 'cart' }] }]),
        said: [known({ name: 'step', value: 'cart', source: { kind: 'visitor', id: 'v' } })],
      },
    },
    {
      what: 'the same again',
      input: { attributes: { step: 'cart', gone: null } },
      who: visitor,
      subject: {
        said: [known({ name: 'step', value: 'cart', source: { kind: 'visitor', id: 'v' } })],
      },
      gives: nothing,
    },
  ]),
  ...on('conversation:assign', [
    {
      what: 'to somebody who has as many as they may by hand',
      input: { assignee: 'bo', expectedEpoch: 0 },
      subject: there(3),
      gives: no('at_capacity'),
    },
    {
      what: 'to somebody who has more than they are given',
      input: { assignee: 'bo', expectedEpoch: 0 },
      subject: there(2),
      gives: facts(['conversation.assigned', toBo]),
    },
    {
      what: 'to whom it is offered, though that fills them',
      input: { assignee: 'bo', expectedEpoch: 0 },
      row: { waiting, offer },
      subject: there(3),
      gives: facts(['conversation.assigned', toBo]),
    },
  ]),
  ...on('conversation:transfer', [
    {
      what: '[F10] to a queue, by name and away from its owner, with its whole wait',
      input: { expectedEpoch: 0, queue: 'billing', note: 'Charged twice' },
      row: {
        ...{ unansweredSince: 5, assignee: 'ada', bot: botRun },
        service: { queue: 'q', need: { lang: 'de' }, answered: true, breached: null, broken: null },
      },
      subject: { owner: agent('ada'), queue: { base: 9, rate: 2, need: { lang: 'en' } } },
      gives: {
        facts: [
          {
            type: 'conversation.transferred',
            data: { queue: 'billing', note: 'Charged twice' },
          },
          taken,
          {
            type: 'conversation.assigned',
            data: { assignee: null, previous: { id: 'ada', name: 'ADA' }, epoch: 1 },
          },
          {
            ...{ type: 'conversation.queued', by: ada },
            data: {
              ...{ queue: 'billing', base: 9, rate: 2, need: { lang: 'de' }, hold: null },
              ...{ since: 5, why: { reasons: ['moved by Ada'] } },
            },
          },
        ],
      },
    },
    {
      what: 'in which nobody waits: from now on somebody does',
      input: { expectedEpoch: 0, queue: 'billing' },
      subject: { queue: { base: 9, rate: 2, need: {} } },
      gives: {
        facts: [
          { type: 'conversation.transferred', data: { queue: 'billing' } },
          {
            ...{ type: 'conversation.queued', by: ada },
            data: {
              ...{ queue: 'billing', base: 9, rate: 2, need: {}, hold: null },
              ...{ since: NOW, why: { reasons: ['moved by Ada'] } },
            },
          },
        ],
      },
    },
    {
      what: 'to a queue there is not',
      input: { expectedEpoch: 0, queue: 'gone' },
      gives: { ...no('not_found'), field: 'queue' } as Decision,
    },
    {
      what: 'that is put off',
      input: { expectedEpoch: 0, queue: 'billing' },
      row: { status: 'snoozed' },
      subject: { queue: { base: 9, rate: 2, need: {} } },
      gives: no('wrong_status'),
    },
  ]),
  ...on('sla:breach', [
    {
      what: 'that nobody has answered in time',
      input: late,
      row: { unansweredSince: 5 },
      gives: facts(['sla.breached', late]),
    },
    {
      what: '[F10] of which was told',
      input: late,
      row: {
        unansweredSince: 5,
        service: { queue: 'q', need: {}, answered: false, breached: 5, broken: null },
      },
      gives: no('wrong_status'),
    },
    {
      what: 'that was answered meanwhile',
      input: late,
      row: { unansweredSince: 6 },
      gives: no('wrong_status'),
    },
    {
      what: 'before its time',
      input: { ...late, dueAt: NOW + 1 },
      row: { unansweredSince: 5 },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:queue', [
    {
      what: 'that waits',
      input: { expectedEpoch: 0, ...placed },
      row: { unansweredSince: 5 },
      gives: facts(['conversation.queued', { ...placed, since: 5 }]),
    },
    {
      what: 'away from its owner',
      input: { expectedEpoch: 0, ...placed },
      row: { unansweredSince: 5, assignee: 'ada' },
      subject: { owner: agent('ada') },
      gives: facts(
        [
          'conversation.assigned',
          { assignee: null, previous: { id: 'ada', name: 'ADA' }, epoch: 1 },
        ],
        ['conversation.queued', { ...placed, since: 5 }],
      ),
    },
    {
      what: 'in which nobody waits',
      input: { expectedEpoch: 0, ...placed },
      gives: no('wrong_status'),
    },
    {
      what: 'that is put off',
      input: { expectedEpoch: 0, ...placed },
      row: { status: 'snoozed', unansweredSince: 5 },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:offer', [
    {
      what: 'to somebody with room',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      row: { waiting },
      subject: there(1),
      gives: facts(['conversation.offered', { agent: bo, until: 900, why }]),
    },
    {
      what: 'that is theirs at once',
      input: { expectedEpoch: 0, agent: 'bo', until: null, why },
      row: { waiting },
      subject: there(1),
      gives: facts(
        ['conversation.offered', { agent: bo, until: null, why }],
        ['conversation.assigned', toBo],
      ),
    },
    {
      what: '[I2] to somebody who is full',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      row: { waiting },
      subject: there(2),
      gives: no('at_capacity'),
    },
    {
      what: 'to somebody who is away',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      row: { waiting },
      subject: there(0, { status: 'away' }),
      gives: no('not_available'),
    },
    {
      what: '[I9] to somebody whose lease is over',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      row: { waiting },
      subject: there(0, { until: NOW }),
      gives: no('not_available'),
    },
    {
      what: '[I1] that is offered already',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      row: { waiting, offer },
      subject: there(0),
      gives: no('wrong_status'),
    },
    {
      what: 'that does not wait',
      input: { expectedEpoch: 0, agent: 'bo', until: 900, why },
      subject: there(0),
      gives: no('wrong_status'),
    },
  ]),
  ...on('offer:accept', [
    {
      what: 'by whom it was offered to',
      input: { offer: 'o' },
      row: { waiting, offer },
      who: asBo,
      subject: there(0),
      gives: {
        facts: [
          { type: 'conversation.offer_ended', data: { ...toldBo, outcome: 'accepted' } },
          { type: 'conversation.assigned', data: toBo, by: { kind: 'agent', ...bo } },
        ],
      },
    },
    {
      what: 'after its time',
      input: { offer: 'o' },
      row: { waiting, offer: { ...offer, until: NOW } },
      who: asBo,
      subject: there(0),
      gives: no('offer_over'),
    },
    {
      what: 'by somebody else',
      input: { offer: 'o' },
      row: { waiting, offer },
      subject: there(0),
      gives: no('offer_over'),
    },
    { what: 'where there is none', input: { offer: 'o' }, who: asBo, gives: no('offer_over') },
  ]),
  ...on('offer:decline', [
    {
      what: 'by whom it was offered to',
      input: { offer: 'o' },
      row: { waiting, offer },
      who: asBo,
      subject: there(0),
      gives: facts(['conversation.offer_ended', { ...toldBo, outcome: 'declined' }]),
    },
    {
      what: 'by somebody else',
      input: { offer: 'o' },
      row: { waiting, offer },
      subject: there(0),
      gives: no('offer_over'),
    },
  ]),
  ...on('offer:end', [
    {
      what: 'that nobody answered',
      input: { offer: 'o', outcome: 'missed' },
      row: { waiting, offer },
      subject: there(0),
      gives: facts(['conversation.offer_ended', { ...toldBo, outcome: 'missed' }]),
    },
    {
      what: 'that is another one by now',
      input: { offer: 'p', outcome: 'missed' },
      row: { waiting, offer },
      subject: there(0),
      gives: no('offer_over'),
    },
  ]),
  ...on('conversation:park', [
    {
      what: 'that waits for its visitor',
      input: { expectedEpoch: 0 },
      row: { assignee: 'bo', status: 'waiting' },
      gives: facts(['conversation.parked', { parked: true }]),
    },
    {
      what: 'whose visitor waits',
      input: { expectedEpoch: 0 },
      row: { assignee: 'bo' },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:unpark', [
    {
      what: 'to an owner with room',
      input: { expectedEpoch: 0, agent: 'bo' },
      row: { assignee: 'bo', parked: true },
      subject: there(1),
      gives: facts(['conversation.parked', { parked: false }]),
    },
    {
      what: '[F5] to an owner who is full',
      input: { expectedEpoch: 0, agent: 'bo' },
      row: { assignee: 'bo', parked: true },
      subject: there(2),
      gives: no('at_capacity'),
    },
    {
      what: 'that is not parked',
      input: { expectedEpoch: 0, agent: 'bo' },
      row: { assignee: 'bo' },
      subject: there(0),
      gives: no('wrong_status'),
    },
  ]),
  ...on('approval:decide', [
    {
      what: '[AI-16] a person',
      input: { approval: 'p', outcome: 'approved' },
      row: { approval },
      who: asBo,
      gives: {
        ...facts(['approval.decided', { approval: 'p', outcome: 'approved' }]),
      },
    },
    {
      what: '[AI-16] no program, whatever key it has',
      input: { approval: 'p', outcome: 'approved' },
      row: { approval },
      who: { kind: 'bot', id: 'b', name: 'B' },
      gives: no('forbidden'),
    },
    {
      what: '[AI-16] another one',
      input: { approval: 'q', outcome: 'approved' },
      row: { approval },
      who: asBo,
      gives: no('wrong_status'),
    },
    {
      what: '[AI-16] twice',
      input: { approval: 'p', outcome: 'approved' },
      row: { approval: { ...approval, outcome: 'rejected' } },
      who: asBo,
      gives: no('wrong_status'),
    },
    {
      what: '[AI-16] too late',
      input: { approval: 'p', outcome: 'approved' },
      row: { approval: { ...approval, expiresAt: NOW } },
      who: asBo,
      gives: no('wrong_status'),
    },
  ]),
  ...on('approval:expire', [
    {
      what: 'in time',
      input: { approval: 'p' },
      row: { approval: { ...approval, expiresAt: NOW } },
      gives: {
        ...facts(['approval.decided', { approval: 'p', outcome: 'expired' }]),
      },
    },
    { what: 'too early', input: { approval: 'p' }, row: { approval }, gives: no('wrong_status') },
    { what: 'another one', input: { approval: 'q' }, row: { approval }, gives: no('wrong_status') },
    { what: 'none', input: { approval: 'p' }, gives: no('wrong_status') },
  ]),
  ...on('approval:use', [
    {
      what: '[AI-16] for what was agreed to',
      input: { approval: 'p', hash: 'h' },
      row: { approval: { ...approval, outcome: 'approved' } },
      gives: facts(['approval.used', { approval: 'p' }]),
    },
    ...[
      { outcome: null },
      { outcome: 'rejected' as const },
      { outcome: 'expired' as const },
      { outcome: 'approved' as const, used: true },
      { outcome: 'approved' as const, hash: 'i' },
      { outcome: 'approved' as const, id: 'q' },
      { outcome: 'approved' as const, expiresAt: NOW },
    ].map((more) => ({
      what: `[AI-16] not where it is ${JSON.stringify(more)}`,
      input: { approval: 'p', hash: 'h' },
      row: { approval: { ...approval, ...more } },
      gives: no('wrong_status'),
    })),
  ]),
  ...on('promise:make', [
    {
      what: 'by a time',
      input: { expectedEpoch: 0, what: 'reply', dueAt: 900 },
      gives: facts(['promise.made', { what: 'reply', owner: 'business', dueAt: 900 }]),
    },
    {
      what: 'of money, which is the visitor’s to bring',
      input: { expectedEpoch: 0, what: 'payment', dueAt: 900, ...bought, run: 'r' },
      gives: facts([
        'promise.made',
        { what: 'payment', owner: 'visitor', dueAt: 900, ...bought, run: 'r' },
      ]),
    },
  ]),
  ...on('promise:keep', [
    {
      what: '[I10] by what it waited for',
      input: { promise: 'p', event: { name: 'invoice.paid', time: NOW } },
      row: { promises: [pledge] },
      gives: facts(['promise.ended', { promise: 'p', what: 'payment', outcome: 'kept' }]),
    },
    {
      what: '[I10] by what came after its time',
      input: { promise: 'p', event: { name: 'invoice.paid', time: NOW + 1 } },
      row: { promises: [pledge] },
      gives: facts(['promise.ended', { promise: 'p', what: 'payment', outcome: 'broken' }]),
    },
    {
      what: '[I10] that has ended',
      input: { promise: 'p', event: { name: 'invoice.paid', time: NOW } },
      gives: no('wrong_status'),
    },
    {
      what: 'by something else',
      input: { promise: 'p', event: { name: 'order.shipped', time: NOW } },
      row: { promises: [pledge] },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:resolve', [
    {
      what: '[I10] takes back what the business owes, and not what its visitor does',
      input: {},
      row: { promises: [owed, { ...pledge, id: 'q' }] },
      gives: {
        ...facts(
          ['conversation.resolved', {}],
          ['promise.ended', { promise: 'p', what: 'reply', outcome: 'withdrawn' }],
        ),
        timer: { clear: true },
      },
    },
  ]),
  ...on('promise:withdraw', [
    {
      what: '[I10] of what its visitor owes',
      input: { promise: 'p' },
      row: { promises: [pledge] },
      gives: facts(['promise.ended', { promise: 'p', what: 'payment', outcome: 'withdrawn' }]),
    },
    {
      what: '[I10] of what the business owes',
      input: { promise: 'p' },
      row: { promises: [owed] },
      gives: { refuse: 'forbidden', field: 'promise' },
    },
    {
      what: '[I10] that has ended',
      input: { promise: 'p' },
      gives: no('wrong_status'),
    },
  ]),
  ...on('promise:break', [
    {
      what: 'whose time is over',
      input: { promise: 'p' },
      row: { promises: [owed] },
      gives: facts(['promise.ended', { promise: 'p', what: 'reply', outcome: 'broken' }]),
    },
    {
      what: '[I10] that has ended',
      input: { promise: 'p' },
      gives: no('wrong_status'),
    },
    {
      what: 'before its time',
      input: { promise: 'p' },
      row: { promises: [{ ...owed, dueAt: NOW + 1 }] },
      gives: no('wrong_status'),
    },
  ]),
  ...on('message:send', [
    {
      what: '[I10] a person’s word keeps a promise of one, and no other',
      input: { text: 'hi' },
      row: {
        promises: [
          { ...owed, id: 'p' },
          { ...owed, id: 'q', what: 'call_back' },
        ],
      },
      gives: facts(said, ['promise.ended', { promise: 'p', what: 'reply', outcome: 'kept' }]),
    },
  ]),
  ...on('bot:begin', [
    {
      what: 'where nobody is',
      input: begins,
      who: faqBot,
      gives: facts(['bot.started', { ...begins, reason: 'begun', goal: null, hops: 0 }]),
    },
    {
      what: 'where one has been in this matter',
      input: begins,
      row: { bot: { ...botRun, outcome: 'ended' } },
      gives: no('wrong_status'),
    },
    {
      what: '[F12] in another matter, whoever had it before',
      input: begins,
      row: { epoch: 2, episode: { seq: 9, pub: 5, epoch: 2 } },
      gives: facts(['bot.started', { ...begins, reason: 'begun', goal: null, hops: 0 }]),
    },
    {
      what: 'where somebody has it',
      input: begins,
      row: { assignee: 'bo', epoch: 1 },
      gives: no('wrong_status'),
    },
  ]),
  ...on('bot:act', [
    {
      what: 'says all it says in its own name, and waits',
      input: {
        ...{ ...turn, acts: [say('Hello'), { ...say('Which?'), block: replies }] },
        ...{ next: { do: 'wait', timeoutMs: 1000 }, state: { step: 'topic' } },
      },
      row: { bot: botRun },
      who: faqBot,
      gives: {
        facts: [
          {
            type: 'bot.advanced',
            data: {
              ...{ run: 'r', visit: 2, heard: 2, asked: idFrom('i', '1'), until: NOW + 1000 },
              state: { step: 'topic' },
            },
          },
          { id: idFrom('i', '0'), by: faqBot, type: 'message.created', data: { text: 'Hello' } },
          {
            ...{ id: idFrom('i', '1'), by: faqBot, type: 'message.created' },
            data: { text: 'Which?', block: replies },
          },
        ],
      } as Decision,
    },
    {
      what: 'that says nothing still waits for what it had asked',
      input: turn,
      row: { bot: { ...botRun, asked: 'm' } },
      gives: facts([
        'bot.advanced',
        { run: 'r', visit: 2, heard: 2, asked: 'm', until: null, state: null },
      ]),
    },
    {
      what: '[F8] of a turn that was given up',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, visit: 2 } },
      gives: refused('message'),
    },
    {
      what: 'that has not heard what was said last',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, unheard } },
      gives: refused('message'),
    },
    {
      what: '[AI-16] asks a person for what it wants to do, in the same breath',
      input: { ...turn, approval: request },
      row: { bot: { ...botRun, unheard } },
      who: faqBot,
      gives: {
        facts: [
          {
            type: 'bot.advanced',
            data: { run: 'r', visit: 2, heard: 2, asked: null, until: null, state: null },
          },
          {
            ...{ id: idFrom('i', 'approval'), by: faqBot, type: 'approval.requested' },
            data: { ...request, bot: botRun.bot },
          },
        ],
      } as Decision,
    },
    {
      what: '[AI-16] as a whole or not at all, while another call waits for a person',
      input: { ...turn, acts: [say('Hello')], approval: request },
      row: { bot: botRun, approval },
      gives: no('wrong_status'),
    },
    {
      what: '[AI-16] asks a person too late',
      input: { ...turn, approval: { ...request, expiresAt: NOW } },
      row: { bot: botRun },
      gives: no('bad_value'),
    },
    {
      what: '[AI-16] that may have done what was allowed, whatever was said meanwhile',
      input: turn,
      row: {
        bot: { ...botRun, unheard },
        approval: { ...approval, outcome: 'approved', decidedSeq: 3, used: true },
      },
      gives: facts([
        'bot.advanced',
        { run: 'r', visit: 2, heard: 2, asked: null, until: null, state: null },
      ]),
    },
    {
      what: 'that asks for money',
      input: { ...turn, acts: [{ ...say('Pay'), block: bill }] },
      row: { bot: botRun },
      who: faqBot,
      gives: {
        facts: [
          {
            type: 'bot.advanced',
            data: { run: 'r', visit: 2, heard: 2, asked: null, until: null, state: null },
          },
          {
            ...{ id: idFrom('i', '0'), by: faqBot, type: 'message.created' },
            data: { text: 'Pay', block: bill },
          },
          {
            type: 'payment.requested',
            data: { message: idFrom('i', '0'), ...sum, dueAt: 900 },
          },
        ],
      },
    },
    {
      what: 'that counts although more was said since',
      input: { ...turn, final: true },
      row: { bot: { ...botRun, unheard } },
      gives: facts([
        'bot.advanced',
        { run: 'r', visit: 2, heard: 2, asked: null, until: null, state: null },
      ]),
    },
    {
      what: '[F6] of another one than has the floor',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, run: 's' } },
      gives: refused('late'),
    },
    {
      what: '[F7] after a person took it, however much it cost',
      input: { ...turn, acts: [say('Hello')], usage: { ...cost } },
      row: { bot: { ...botRun, outcome: 'taken' }, assignee: 'ada', epoch: 1 },
      gives: refused('taken', { usage: cost }),
    },
    {
      what: '[AI-13] after it was switched off',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, outcome: 'off' } },
      gives: refused('off'),
    },
    {
      what: '[P30] to somebody who is blocked',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: botRun },
      subject: { isBlocked: true },
      gives: refused('off'),
    },
    {
      what: 'after it was closed',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, outcome: 'taken' }, status: 'resolved' },
      gives: refused('closed'),
    },
    {
      what: '[F13] that says more than anybody answers leads to a person',
      input: { ...turn, acts: [say('Hello')] },
      row: { bot: { ...botRun, alone: { turns: 4, words: 4 } } },
      gives: {
        facts: [
          ...(refused('guard') as { facts: Told[] }).facts,
          { type: 'bot.completed', data: { run: 'r', outcome: 'routed', reason: 'guard' } },
          { type: 'handoff.requested', data: {} },
        ],
      },
    },
    {
      what: '[F13] that goes on and on by itself leads to a person',
      input: { ...turn, acts: [] },
      row: { bot: { ...botRun, alone: { turns: 8, words: 0 } } },
      gives: facts(
        ['bot.superseded', { run: 'r', visit: 1, why: 'guard', draft: [] }],
        ['bot.completed', { run: 'r', outcome: 'routed', reason: 'guard' }],
        ['handoff.requested', {}],
      ),
    },
    {
      what: 'leads to a queue, with a reason',
      input: { ...turn, next: { do: 'hand_off', queue: 'sales', reason: 'policy' } },
      row: { bot: botRun },
      gives: facts(
        ['bot.completed', { run: 'r', outcome: 'routed', reason: 'policy', queue: 'sales' }],
        ['handoff.requested', {}],
      ),
    },
    {
      what: 'closes the matter',
      input: { ...turn, next: { do: 'end', resolve: true } },
      row: { bot: botRun },
      gives: {
        ...facts(['bot.completed', { run: 'r', outcome: 'ended' }], ['conversation.resolved', {}]),
        timer: { clear: true },
      },
    },
    {
      what: 'notes and promises as its own word',
      input: {
        ...turn,
        acts: [
          { do: 'note', fact: { name: 'intent', value: 'parcel' } },
          { do: 'promise', what: 'reply', dueAt: NOW + 1 },
        ],
        next: { do: 'end', resolve: false },
      },
      row: { bot: botRun },
      who: faqBot,
      gives: {
        facts: [
          { type: 'bot.completed', data: { run: 'r', outcome: 'ended' } },
          {
            type: 'conversation.facts_recorded',
            data: { facts: [{ name: 'intent', value: 'parcel' }] },
            by: faqBot,
          },
          {
            type: 'promise.made',
            data: { what: 'reply', owner: 'business', run: 'r', dueAt: NOW + 1 },
            by: faqBot,
          },
        ],
        said: [known({ name: 'intent', value: 'parcel', source: faqBot })],
      },
    },
    {
      what: 'that promises a payment',
      input: {
        ...turn,
        acts: [{ do: 'promise', what: 'payment', dueAt: NOW + 1 }],
      },
      row: { bot: botRun },
      who: faqBot,
      gives: {
        facts: [
          {
            type: 'bot.advanced',
            data: { run: 'r', visit: 2, heard: 2, asked: null, until: null, state: null },
          },
          {
            type: 'promise.made',
            data: { what: 'payment', owner: 'visitor', dueAt: NOW + 1, run: 'r' },
            by: faqBot,
          },
        ],
      },
    },
  ]),
  ...on('bot:end', [
    {
      what: '[F9] and who is named for that goes on, in one',
      input: { run: 'r', visit: 1, outcome: 'failed', failure: 'deadline', after: begins },
      row: { bot: { ...botRun, goal: 'a date' } },
      gives: facts(
        ['bot.completed', { run: 'r', outcome: 'failed', failure: 'deadline' }],
        ['bot.started', { ...begins, reason: 'fallback', goal: 'a date', hops: 1 }],
      ),
    },
    {
      what: '[F13] that was passed on three times leads to a person',
      input: { run: 'r', visit: 1, outcome: 'failed', failure: 'error', after: begins },
      row: { bot: { ...botRun, hops: 3 } },
      gives: facts(
        ['bot.completed', { run: 'r', outcome: 'failed', failure: 'error', reason: 'guard' }],
        ['handoff.requested', {}],
      ),
    },
    {
      what: '[P30] with somebody who is blocked, to whom no other one goes on',
      input: { run: 'r', visit: 1, outcome: 'off', after: begins },
      row: { bot: botRun },
      subject: { isBlocked: true },
      gives: facts(['bot.completed', { run: 'r', outcome: 'off' }]),
    },
    {
      what: 'of a turn that is over',
      input: { run: 'r', visit: 0, outcome: 'failed', failure: 'deadline', after: begins },
      row: { bot: botRun },
      gives: no('wrong_status'),
    },
  ]),
  ...on('bot:give_up', [
    {
      what: 'with what it had written so far',
      input: { run: 'r', visit: 1, draft: ['Hel'] },
      row: { bot: botRun },
      gives: facts(['bot.superseded', { run: 'r', visit: 1, draft: ['Hel'], why: 'message' }]),
    },
    {
      what: 'of a turn that is over',
      input: { run: 'r', visit: 0 },
      row: { bot: botRun },
      gives: no('wrong_status'),
    },
    {
      what: 'of a turn that is over, with what it cost',
      input: { run: 'r', visit: 0, usage },
      row: { bot: botRun },
      gives: facts(['bot.superseded', { run: 'r', visit: 0, usage, why: 'late' }]),
    },
  ]),
  ...on('suggestion:make', [
    {
      what: 'words as one message, without what takes effect',
      input: { ...advised, sendAfterMs: 5 },
      row: asking,
      gives: facts(['suggestion.made', { ...suggested, sendAt: NOW + 5 }]),
    },
    {
      what: 'nothing but a person: nothing leaves by itself',
      input: { ...advised, acts: [], next: { do: 'hand_off', reason: 'policy' }, sendAfterMs: 5 },
      row: asking,
      gives: facts([
        'suggestion.made',
        { ...suggested, text: '', next: 'hand_off', reason: 'policy', sendAt: null },
      ]),
    },
    ...[
      ['to what was said before', { visitorPub: 7 }],
      ['where somebody has answered', { lastMessage: { id: 'm', text: 'x', by: 'agent' } }],
      ['where a bot answers', { bot: botRun }],
      ['twice', { advice: { ...advice, upTo: 6 } }],
      ['where it is over', { status: 'resolved' }],
    ].map(([what, more]) => ({
      what: what as string,
      input: advised,
      row: { ...asking, ...(more as object) },
      gives: no('wrong_status'),
    })),
    {
      what: 'too much',
      input: { ...advised, acts: [say('x'.repeat(LIMITS.textChars)), say('x')] },
      row: asking,
      gives: { refuse: 'too_long', field: 'acts' },
    },
  ]),
  ...on('suggestion:fail', [
    {
      what: 'is asked no more about this',
      input: { bot: 'b', upTo: 6, failure: 'error' },
      row: asking,
      gives: facts(['suggestion.failed', { bot: 'b', upTo: 6, failure: 'error' }]),
    },
    {
      what: 'too late',
      input: { bot: 'b', upTo: 5, failure: 'error' },
      row: asking,
      gives: no('wrong_status'),
    },
  ]),
  ...on('suggestion:hold', [
    {
      what: 'what would leave',
      input: { suggestion: 's' },
      row: { advice },
      gives: facts(['suggestion.held', { suggestion: 's' }]),
    },
    {
      what: 'what does not',
      input: { suggestion: 's' },
      row: { advice: { ...advice, suggestion: { ...stands, sendAt: null } } },
      gives: { facts: [] },
    },
    { what: 'another one', input: { suggestion: 't' }, row: { advice }, gives: no(OVER) },
  ]),
  ...on('suggestion:dismiss', [
    {
      what: 'one that stands there',
      input: { suggestion: 's' },
      row: { advice },
      gives: facts(['suggestion.ended', { suggestion: 's', outcome: 'dismissed', message: null }]),
    },
    {
      what: 'one that does not any more',
      input: { suggestion: 's' },
      row: { advice: { ...advice, suggestion: { ...stands, outcome: 'superseded' } } },
      gives: no(OVER),
    },
  ]),
  ...on('suggestion:expire', [
    {
      what: 'where its bot is off',
      input: { suggestion: 's' },
      row: { advice },
      gives: facts(['suggestion.ended', { suggestion: 's', outcome: 'expired', message: null }]),
    },
    { what: 'another one', input: { suggestion: 't' }, row: { advice }, gives: no(OVER) },
  ]),
  ...on('suggestion:release', [
    {
      what: 'when its time has come',
      input: { suggestion: 's' },
      row: { advice },
      who: program,
      gives: {
        facts: [
          { type: 'message.created', data: { text: 'hello' } },
          {
            type: 'suggestion.ended',
            data: { suggestion: 's', outcome: 'sent', message: 'i' },
            by: program,
          },
        ],
      },
    },
    {
      what: 'and asks for money',
      input: { suggestion: 's' },
      row: { advice: { ...advice, suggestion: { ...stands, block: bill } } },
      who: program,
      gives: {
        facts: [
          { type: 'message.created', data: { text: 'hello', block: bill } },
          { type: 'payment.requested', data: { message: 'i', ...sum, dueAt: 900 } },
          {
            type: 'suggestion.ended',
            data: { suggestion: 's', outcome: 'sent', message: 'i' },
            by: program,
          },
        ],
      },
    },
    ...[
      ['before that', { sendAt: NOW + 1 }, 'wrong_status'],
      ['one that a person has looked at', { sendAt: null }, 'wrong_status'],
      ['[AI-17] one that is only suggested', { mode: 'suggest' }, OVER],
      ['one that is over', { outcome: 'dismissed' }, OVER],
    ].map(([what, more, code]) => ({
      what: what as string,
      input: { suggestion: 's' },
      row: { advice: { ...advice, suggestion: { ...stands, ...(more as object) } } },
      gives: no(code as 'wrong_status'),
    })),
  ]),
  ...on('conversation:hand_back', [
    {
      what: 'moves the floor from a person to a bot, with a goal',
      input: { bot: 'next', goal: 'find a date' },
      row: { assignee: 'ada', epoch: 4, bot: { ...botRun, outcome: 'taken' } },
      subject: { bot: { version: 'w', on: true }, owner: agent('ada') },
      gives: facts(
        [
          'bot.started',
          {
            ...{ ...begins, run: idFrom('i', 'run') },
            ...{ reason: 'handed_back', goal: 'find a date', hops: 0 },
          },
        ],
        [
          'conversation.assigned',
          { assignee: null, previous: { id: 'ada', name: 'ADA' }, epoch: 5 },
        ],
      ),
    },
    {
      what: 'ends whoever had it',
      input: { bot: 'next', goal: 'find a date' },
      row: { bot: botRun },
      subject: { bot: { version: 'w', on: true } },
      gives: {
        facts: [
          {
            type: 'bot.started',
            data: {
              ...{ ...begins, run: idFrom('i', 'run') },
              ...{ reason: 'handed_back', goal: 'find a date', hops: 0 },
            },
          },
          taken,
          {
            type: 'conversation.assigned',
            data: { assignee: null, previous: null, epoch: 1 },
          },
        ],
      },
    },
    {
      what: 'to nobody there is',
      input: { bot: 'next', goal: 'find a date' },
      gives: { ...no('not_found'), field: 'bot' } as Decision,
    },
    {
      what: 'to one that is switched off',
      input: { bot: 'next', goal: 'find a date' },
      subject: { bot: { version: 'w', on: false } },
      gives: no('bot_off'),
    },
    {
      what: 'what is closed',
      input: { bot: 'next', goal: 'find a date' },
      row: { status: 'resolved' },
      subject: { bot: { version: 'w', on: true } },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:queue', [
    {
      what: 'that a bot answers',
      input: { expectedEpoch: 0, queue: 'q', base: 0, rate: 1, need: {}, hold: null, why },
      row: { unansweredSince: 5, bot: botRun },
      gives: no('wrong_status'),
    },
  ]),
  ...on('conversation:resolve', [
    {
      what: 'a bot says nothing more',
      input: {},
      row: { bot: botRun },
      gives: {
        facts: [{ type: 'conversation.resolved', data: {} }, taken],
        timer: { clear: true },
      },
    },
  ]),
  ...on('facts:record', [
    {
      what: 'of a program',
      input: { facts: [{ name: 'order', value: 'A-17' }] },
      who: program,
      gives: {
        ...facts(['conversation.facts_recorded', { facts: [{ name: 'order', value: 'A-17' }] }]),
        said: [known({ name: 'order', value: 'A-17', source: program })],
      },
    },
    {
      what: 'of the future',
      input: { facts: [{ name: 'order', value: 'A-17', observedAt: NOW + 3_600_000 }] },
      who: program,
      gives: { ...no('bad_value'), field: 'facts' } as Decision,
    },
  ]),
  ...on('file:store', [
    {
      what: 'its bytes have come',
      input: { ...found, sha256: '0', width: 3, height: 2 },
      subject: { files: [file()] },
      gives: {
        ...facts(['attachment.uploaded', { ...found, sha256: '0', width: 3, height: 2 }]),
        files: { save: file({ state: 'stored', bytes: 9, width: 3, height: 2 }) },
      },
    },
    {
      what: 'they came before',
      input: { ...found, sha256: '0' },
      subject: { files: [file({ state: 'stored' })] },
      gives: no('ticket_invalid'),
    },
    { what: 'nobody asked', input: { ...found, sha256: '0' }, gives: no('ticket_invalid') },
  ]),
  ...on('file:reject', [
    {
      what: 'it is something else',
      input: { ...found, reason: 'content' },
      subject: { files: [file()] },
      gives: {
        ...facts(['attachment.rejected', { ...found, reason: 'content' }]),
        files: { save: file({ state: 'gone', bytes: 9 }) },
      },
    },
    {
      what: 'it looks harmful: it is held',
      input: { ...found, reason: 'malware' },
      subject: { files: [file()] },
      gives: {
        ...facts(['attachment.rejected', { ...found, reason: 'malware' }]),
        files: { save: file({ state: 'held', bytes: 9 }) },
      },
    },
  ]),
] as Case<'message:send'>[];

describe('what a command does', () => {
  test.each(cases)('$name: $what', ({ name, input, row: state, subject, who = ada, gives }) => {
    const looked = Object.freeze({ row: Object.freeze(row(state)), ...subject });
    const asked = { id: 'i', conversation: 'c', ...input } as never;
    expect(decide[name](looked, asked, { who, now: NOW })).toEqual(gives);
  });

  test('is said for every command there is', () => {
    expect([...new Set(cases.map(({ name }) => name as string))].sort()).toEqual(
      Object.keys(decide).sort(),
    );
  });
});

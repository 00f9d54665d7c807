import { flowsDocument, type RoutingFinding } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { checkFlows } from './check.ts';

type Steps = Record<string, object>;

const options = (next: string) => [{ action: 'yes', label: 'Yes', next }];

const good: Steps = {
  topic: { kind: 'choose', text: 'Hello', options: options('know'), other: 'person' },
  know: { kind: 'branch', cases: [{ when: 'vars.topic == "yes"', next: 'done' }], else: 'topic' },
  done: { kind: 'end' },
  person: { kind: 'route', queue: 'support' },
};

function findingsOf(steps: Steps, more: object = {}): RoutingFinding[] {
  const flow = { id: 'faq', name: 'FAQ', first: 'topic', steps, ...more };
  const { flows } = flowsDocument.parse({ flows: [flow] });
  return checkFlows(flows, {
    routing: { queues: [{ id: 'support' }] as never },
    tools: [{ id: 'crm', url: 'https://crm.example/score' }],
  });
}

const codes = (steps: Steps, more?: object): string[] =>
  findingsOf(steps, more).map(({ path, code }) => `${path} ${code}`);

test('nothing is said of a flow that can be published', () => {
  expect(findingsOf(good)).toEqual([]);
});

test('a condition has to be one, of what flows may ask', () => {
  const know = { kind: 'branch', cases: [{ when: 'vars.topic == ', next: 'done' }], else: 'topic' };
  expect(codes({ ...good, know }, { start: { when: 'open && nobody' } })).toEqual([
    '/flows/0/start/when bad_expression',
    '/flows/0/steps/know/cases/0/when bad_expression',
  ]);
});

test('steps and queues that are named have to be there', () => {
  const person = { kind: 'route', queue: 'sales' };
  const topic = { kind: 'choose', text: 'Hello', options: options('nope'), other: 'person' };
  expect(codes({ ...good, topic, person }, { first: 'begin' })).toEqual([
    '/flows/0/first unknown_step',
    '/flows/0/steps/topic/options/0/next unknown_step',
    '/flows/0/steps/person/queue unknown_queue',
  ]);
});

test('every step has to be reached', () => {
  expect(codes({ ...good, bye: { kind: 'end' } })).toEqual(['/flows/0/steps/bye unreachable_step']);
});

test('every step has to lead to an end, whatever anybody answers', () => {
  const again = { kind: 'choose', text: 'Again?', options: options('again'), other: 'again' };
  const know = { kind: 'branch', cases: [{ when: 'open', next: 'again' }], else: 'done' };
  expect(codes({ ...good, know, again })).toEqual(['/flows/0/steps/again no_end']);
});

test('what comes round has to wait on the way', () => {
  const know = { kind: 'branch', cases: [{ when: 'open', next: 'done' }], else: 'say-it' };
  const loop = { kind: 'send', text: 'Closed.', next: 'know' };
  expect(codes({ ...good, know, 'say-it': loop })).toEqual([
    '/flows/0/steps/know endless_loop',
    '/flows/0/steps/say-it endless_loop',
  ]);
});

test('tools that are named have to be there', () => {
  const ways = { next: 'done', otherwise: 'person' };
  const know = { kind: 'call', tool: 'crm', ...ways };
  const topic = { ...good.topic, other: 'know' };
  expect(codes({ ...good, topic, know })).toEqual([]);
  expect(codes({ ...good, topic, know: { ...know, tool: 'erp' } })).toEqual([
    '/flows/0/steps/know/tool unknown_tool',
  ]);
});

test('[F11] what begins with an event never waits without an end', () => {
  const start = { on: 'invoice.overdue' };
  expect(codes(good, { start })).toEqual(['/flows/0/steps/topic no_timeout']);
  const timeout = { afterMs: 60_000, next: 'person' };
  expect(codes({ ...good, topic: { ...good.topic, timeout } }, { start })).toEqual([]);
});

test('steps that events and time lead to have to be there, and are reached by them', () => {
  const topic = {
    ...{ ...good.topic, for: [{ on: 'order.shipped', next: 'shipped' }] },
    timeout: { afterMs: 60_000, next: 'nope' },
  };
  const shipped = { kind: 'end', outcome: 'shipped' };
  expect(codes({ ...good, topic, shipped })).toEqual([
    '/flows/0/steps/topic/timeout/next unknown_step',
  ]);
  const { timeout: _, ...patient } = topic;
  expect(codes({ ...good, topic: patient, shipped })).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowsDocument, type Routing, routingDocument } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkFlows } from '../settings/flows/check.ts';
import { type CompiledFlow, compileFlow } from '../settings/flows/compile.ts';
import { FLOW_TERMS, flowScope } from '../settings/routing/vocabulary.ts';
import { type Input, interpret, type Turn } from './flow/interpret.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/flows.md'), 'utf8');
const NOW = Date.UTC(2026, 0, 5);

const documents = [...guide.matchAll(/```yaml\n([\s\S]+?)```/g)].map(([, text = '']) => {
  const { flows, routing = null } = parse(text) as { flows: unknown; routing?: unknown };
  const document = flowsDocument.parse({ flows });
  return { ...document, routing: routingDocument.parse({ routing }).routing };
});

test('the guide lists what conditions may ask', () => {
  const [, after = ''] = guide.split('\nThey are written');
  const rows = FLOW_TERMS.map(({ name, type, about }) => `| \`${name}\` | ${type} | ${about} |`);
  expect(after.split('\n\n')[1]?.split('\n').slice(2)).toEqual(rows);
});

test.each(documents.map((it) => [it.flows[0]?.id, it] as const))(
  'the template %s can be published',
  (_id, { flows, routing }) => {
    const queues: Routing['queues'] = routing?.queues ?? [];
    expect(checkFlows(flows, { routing: { queues } })).toEqual([]);
  },
);

const template = (id: string): CompiledFlow => {
  const found = documents.flatMap(({ flows }) => flows).find((flow) => flow.id === id);
  if (!found) throw new Error(`no template ${id}`);
  return compileFlow(found);
};

/** Plays a flow against what a visitor does, in no time; what it says, and what it comes to. */
function play(id: string, inputs: Input[]) {
  const flow = template(id);
  const around = {
    now: NOW,
    timeZone: 'UTC',
    scope: (vars: object) => flowScope({}, { open: false, vars: { ...vars } }),
  };
  const said: string[] = [];
  const facts: Turn['facts'] = [];
  let position = { step: flow.first, vars: {} };
  let to: Turn['to'] | undefined;
  for (const input of [{ kind: 'begin' } as const, ...inputs]) {
    const turn = interpret(flow, { position, input }, around);
    said.push(...turn.say.map(({ text }) => text));
    facts.push(...turn.facts);
    to = turn.to;
    if ('step' in to) position = to;
  }
  return { said, facts, to };
}

const choice = (action: string): Input => ({ kind: 'choice', action });

describe('the greeting', () => {
  test('learns what it is about before a person comes', () => {
    const form: Input = { kind: 'form', values: { order: '17' } };
    expect(play('greeting', [choice('order'), form])).toMatchObject({
      said: ['Hello! What is it about?', 'Which one is it?'],
      facts: [{ name: 'intent', value: 'order' }],
      to: { outcome: 'routed' },
    });
  });

  test('lets whoever writes, or has no number, pass', () => {
    expect(play('greeting', [{ kind: 'words' }]).to).toEqual({ outcome: 'routed' });
    expect(play('greeting', [choice('order'), { kind: 'timeout' }])).toMatchObject({
      facts: [{ name: 'intent', value: 'order' }],
      to: { outcome: 'routed' },
    });
  });
});

describe('frequent questions', () => {
  test('are closed when that helped, as often as one has another', () => {
    const inputs = ['delivery', 'other', 'returns', 'yes'].map(choice);
    const { said, to } = play('faq', inputs);
    expect(to).toEqual({ outcome: 'ended', resolve: true });
    expect(said.filter((text) => text === 'Did that help?')).toHaveLength(2);
  });

  test('go to a person when it did not', () => {
    expect(play('faq', [choice('returns'), choice('no')]).to).toEqual({ outcome: 'routed' });
  });
});

describe('out of hours', () => {
  test('how to reach somebody is asked, noted, and led to the queue that promises', () => {
    const form: Input = { kind: 'form', values: { email: 'ada@example.com', call: true } };
    expect(play('closed', [form])).toMatchObject({
      facts: [{ name: 'callback', value: true }],
      to: { outcome: 'routed', queue: 'general' },
    });
  });

  test('whoever leaves the form waits in the queue all the same', () => {
    expect(play('closed', [{ kind: 'timeout' }]).to).toEqual({
      outcome: 'routed',
      queue: 'general',
    });
  });
});

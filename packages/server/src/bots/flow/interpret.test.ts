import { flowsDocument } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../settings/flows/compile.ts';
import { flowScope } from '../../settings/routing/vocabulary.ts';
import { type Input, interpret, type Turn } from './interpret.ts';

const NOW = 1_000_000;

const form = { fields: [{ type: 'text', name: 'parcel', label: 'Number' }] };

const steps = {
  topic: {
    ...{ kind: 'choose', text: 'Hello', other: 'person' },
    options: [{ action: 'parcel', label: 'My parcel', next: 'number' }],
  },
  number: {
    ...{ kind: 'ask', form, next: 'note', timeout: { afterMs: 5000, next: 'closing' } },
  },
  note: { kind: 'fact', name: 'intent', value: 'parcel', next: 'known' },
  known: {
    kind: 'branch',
    cases: [{ when: 'vars.parcel == "17"', next: 'found' }],
    else: 'person',
  },
  found: {
    ...{ kind: 'send', text: 'Tomorrow.', next: 'more' },
    block: { kind: 'buttons', buttons: [{ label: 'Map', url: 'https://shop.example/' }] },
  },
  more: {
    kind: 'wait',
    for: 'message',
    timeout: { afterMs: 9000, next: 'closing' },
    next: 'person',
  },
  closing: { kind: 'end', resolve: true },
  person: { kind: 'route', queue: 'support' },
};

function flowOf(map: object) {
  const flow = { id: 'faq', name: 'FAQ', first: 'topic', steps: map };
  const [parsed] = flowsDocument.parse({ flows: [flow] }).flows;
  if (!parsed) throw new Error('no flow');
  return compileFlow(parsed);
}

const flow = flowOf(steps);
const around = {
  now: NOW,
  scope: (vars: object) => flowScope({}, { open: true, vars: { ...vars } }),
};

const at = (step: string, input: Input, vars = {}): Turn =>
  interpret(flow, { position: { step, vars }, input }, around);

const nothing = { say: [], facts: [] };

describe('a turn', () => {
  test('goes on until a step asks, and says all on the way', () => {
    expect(at('topic', { kind: 'begin' })).toEqual({
      ...nothing,
      say: [
        {
          text: 'Hello',
          block: { kind: 'replies', options: [{ action: 'parcel', label: 'My parcel' }] },
        },
      ],
      to: { step: 'topic', vars: {}, asks: true, until: null },
    });
  });

  test('a choice leads on, and is known from then on', () => {
    expect(at('topic', { kind: 'choice', action: 'parcel' })).toEqual({
      ...nothing,
      say: [{ text: '', block: { kind: 'form', form: expect.anything() } }],
      to: { step: 'number', vars: { topic: 'parcel' }, asks: true, until: NOW + 5000 },
    });
  });

  test.each<Input>([{ kind: 'words' }, { kind: 'choice', action: 'gone' }])(
    'whatever else is said to a choice leads elsewhere: %j',
    (input) => {
      expect(at('topic', input)).toEqual({
        ...nothing,
        to: { outcome: 'routed', queue: 'support' },
      });
    },
  );

  test('what a form says decides, and facts are noted on the way', () => {
    const found = at('number', { kind: 'form', values: { parcel: '17' } });
    expect(found).toMatchObject({
      facts: [{ name: 'intent', value: 'parcel' }],
      say: [{ text: 'Tomorrow.', block: { kind: 'buttons' } }],
      to: { step: 'more', vars: { parcel: '17' }, asks: false, until: NOW + 9000 },
    });
    expect(at('number', { kind: 'form', values: {} }).to).toMatchObject({ outcome: 'routed' });
  });

  test('words instead of a form are for a person', () => {
    expect(at('number', { kind: 'words' })).toEqual({ ...nothing, to: { outcome: 'routed' } });
  });

  test('who does not answer in time is led on', () => {
    const closed = { ...nothing, to: { outcome: 'ended', resolve: true } };
    expect(at('number', { kind: 'timeout' })).toEqual(closed);
    expect(at('more', { kind: 'timeout' })).toEqual(closed);
    expect(at('more', { kind: 'words' }).to).toMatchObject({ outcome: 'routed' });
  });

  test('a long answer is cut where it becomes a variable', () => {
    const { to } = interpret(
      flowOf({ ...steps, known: { ...steps.known, else: 'more' } }),
      {
        position: { step: 'number', vars: {} },
        input: { kind: 'form', values: { parcel: 'x'.repeat(5000) } },
      },
      around,
    );
    expect('vars' in to && String(to.vars.parcel)).toHaveLength(1000);
  });
});

describe('a flow that is published anew', () => {
  test('without the step ends', () => {
    expect(at('gone', { kind: 'words' })).toEqual({ ...nothing, to: { outcome: 'failed' } });
  });

  test('with another step under its name goes on from there', () => {
    expect(at('found', { kind: 'words' })).toMatchObject({ to: { step: 'more' } });
  });

  test('never takes more steps than there can be', () => {
    const round = flowOf({
      topic: { kind: 'send', text: 'a', next: 'back' },
      back: { kind: 'send', text: 'b', next: 'topic' },
    });
    const input = { kind: 'begin' } as const;
    expect(
      interpret(round, { position: { step: 'topic', vars: {} }, input }, around),
    ).toMatchObject({
      to: { outcome: 'failed' },
    });
  });
});

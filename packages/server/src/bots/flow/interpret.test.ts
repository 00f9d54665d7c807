import { flowsDocument } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../settings/flows/compile.ts';
import { flowScope } from '../../settings/routing/vocabulary.ts';
import { type Input, interpret, type Position, type Turn } from './interpret.ts';

const NOW = 1_000_000;

type Steps = Record<string, object>;

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
    message: 'person',
    timeout: { afterMs: 9000, next: 'closing' },
  },
  closing: { kind: 'end', resolve: true },
  person: { kind: 'route', queue: 'support' },
};

function flowOf(map: object, first = 'topic') {
  const flow = { id: 'faq', name: 'FAQ', first, steps: map };
  const [parsed] = flowsDocument.parse({ flows: [flow] }).flows;
  if (!parsed) throw new Error('no flow');
  return compileFlow(parsed);
}

const flow = flowOf(steps);
const around = {
  now: NOW,
  timeZone: 'Europe/Berlin',
  scope: (vars: object) => flowScope({}, { open: true, vars: { ...vars } }),
};

const at = (step: string, input: Input, vars = {}): Turn =>
  interpret(flow, { position: { step, vars }, input }, around);

const nothing = { say: [], facts: [], promises: [] };

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
      to: { step: 'topic', vars: {}, asks: true, until: null, events: [] },
    });
  });

  test('a choice leads on, and is known from then on', () => {
    expect(at('topic', { kind: 'choice', action: 'parcel' })).toEqual({
      ...nothing,
      say: [{ text: '', block: { kind: 'form', form: expect.anything() } }],
      to: { step: 'number', vars: { topic: 'parcel' }, asks: true, until: NOW + 5000, events: [] },
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

/** One turn of a few steps, from one of them. */
function turnOf(map: Steps, at: string | Position, input: Input): Turn {
  const position = typeof at === 'string' ? { step: at, vars: {} } : at;
  const all = { done: { kind: 'end' }, person: { kind: 'route' }, ...map };
  return interpret(flowOf(all, position.step), { position, input }, around);
}

describe('events and time', () => {
  const paid = [{ on: 'invoice.paid', next: 'paid' }];
  const map: Steps = {
    wait: { kind: 'wait', for: paid, timeout: { afterMs: 60_000, next: 'late' } },
    pick: {
      ...{ kind: 'choose', text: 'When?', other: 'person', for: paid },
      options: [{ action: 'later', label: 'Later', next: 'late' }],
    },
    paid: { kind: 'end', outcome: 'paid' },
    late: { kind: 'end', outcome: 'open' },
  };
  const event: Input = { kind: 'event', name: 'invoice.paid', properties: { number: 'F-1' } };

  test('a wait says what it waits for, and until when', () => {
    expect(turnOf(map, 'wait', { kind: 'begin' }).to).toEqual({
      ...{ step: 'wait', vars: {}, asks: false },
      ...{ until: NOW + 60_000, events: ['invoice.paid'] },
    });
  });

  test('whatever comes first leads on', () => {
    expect(turnOf(map, 'wait', event).to).toEqual({ outcome: 'ended', goal: 'paid' });
    expect(turnOf(map, 'wait', { kind: 'timeout' }).to).toEqual({ outcome: 'ended', goal: 'open' });
    expect(turnOf(map, 'pick', event).to).toEqual({ outcome: 'ended', goal: 'paid' });
  });

  test('who writes where no words are waited for gets a person', () => {
    expect(turnOf(map, 'wait', { kind: 'words' }).to).toEqual({ outcome: 'routed' });
  });

  test('what is said with an event is known from then on', () => {
    const more: Steps = {
      ...map,
      paid: { kind: 'send', text: 'Thank you for {{number}}.', next: 'done' },
    };
    expect(turnOf(more, 'wait', event).say).toEqual([{ text: 'Thank you for F-1.' }]);
  });
});

describe('a tool', () => {
  const map: Steps = {
    score: {
      ...{ kind: 'call', tool: 'crm', take: ['score', 'link'], facts: ['score'] },
      ...{ next: 'tell', otherwise: 'person' },
    },
    tell: { kind: 'send', text: 'You have {{score}}: [book]({{link}})', next: 'done' },
  };

  test('is asked before anything else is done', () => {
    expect(turnOf(map, 'score', { kind: 'begin' }).to).toMatchObject({
      step: 'score',
      call: { tool: 'crm' },
    });
  });

  test('says what is known from then on, as far as it was asked for', () => {
    const link = 'https://crm.example/book?c=1';
    const answer = { score: 7, link, secret: 'x' };
    expect(turnOf(map, 'score', { kind: 'called', answer })).toEqual({
      ...nothing,
      facts: [{ name: 'score', value: 7 }],
      say: [{ text: `You have 7: [book](${link})` }],
      to: { outcome: 'ended' },
    });
  });

  test('that does not answer leads elsewhere', () => {
    expect(turnOf(map, 'score', { kind: 'called', answer: null }).to).toEqual({
      outcome: 'routed',
    });
  });
});

describe('what somebody wrote', () => {
  test('is no mark and no link in what a flow says', () => {
    const map: Steps = { hello: { kind: 'send', text: 'Hello {{name}}!', next: 'done' } };
    const name = '*you* [here](https://evil.example)\n# x';
    const [said] = turnOf(map, { step: 'hello', vars: { name } }, { kind: 'begin' }).say;
    expect(said?.text).toBe('Hello \\*you\\* \\[here\\]\\(https://evil.example\\) # x!');
  });
});

describe('a promise', () => {
  const promise = {
    ...{ kind: 'promise', what: 'payment', keptWhen: 'invoice.paid' },
    ...{ due: { date: 'day', withinDays: 14 }, amount: { amount: 'amount', currency: 'currency' } },
    ...{ next: 'done', otherwise: 'person' },
  };
  const sum = { amount: 17_900, currency: 'EUR' };
  // 1970-01-01, 01:16 in Berlin.
  const promised = (vars: Position['vars']) =>
    turnOf({ pledge: promise }, { step: 'pledge', vars }, { kind: 'begin' });

  test('is due at the end of the day that was picked, where the site is', () => {
    expect(promised({ day: '1970-01-03', ...sum })).toEqual({
      ...nothing,
      promises: [
        {
          ...{ what: 'payment', keptWhen: 'invoice.paid' },
          dueAt: Date.parse('1970-01-03T23:59:59.999+01:00'),
          amount: { value: 17_900, currency: 'EUR' },
        },
      ],
      to: { outcome: 'ended' },
    });
  });

  test.each([
    ['no day', { ...sum }],
    ['a day that is over', { ...sum, day: '1969-12-31' }],
    ['a day too far off', { ...sum, day: '1970-01-16' }],
    ['a day that is none', { ...sum, day: '1970-02-30' }],
    ['no sum', { day: '1970-01-03' }],
    ['half a cent', { ...sum, day: '1970-01-03', amount: 0.5 }],
  ])('%s leads elsewhere', (_what, vars) => {
    expect(promised(vars)).toEqual({ ...nothing, to: { outcome: 'routed' } });
  });

  test('a form asks for a day within the limit', () => {
    const form = { fields: [{ type: 'date', name: 'day', label: 'Day' }] };
    const map = { day: { kind: 'ask', form, withinDays: 14, next: 'done' } };
    expect(turnOf(map, 'day', { kind: 'begin' }).say[0]?.block).toMatchObject({
      form: { fields: [{ min: '1970-01-01', max: '1970-01-15' }] },
    });
  });
});

describe('money', () => {
  const pay = {
    ...{ kind: 'pay', text: 'Please pay.', amount: 'amount', currency: 'currency' },
    ...{ url: 'url', reference: 'number', next: 'done', otherwise: 'person' },
  };
  const known = { amount: 17_900, currency: 'EUR', url: 'https://pay.example/F-1', number: 'F-1' };
  const asked = (vars: Position['vars']) =>
    turnOf({ ask: pay }, { step: 'ask', vars }, { kind: 'begin' });

  test('is asked for by what is known', () => {
    const { url, number: reference, amount, currency } = known;
    expect(asked(known).say).toEqual([
      { text: 'Please pay.', block: { kind: 'payment', amount, currency, url, reference } },
    ]);
  });

  test.each([{ amount: 0 }, { currency: 'euro' }, { url: 'javascript:alert(1)' }])(
    'is not where it is no sum, or nowhere to pay: %j',
    (more) => {
      expect(asked({ ...known, ...more })).toEqual({ ...nothing, to: { outcome: 'routed' } });
    },
  );
});

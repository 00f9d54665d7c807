import { describe, expect, it, test } from 'vitest';
import { amountOf, type BlockDraft, dayIn, makeBlock, newDraft } from './block-draft.ts';
import { optionsOf, relabel, retype } from './form-draft.ts';

const blockOf = (draft: BlockDraft) => {
  const made = makeBlock(draft);
  return 'block' in made ? made.block : made.fault;
};

describe('what an agent puts together', () => {
  it('of every kind says first what is missing', () => {
    const kinds = ['replies', 'buttons', 'cards', 'payment'] as const;
    expect(kinds.map((kind) => blockOf(newDraft[kind]()))).toEqual([
      'Write at least one reply.',
      'Say what each button says.',
      'Give the card a title.',
      'Write the amount, like 49.90.',
    ]);
  });

  it('a card shows a picture from where it says, over https and nothing else', () => {
    const card = { ...newDraft.cards(), title: 'Boots' };
    const image = 'https://shop.example/boots.jpg';
    expect(blockOf({ ...card, image: ` ${image} ` })).toEqual({
      kind: 'cards',
      cards: [{ title: 'Boots', image: { url: image } }],
    });
    for (const wrong of ['http://shop.example/boots.jpg', 'boots.jpg', 'data:image/png,x'])
      expect(blockOf({ ...card, image: wrong })).toContain('address of the picture');
  });

  it('replies of the same words are told apart by programs', () => {
    expect(blockOf({ kind: 'replies', lines: ['Yes', ' ', 'Yes', 'Ja, ödet', 'はい'] })).toEqual({
      kind: 'replies',
      options: [
        { label: 'Yes', action: 'yes' },
        { label: 'Yes', action: 'yes-2' },
        { label: 'Ja, ödet', action: 'ja-odet' },
        { label: 'はい', action: 'button' },
      ],
    });
  });

  it('a button leads somewhere, or tells programs', () => {
    const buttons = [
      { label: 'Look', url: 'https://shop.example' },
      { label: 'Call me', url: '' },
    ];
    expect(blockOf({ kind: 'buttons', buttons })).toEqual({
      kind: 'buttons',
      buttons: [
        { label: 'Look', url: 'https://shop.example' },
        { label: 'Call me', action: 'call-me' },
      ],
    });
    const wrong = [{ label: 'Look', url: 'javascript:alert(1)' }];
    expect(blockOf({ kind: 'buttons', buttons: wrong })).toMatch(/whole address/);
  });

  it('a payment has a sum in the smallest unit, and is due at the end of its day', () => {
    const draft = { ...newDraft.payment(), amount: '49,90', url: 'https://pay.example/1' };
    expect(blockOf({ ...draft, due: '2026-12-01', title: ' Invoice ' })).toEqual({
      ...{ kind: 'payment', amount: 4990, currency: 'EUR', url: 'https://pay.example/1' },
      ...{ title: 'Invoice', dueAt: new Date('2026-12-01T23:59:59').getTime() },
    });
    expect(blockOf({ ...draft, currency: 'EURO' })).toMatch(/three letters/);
    expect(blockOf({ ...draft, url: 'pay.example' })).toMatch(/whole address/);
  });
});

test.each([
  ['49.90', 'EUR', 4990],
  ['49,9', 'EUR', 4990],
  ['0.29', 'EUR', 29],
  ['1.005', 'KWD', 1005],
  ['1200', 'JPY', 1200],
  ['12.5', 'JPY', undefined],
  ['49.999', 'EUR', undefined],
  ['0', 'EUR', undefined],
  ['1.200,50', 'EUR', undefined],
  ['-5', 'EUR', undefined],
])('a sum of %s %s is %s', (text, currency, expected) => {
  expect(amountOf(text, currency)).toBe(expected);
});

test('a day from now is the one on the agent’s own calendar', () => {
  expect(dayIn(7, new Date('2026-11-26T23:30:00').getTime())).toBe('2026-12-03');
});

describe('a field of a form', () => {
  it('is named after its words until it is given another name', () => {
    const fields = [
      { type: 'text', name: 'order', label: 'Order' },
      { type: 'text', name: 'ref', label: 'Number' },
    ] as const;
    expect(relabel(fields, 0, 'Order number')[0]).toMatchObject({ name: 'order-number' });
    expect(relabel(fields, 1, 'Order')[1]).toMatchObject({ name: 'ref', label: 'Order' });
  });

  it('keeps what it asks when its type changes, and nothing the new type does not have', () => {
    const number = { type: 'number', name: 'n', label: 'N', min: 1, required: true } as const;
    expect(retype(number, 'text')).toEqual({ type: 'text', name: 'n', label: 'N', required: true });
    expect(retype(number, 'select')).toHaveProperty('options.1.value', 'second-choice');
    expect(optionsOf(['A', 'A']).map(({ value }) => value)).toEqual(['a', 'a-2']);
  });
});

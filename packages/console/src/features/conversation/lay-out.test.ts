import { describe, expect, it } from 'vitest';
import { event, id, ME, NOW } from '../../../test/desk.ts';
import { readThread } from '../../store/items.ts';
import { lastAnswer, layOut } from './lay-out.ts';

const DAY_MS = 86_400_000;
const me = { kind: 'agent' as const, id: ME.id };
const itemsOf = (...events: Parameters<typeof readThread>[0]) =>
  readThread(events, [], { conversation: id(1), me }).items;

const said = (seq: number, minute: number, by: 'visitor' | 'me' | 'jonas' = 'visitor') =>
  event({ seq, by, time: NOW + minute * 60_000 }, 'message.created', { text: `m${seq}` });

const kinds = (items: ReturnType<typeof itemsOf>, readBefore: number | null = null) =>
  layOut(items, { now: NOW, readBefore }).map((block) =>
    block.kind === 'group' ? `group of ${1 + block.rest.length}` : block.kind,
  );

describe('layOut', () => {
  it('groups what one person said in one go', () => {
    const items = itemsOf(
      said(1, 0),
      said(2, 1),
      said(3, 2, 'me'),
      said(4, 3, 'jonas'),
      said(5, 4),
    );
    expect(kinds(items)).toEqual(['day', 'group of 2', 'group of 1', 'group of 1', 'group of 1']);
  });

  it('begins anew after a pause, a fact, a note and another day', () => {
    const note = event({ seq: 4, by: 'me', time: NOW + 12 * 60_000 }, 'note.created', {
      text: 'n',
    });
    const fact = event({ seq: 2, by: 'me', time: NOW }, 'conversation.resolved', {});
    expect(kinds(itemsOf(said(1, 0), fact, said(3, 1)))).toEqual([
      'day',
      'group of 1',
      'facts',
      'group of 1',
    ]);
    expect(kinds(itemsOf(said(1, 0), said(2, 6)))).toEqual(['day', 'group of 1', 'group of 1']);
    expect(kinds(itemsOf(said(3, 11, 'me'), note))).toEqual(['day', 'group of 1', 'group of 1']);
    const tomorrow = event({ seq: 9, time: NOW + DAY_MS }, 'message.created', { text: 'x' });
    expect(kinds(itemsOf(said(1, 0), tomorrow))).toEqual([
      'day',
      'group of 1',
      'day',
      'group of 1',
    ]);
  });

  it('draws one line above what was new', () => {
    const items = itemsOf(said(1, 0), said(2, 1, 'me'), said(3, 2), said(4, 3));
    expect(kinds(items, 1)).toEqual(['day', 'group of 1', 'group of 1', 'new', 'group of 2']);
    expect(kinds(items)).not.toContain('new');
    expect(kinds(items, 4)).not.toContain('new');
  });

  it('draws no line above what has been answered meanwhile', () => {
    const items = itemsOf(said(1, 0), said(2, 1), said(3, 2, 'jonas'), said(4, 3));
    expect(kinds(items, 0)).not.toContain('new');
    expect(kinds(items, 3)).toContain('new');
  });

  const did = (seq: number, minute: number, by: 'me' | 'jonas' = 'me') =>
    event({ seq, by, time: NOW + minute * 60_000 }, 'conversation.resolved', {});
  const tagged = (seq: number, ...tags: string[]) =>
    event({ seq, by: 'me', time: NOW }, 'conversation.updated', { tags });

  const factsIn = (...events: Parameters<typeof readThread>[0]) =>
    layOut(itemsOf(...events), { now: NOW, readBefore: null }).flatMap((block) =>
      block.kind === 'facts' ? [block.facts] : [],
    );

  it('puts on one line what one person did in one go', () => {
    expect(factsIn(did(1, 0), did(2, 1), did(3, 2, 'jonas'), did(4, 8, 'jonas'))).toMatchObject([
      [{}, {}],
      [{}],
      [{}],
    ]);
  });

  it('makes one change of tags set one after the other', () => {
    expect(factsIn(tagged(1, 'a'), tagged(2, 'a', 'b'), tagged(3, 'b', 'c'))).toMatchObject([
      [{ before: null, tags: ['b', 'c'] }],
    ]);
  });
});

describe('lastAnswer', () => {
  it('is ours, as long as the visitor has not written since', () => {
    expect(lastAnswer(itemsOf(said(1, 0), said(2, 1, 'me')))?.id).toBe(id(0x5002));
    expect(lastAnswer(itemsOf(said(1, 0, 'me'), said(2, 1)))).toBeUndefined();
  });
});

import { botsDocument, flowsDocument } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { checkBots } from './check.ts';
import { compileBots } from './in-force.ts';

const bot = (id: string, more: object = {}) => ({
  ...{ id, name: id, kind: 'http', url: 'https://bots.example/', ...more },
});
const { flows } = flowsDocument.parse({
  flows: [{ id: 'faq', name: 'FAQ', first: 'over', steps: { over: { kind: 'end' } } }],
});

const codes = (...bots: object[]): string[] =>
  checkBots({ flows, ...botsDocument.parse({ bots }) }).map(({ path, code }) => `${path} ${code}`);

test('nothing is said of bots that can be published', () => {
  const llm = { ...bot('mind', { start: { when: 'open' } }), kind: 'llm', model: 'm' };
  expect(codes({ ...llm, otherwise: 'parcels' }, bot('parcels', { otherwise: 'faq' }))).toEqual([]);
});

test('a condition has to be one, of what flows may ask', () => {
  expect(codes(bot('parcels', { start: { when: 'open && nobody' } }))).toEqual([
    '/bots/0/start/when bad_expression',
  ]);
});

test('who goes on has to be there, and may not come back', () => {
  expect(
    codes(
      bot('one', { otherwise: 'two' }),
      bot('two', { otherwise: 'one' }),
      bot('three', { otherwise: 'one' }),
      bot('four', { otherwise: 'nobody' }),
      bot('five', { otherwise: 'five' }),
    ),
  ).toEqual([
    '/bots/0/otherwise bot_circle',
    '/bots/1/otherwise bot_circle',
    '/bots/3/otherwise unknown_bot',
    '/bots/4/otherwise bot_circle',
  ]);
});

test('a name is one flow’s or one bot’s', () => {
  expect(codes(bot('faq'))).toEqual(['/bots/0/id bot_twice']);
  expect(botsDocument.safeParse({ bots: [bot('one'), bot('one')] }).success).toBe(false);
});

test('flows are asked first whether they begin, and bots only where they say so', () => {
  const { bots } = botsDocument.parse({ bots: [bot('asked'), bot('parcels', { start: {} })] });
  const all = [...compileBots({ flows, bots }).values()];
  expect(all.map(({ id, start }) => [id, start !== undefined])).toEqual([
    ...[['faq', true] as const, ['asked', false] as const, ['parcels', true] as const],
  ]);
});

test('a tool’s name is one tool’s, whichever server it stands at', () => {
  const effect = 'read';
  const tool = (name: string) => ({ name, effect, description: name, url: 'https://t.example/' });
  const server = (...names: string[]) => ({
    url: 'https://mcp.example/',
    tools: names.map((name) => ({ name, effect })),
  });
  const llm = (more: object) => bot('mind', { kind: 'llm', model: 'm', ...more });
  expect(codes(llm({ tools: [tool('stock')], mcp: [server('price'), server('order')] }))).toEqual(
    [],
  );
  expect(
    codes(llm({ tools: [tool('stock')], mcp: [server('price', 'stock'), server('price')] })),
  ).toEqual(['/bots/0/mcp/0/tools/1/name tool_twice', '/bots/0/mcp/1/tools/0/name tool_twice']);
});

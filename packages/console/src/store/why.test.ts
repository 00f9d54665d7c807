import type { AgentEvent } from '@throughline/shared/schema';
import { expect, it } from 'vitest';
import { event, JONAS } from '../../test/desk.ts';
import { decisionIn } from './why.ts';

const queued = (seq: number, queue: string) =>
  event({ seq, by: 'system' }, 'conversation.queued', {
    ...{ queue, since: 0, base: 0, rate: 1, need: {}, hold: null },
    why: { rule: 'route', reasons: [`to ${queue}`], given: { language: 'de' } },
  });
const offered = (seq: number) =>
  event({ seq, by: 'system' }, 'conversation.offered', {
    ...{ agent: { id: JONAS.id, name: JONAS.name }, until: 1 },
    why: { reasons: ['ring 1'] },
  });

it('the last place and the last offer behind it say why, with what was known', () => {
  expect(decisionIn([queued(1, 'a'), offered(2), queued(3, 'b'), offered(4)])).toEqual({
    queue: 'b',
    agent: { id: JONAS.id, name: JONAS.name },
    why: { rule: 'route', reasons: ['to b', 'ring 1'], given: { language: 'de' } },
  });
});

it('an offer from before it was moved says nothing about where it waits now', () => {
  expect(decisionIn([queued(1, 'a'), offered(2), queued(3, 'b')])).toMatchObject({
    agent: null,
    why: { reasons: ['to b'] },
  });
});

it('what was redacted, and what was never routed, has no reason', () => {
  const redacted = { ...queued(1, 'a'), data: { redacted: true } } as unknown as AgentEvent;
  expect(decisionIn([redacted])).toBeUndefined();
  expect(decisionIn([])).toBeUndefined();
});

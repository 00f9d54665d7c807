import { vi } from 'vitest';

/** Another window as this one sees it: what it is sent, and with which origin it is meant to be. */
export function otherWindow() {
  const postMessage = vi.fn<(data: unknown, origin: string) => void>();
  return { postMessage } as unknown as Window & { postMessage: typeof postMessage };
}

/** A message as the browser delivers one. */
export const deliver = (message: { source: unknown; origin: string; data: unknown }) =>
  dispatchEvent(Object.assign(new Event('message'), message));

/** What is no word of ours, whoever sends it. */
export const wrongShapes: [what: string, data: unknown][] = [
  ['nothing', null],
  ['text', 'visitor'],
  ['a list', ['visitor']],
  ['another word', { throughline: 'owner', token: 't' }],
  ['a token that is no text', { throughline: 'visitor', token: { toString: 't' } }],
  ['a conversation that is no text', { throughline: 'visitor', conversation: 7 }],
  ['a member there is not', { throughline: 'visitor', relay: 'https://evil.example' }],
  ['a member of every object', { throughline: 'visitor', constructor: 'x' }],
  ['a person who is no object', { throughline: 'visitor', user: 'Robin' }],
  ['a person with more', { throughline: 'visitor', user: { id: '7', role: 'admin' } }],
  [
    'an option there is not',
    { throughline: 'visitor', options: { relay: 'https://evil.example' } },
  ],
];

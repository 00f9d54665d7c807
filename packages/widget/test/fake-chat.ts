import type { Chat } from '../src/compat/chat.ts';

export interface FakeChat extends Chat {
  /** What the widget was asked, with what it begins or looks like as `apply`. */
  calls: unknown[][];
  /** What reads answer. */
  answers: Record<string, unknown>;
  emit(type: string, event?: object): void;
  /** Without listeners and reads. */
  asked(): unknown[][];
}

/** The widget as a shim sees it, noting what it is asked. */
export function fakeChat(isHere = true): FakeChat {
  const calls: unknown[][] = [];
  const answers: Record<string, unknown> = {};
  const listeners: [string, (event: object) => void][] = [];
  return {
    isHere,
    calls,
    answers,
    run(command, ...args) {
      if (command === 'on') listeners.push(args as [string, () => void]);
      else if (command !== 'ready') calls.push([command, ...args]);
      return answers[command];
    },
    apply: (options, site) => void calls.push(['apply', options, ...(site ? [site] : [])]),
    emit(type, event = {}) {
      for (const [name, then] of listeners) if (name === type) then(event);
    },
    asked: () => calls.filter(([command]) => !`${command}`.startsWith('get')),
  };
}

/** What pages hand over by mistake. */
export const odd: unknown[] = [
  ...[undefined, null, 0, '', 'x', true, [], {}, [null], { a: null }, () => {}],
  Symbol('x'),
];

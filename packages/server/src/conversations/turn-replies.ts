import type { Reply } from '@throughline/shared/schema';
import { ALONE, type Bus } from '../lib/bus.ts';
import { canonical } from '../lib/json.ts';
import type { Signer } from '../lib/signer.ts';

/** Turns whose reply is remembered, so that the same one again is no error. */
const REMEMBERED_MAX = 1000;

/** A turn whose answer may come later. */
interface Expected extends Disposable {
  given: Promise<Reply>;
}

/** Answers that come by a request of the bot's own. */
export interface TurnReplies {
  /** What lets its bot answer one turn, and nothing else. */
  tokenOf(turn: string): string;
  isToken(turn: string, token: string): boolean;
  expect(turn: string): Expected;
  /** @returns false: nobody waits for it any more, at any relay; the same answer again is taken again. */
  give(turn: string, reply: Reply): Promise<boolean>;
}

interface Late {
  kind: 'reply';
  turn: string;
  reply: Reply;
}

const isLate = (question: object): question is Late =>
  'kind' in question && question.kind === 'reply';

export function createTurnReplies(signer: Signer, bus: Bus = ALONE): TurnReplies {
  const waiting = new Map<string, (reply: Reply) => void>();
  const taken = new Map<string, string>();

  function remember(turn: string, text: string): void {
    taken.set(turn, text);
    const [oldest] = taken.keys();
    if (taken.size > REMEMBERED_MAX && oldest !== undefined) taken.delete(oldest);
  }

  function giveHere(turn: string, reply: Reply): boolean {
    const text = canonical(reply);
    const take = waiting.get(turn);
    if (!take) return taken.get(turn) === text;
    waiting.delete(turn);
    remember(turn, text);
    take(reply);
    return true;
  }

  // Who leads asks the bot; who is told the answer, the balancer decides.
  bus.answer((question) => isLate(question) && giveHere(question.turn, question.reply));

  return {
    tokenOf: (turn) => signer.sign('turn', turn),
    isToken: (turn, token) => signer.isSigned(token, 'turn', turn),

    expect(turn) {
      const { promise, resolve } = Promise.withResolvers<Reply>();
      waiting.set(turn, resolve);
      return {
        given: promise,
        [Symbol.dispose]() {
          if (waiting.get(turn) === resolve) waiting.delete(turn);
        },
      };
    },

    give: async (turn, reply) =>
      giveHere(turn, reply) || bus.ask({ kind: 'reply', turn, reply } satisfies Late),
  };
}

import type { LlmConfig } from '@throughline/shared/schema';
import type { Amount, Purse, Spendings } from '../../settings/spendings.ts';

/** The answer is not to be longer than people read. */
const ANSWER_TOKENS = 1024;
const LEAST_ANSWER_TOKENS = 64;
/** Of a text in any language and any tokenizer: more than there are, rather than fewer. */
const BYTES_PER_TOKEN = 3;
const DAY_MS = 86_400_000;
/** How long what a conversation cost is remembered. */
const CONVERSATION_MS = 30 * DAY_MS;

export const tokensOf = (text: string): number =>
  Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

interface Account {
  bot: string;
  site: string;
  conversation: string;
  now: number;
}

type Limits = Pick<LlmConfig, 'budget' | 'prices'>;

export const pursesOf = (
  { bot, site, conversation, now }: Account,
  { budget }: Limits,
): Purse[] => {
  const day = Math.floor(now / DAY_MS);
  return [
    {
      key: `${bot}/conversation/${conversation}`,
      until: now + CONVERSATION_MS,
      ...budget.conversation,
    },
    { key: `${bot}/site/${site}/${day}`, until: (day + 2) * DAY_MS, ...budget.siteDay },
  ];
};

interface Used {
  input: number;
  output: number;
}

/** How much an answer may be, and what becomes of it. */
interface Allowance {
  maxTokens: number;
  /** What it came to in the end; undefined: nobody said, and all of it counts. */
  settle(used: Used | undefined): Promise<void>;
}

export interface Budget {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly microUsd: number;
  /** Undefined: there is not enough left to ask once more. */
  allow(prompt: string): Promise<Allowance | undefined>;
}

/** What one turn may cost, and all turns together. It is taken before the model is asked. */
export function createBudget({ budget, prices }: Limits, purses: Purse[], all: Spendings): Budget {
  const spent = { tokensIn: 0, tokensOut: 0, microUsd: 0 };
  const costOf = ({ input, output }: Used): Amount => ({
    tokens: input + output,
    microUsd: Math.ceil((input * prices.input + output * prices.output) / 1_000_000),
  });
  const fits = ({ tokens, microUsd }: Amount): boolean =>
    spent.tokensIn + spent.tokensOut + tokens <= budget.turn.tokens &&
    spent.microUsd + microUsd <= budget.turn.microUsd;

  async function take(input: number): Promise<Used | undefined> {
    for (let output = ANSWER_TOKENS; output >= LEAST_ANSWER_TOKENS; output /= 2) {
      const cost = costOf({ input, output });
      if (fits(cost) && (await all.take(purses, cost))) return { input, output };
    }
    return undefined;
  }

  return {
    get tokensIn() {
      return spent.tokensIn;
    },
    get tokensOut() {
      return spent.tokensOut;
    },
    get microUsd() {
      return spent.microUsd;
    },
    async allow(prompt) {
      const taken = await take(tokensOf(prompt));
      if (!taken) return undefined;
      return {
        maxTokens: taken.output,
        async settle(used = taken) {
          const [was, is] = [costOf(taken), costOf(used)];
          spent.tokensIn += used.input;
          spent.tokensOut += used.output;
          spent.microUsd += is.microUsd;
          await all.settle(purses, {
            tokens: is.tokens - was.tokens,
            microUsd: is.microUsd - was.microUsd,
          });
        },
      };
    },
  };
}

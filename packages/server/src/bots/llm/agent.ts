import type { LlmConfig, Turn } from '@throughline/shared/schema';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from '../../lib/fingerprint.ts';
import type { Poster } from '../../lib/post.ts';
import type { Spendings } from '../../settings/spendings.ts';
import type { Answer, Around, Participant } from '../participant.ts';
import { createBudget, pursesOf } from './budget.ts';
import type { Search } from './built-in.ts';
import { type Canary, createCanary } from './canary.ts';
import { converse } from './converse.ts';
import { isInDistress } from './distress.ts';
import { httpTool } from './http-tool.ts';
import { type Pending, readKept } from './kept.ts';
import { mcpTools } from './mcp-tools.ts';
import { askModel, type Message } from './model.ts';
import { phrase } from './phrases.ts';
import { promptFor } from './prompt.ts';
import { createSession, type Session } from './session.ts';
import type { Tool } from './tool.ts';
import { createToolbox } from './toolbox.ts';

/** What a person has said to the last call that needed one. */
interface Decision {
  id: string;
  hash: string;
  /** Null: nobody has yet. */
  outcome: 'approved' | 'rejected' | 'expired' | null;
}

export interface Approvals {
  /** Of a conversation, the last one asked for. */
  last(conversation: string): Promise<Decision | undefined>;
  /** Takes it into use; true once, and only for what it was given for. */
  use(conversation: string, approval: Pick<Decision, 'id' | 'hash'>): Promise<boolean>;
}

export interface LlmParts {
  poster: Pick<Poster, 'open' | 'post'>;
  spendings: Spendings;
  approvals: Approvals;
  search: Search;
  /** The secrets of this bot: for the endpoint, and for the business's own tools. */
  secret(whose: 'bot' | 'tools'): Promise<string | undefined>;
  /** Where a site's own pages are. */
  origins(site: string): readonly string[];
  /** Where its clock is. */
  timeZone(site: string): string;
  now: Clock;
}

/** As it stands in the blueprint, with what all bots say of themselves. */
export interface LlmBot extends LlmConfig {
  id: string;
  name: string;
  deadlineMs: number;
}

const newest = ({ lines }: Turn): string[] => {
  const answered = lines.findLastIndex(({ by }) => by !== 'visitor');
  return lines.slice(answered + 1).map(({ text }) => text);
};

/** To a person, without any model. */
const overTo = (reason: 'distress' | 'approval', { conversation }: Turn): Answer => ({
  reply: {
    acts: [{ do: 'say', text: phrase('person', conversation.language) }],
    next: { do: 'hand_off', reason },
    state: null,
  },
  trace: [
    { kind: 'refusal', name: reason, input: '', output: 'a person', ok: true, durationMs: 0 },
  ],
});

/** The turn before has heard already what was decided. */
const nothingNew = ({ state }: Turn): Answer => ({
  reply: { acts: [], next: { do: 'wait' }, state },
});

const SAID_NO = {
  rejected: 'A person of the business has said no to it. It was not done.',
  expired: 'Nobody has decided about it in time. It was not done.',
};

interface Resuming {
  session: Session;
  approvals: Approvals;
  carryOut(pending: Pending, key: string): Promise<string>;
}

/** A turn that nobody waits for any more has begun it, or a process that is gone: done, or half done. */
const UNCERTAIN = Symbol('uncertain');

/** What became of the call that waited for a person, as an answer of the tool; undefined: it still waits. */
async function outcomeOf(
  pending: Pending,
  resuming: Resuming,
): Promise<string | typeof UNCERTAIN | undefined> {
  const { session, approvals, carryOut } = resuming;
  const { id: conversation } = session.turn.conversation;
  const decision = await approvals.last(conversation);
  if (decision?.hash !== pending.hash) return SAID_NO.expired;
  const { outcome } = decision;
  if (outcome === null) return undefined;
  if (outcome !== 'approved') return SAID_NO[outcome];
  if (!(await approvals.use(conversation, decision))) return UNCERTAIN;
  return carryOut(pending, decision.id);
}

async function resume(resuming: Resuming): Promise<Message[] | typeof UNCERTAIN> {
  const { kept } = resuming.session;
  const { pending } = kept;
  if (!pending) return [];
  const outcome = await outcomeOf(pending, resuming);
  if (outcome === UNCERTAIN) return UNCERTAIN;
  if (outcome !== undefined) kept.pending = null;
  const call = { name: pending.tool, arguments: resuming.session.masks.cover(pending.arguments) };
  return [
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'call_pending', type: 'function', function: call }],
    },
    {
      role: 'tool',
      tool_call_id: 'call_pending',
      content: outcome ?? 'A person has to agree to it, and has not decided yet.',
    },
  ];
}

/** What means the same answers the same; secrets are no part of it. */
const versionOf = (config: LlmBot): string => fingerprint(JSON.stringify(config));

interface Setting {
  config: LlmBot;
  parts: LlmParts;
  canary: Canary;
  tools(signal: AbortSignal): Promise<ReadonlyMap<string, Tool>>;
}

async function answerTurn(turn: Turn, around: Around, setting: Setting): Promise<Answer> {
  const { config, parts, canary } = setting;
  if (turn.reason === 'approval' && !readKept(turn.state).pending) return nothingNew(turn);
  if (newest(turn).some(isInDistress)) return overTo('distress', turn);
  const now = parts.now();
  const { site, id: conversation } = turn.conversation;
  const session = createSession(turn, { config, canary, origins: parts.origins(site) });
  const toolbox = createToolbox({
    ...{ session, signal: around.signal, nearby: { search: parts.search, now } },
    tools: await setting.tools(around.signal),
  });
  const purses = pursesOf({ bot: config.id, site, conversation, now }, config);
  const budget = createBudget(config, purses, parts.spendings);
  const opening = promptFor(session, { now, timeZone: parts.timeZone(site) });
  const { approvals, poster } = parts;
  const since = await resume({ session, approvals, carryOut: toolbox.carryOut });
  if (since === UNCERTAIN) return overTo('approval', turn);
  const endpoint = { url: config.url, model: config.model, key: await parts.secret('bot') };
  return converse([...opening, ...since], {
    ...{ session, budget, toolbox, around },
    ask: (question, line) => askModel(endpoint, question, { ...line, open: poster.open }),
  });
}

/**
 * A model that answers, inside of guards that do not depend on it: it may only say what is so, and only do
 * what was granted (docs/guides/llm.md, decision 0024). Keeps nothing between turns.
 */
export function createLlmAgent(config: LlmBot, parts: LlmParts): Participant {
  const key = () => parts.secret('tools');
  const { post } = parts.poster;
  const own = config.tools.map((tool) => httpTool(tool, { post, key }));
  const others = config.mcp.map((server) => mcpTools(server, { open: parts.poster.open, key }));
  const setting: Setting = {
    ...{ config, parts, canary: createCanary() },
    async tools(signal) {
      const found = await Promise.all(others.map((list) => list(signal)));
      return new Map([...found.flat(), ...own].map((tool) => [tool.name, tool]));
    },
  };
  const { id, name, deadlineMs } = config;
  return {
    ...{ id, name, deadlineMs },
    version: versionOf(config),
    answer: (turn, around) => answerTurn(turn, around, setting),
  };
}

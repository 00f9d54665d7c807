import type { Act, Reply } from '@throughline/shared/schema';
import { type Answer, type Around, NoAnswer, type Usage } from '../participant.ts';
import { ARGUMENT_BYTES } from './arguments.ts';
import type { Budget } from './budget.ts';
import { createDraft } from './draft.ts';
import { type askModel, type Message, ModelError, promptOf, type Said } from './model.ts';
import { phrase } from './phrases.ts';
import { review, type Verdict, withSources } from './review.ts';
import type { Session } from './session.ts';
import type { createToolbox, Over } from './toolbox.ts';

export interface Means {
  session: Session;
  budget: Budget;
  toolbox: ReturnType<typeof createToolbox>;
  around: Around;
  /** One question, one answer. */
  ask: (
    question: Parameters<typeof askModel>[1],
    line: Omit<Parameters<typeof askModel>[2], 'open'>,
  ) => Promise<Said>;
}

/** More steps than an answer needs. */
const MODEL_CALLS = 8;
const TRIES = 2;

/** How a turn ends, and what is said with it. */
interface End {
  over?: Over;
  said?: string;
}

const byGuard = (why: string): End => ({ over: { guard: why } });

/** One answer of the model, paid for whatever comes of it. Undefined: there is nothing left to pay it with. */
async function hearModel(
  messages: Message[],
  { session, budget, toolbox, around, ask }: Means,
): Promise<Said | undefined> {
  const question = { messages, tools: toolbox.offers };
  for (let left = TRIES; ; left--) {
    const allowance = await budget.allow(promptOf(question));
    if (!allowance) return undefined;
    const startedAt = performance.now();
    const tell = (output: string, ok: boolean) =>
      session.tell({
        ...{ kind: 'model', name: session.config.model, input: `${messages.length} messages` },
        ...{ output, ok, durationMs: Math.round(performance.now() - startedAt) },
      });
    try {
      const heard = createDraft(session, around.draft);
      const line = { signal: around.signal, heard };
      const said = await ask({ ...question, maxTokens: allowance.maxTokens }, line);
      await allowance.settle(said.usage);
      tell(said.text || said.calls.map(({ name }) => name).join(', '), true);
      return said;
    } catch (error) {
      await allowance.settle(undefined);
      tell(error instanceof Error ? error.message : String(error), false);
      const mayPass = !(error instanceof ModelError) || error.isPassing;
      if (left <= 1 || around.signal.aborted || !mayPass) throw error;
    }
  }
}

/** Its own words, to go on from; of what they hold of persons it knows no more than of anybody's. */
const asMessage = ({ text, calls }: Said, { masks }: Session): Message => ({
  role: 'assistant',
  content: masks.cover(text),
  ...(calls.length > 0 && {
    tool_calls: calls.map(({ id, name, arguments: given }) => ({
      ...{ id, type: 'function' as const },
      // What was refused for its length is not paid for again.
      function: { name, arguments: given.length > ARGUMENT_BYTES ? '{}' : masks.cover(given) },
    })),
  }),
});

/** Does what was called for, in order, until something ends the turn. */
async function work(
  said: Said,
  messages: Message[],
  { toolbox, session }: Means,
): Promise<Over | undefined> {
  messages.push(asMessage(said, session));
  for (const call of said.calls) {
    const used = await toolbox.use(call);
    if ('over' in used) return used.over;
    messages.push({ role: 'tool', tool_call_id: call.id, content: used.result });
  }
  return undefined;
}

/** What a draft comes to. `length`: it broke off in the middle of a sentence. */
function judge({ text, finish }: Said, session: Session): Verdict {
  if (finish === 'length') return { held: 'long', why: 'It is too long. Answer in fewer words.' };
  return review(text, session);
}

/** The last word, where it may be said; else why not, to be written once more. */
function conclude(said: Said, session: Session): End | { again: string } {
  const verdict = judge(said, session);
  if ('text' in verdict) return { said: withSources(verdict.text, session) };
  const { held, why } = verdict;
  session.tell({ kind: 'refusal', name: held, input: said.text, output: why, ok: false });
  return held === 'canary' ? byGuard('the prompt leaks') : { again: why };
}

/** What is said beside an end is said where it may be; an end needs no words. */
function closeWith(over: Over, said: Said, session: Session): End {
  const verdict = review(said.text, session);
  return { over, ...('text' in verdict && { said: withSources(verdict.text, session) }) };
}

async function think(messages: Message[], means: Means): Promise<End> {
  const { session } = means;
  let isCorrected = false;
  for (let call = 0; call < MODEL_CALLS; call++) {
    const said = await hearModel(messages, means);
    if (!said) return byGuard('nothing is left of the budget');
    if (said.finish === 'content_filter')
      return { over: { next: { do: 'hand_off', reason: 'policy' } } };
    if (said.calls.length > 0) {
      const over = await work(said, messages, means);
      if (over) return closeWith(over, said, session);
      continue;
    }
    const end = conclude(said, session);
    if (!('again' in end)) return end;
    if (isCorrected) return byGuard('held twice');
    isCorrected = true;
    messages.push(asMessage(said, session), {
      role: 'user',
      content: `[relay] Not sent. ${end.again}`,
    });
  }
  return byGuard('too many steps');
}

/** What is said first of all, and what is said. */
function speak(session: Session, text: string | undefined): Act[] {
  if (text === undefined) return [];
  const { kept, config, turn } = session;
  const mustDisclose = config.discloses && !kept.disclosed;
  kept.disclosed = true;
  const first = phrase('automatic', turn.conversation.language);
  return [...(mustDisclose ? [first] : []), text].map((words) => ({ do: 'say', text: words }));
}

const handOff = (reason: 'guard'): Reply['next'] => ({ do: 'hand_off', reason });

function replyOf({ over, said }: End, session: Session): Pick<Answer, 'reply' | 'approval'> {
  const { kept, notes, promises, turn } = session;
  if (over && 'guard' in over) {
    session.tell({ kind: 'refusal', name: 'guard', input: '', output: over.guard, ok: false });
    return { reply: { acts: [], next: handOff('guard'), state: { ...kept } } };
  }
  if (over && 'approval' in over) {
    kept.pending = over.pending;
    const words = said ?? phrase('checking', turn.conversation.language);
    const acts = [...speak(session, words), ...notes, ...promises];
    return {
      reply: { acts, next: { do: 'wait' }, state: { ...kept } },
      approval: over.approval,
    };
  }
  const next = over?.next ?? ({ do: 'wait' } as const);
  return {
    reply: { acts: [...speak(session, said), ...notes, ...promises], next, state: { ...kept } },
  };
}

/** A turn from the first question to the answer, inside of all that limits it. */
export async function converse(messages: Message[], means: Means): Promise<Answer> {
  const { session, budget } = means;
  const spent = () => {
    const { tokensIn, tokensOut, microUsd } = budget;
    const usage: Usage = { tokensIn, tokensOut, microUsd, toolCalls: session.toolCalls };
    return { usage, trace: session.trace };
  };
  try {
    return { ...replyOf(await think(messages, means), session), ...spent() };
  } catch (error) {
    throw new NoAnswer(error instanceof Error ? error.message : String(error), spent());
  }
}

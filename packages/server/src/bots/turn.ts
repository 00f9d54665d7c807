import { randomUUIDv7 } from 'node:crypto';
import type { FlowVars, Site } from '@throughline/shared/schema';
import {
  type Conversation,
  type FlowTurn,
  isFlowing,
  mayBegin,
  type Queries,
} from '../conversations/queries.ts';
import type { CompiledFlow } from '../settings/flows/compile.ts';
import { isOpen } from '../settings/routing/opening.ts';
import { type Sources, viewOf } from '../settings/routing/view.ts';
import { flowScope } from '../settings/routing/vocabulary.ts';
import { type Input, interpret, type Turn } from './flow/interpret.ts';
import { type Heard, hear } from './said.ts';
import { wantsPerson } from './wants-person.ts';

/** What turns are made of. */
export interface Desk extends Sources {
  queries: Pick<Queries, 'facts' | 'saidAfter'>;
  flows: ReadonlyMap<string, CompiledFlow>;
  /** How many people take conversations. */
  available: number;
  now: number;
}

/** A turn, and who says it. */
export interface Given {
  name: string;
  turn: Omit<FlowTurn, 'id'>;
}

/** Whoever has waited longer waits for a person: to be greeted now would be odd. */
const FRESH_MS = 60_000;
/** A form before a conversation is followed by what it is about. */
const FORM_GAP_MS = 1000;

const OVER: Omit<Turn, 'to'> = { say: [], facts: [] };
const FAILED: Turn = { ...OVER, to: { outcome: 'failed' } };
const ASKED_FOR_PERSON: Turn = { ...OVER, to: { outcome: 'routed' } };

const isOpenAt = (site: Site | undefined, now: number): boolean =>
  site?.hours === undefined || isOpen(site.hours, now);

/** What conditions see, with the variables of the moment. */
async function scopeFor(row: Conversation, desk: Desk) {
  const { now, available, site } = desk;
  const view = await viewOf(row, desk, { now, load: { available } });
  const open = isOpenAt(site(row.site), now);
  return (vars: FlowVars) => flowScope(view, { open, vars });
}

/** As the command wants it: with ids for what is said. */
function giving({ id: flow, name, version }: Pick<CompiledFlow, 'id' | 'name' | 'version'>) {
  return (
    at: Pick<FlowTurn, 'conversation' | 'run' | 'visit'>,
    { say, facts, to }: Turn,
    heard: number,
  ): Given => {
    const said = say.map((it) => ({ id: randomUUIDv7(), ...it }));
    if ('outcome' in to) return { name, turn: { ...at, flow, version, say: said, facts, to } };
    const { asks, ...where } = to;
    const asked = asks ? (said.at(-1)?.id ?? null) : null;
    return {
      name,
      turn: { ...at, flow, version, say: said, facts, to: { ...where, heard, asked } },
    };
  };
}

type Beginning = Given | 'soon' | undefined;

const isFresh = ({ unansweredSince, lastMessage, agentRead }: Conversation, now: number): boolean =>
  unansweredSince !== null &&
  now - unansweredSince <= FRESH_MS &&
  // Whoever has been read, or answered, has somebody already.
  agentRead === 0 &&
  (lastMessage === null || lastMessage.by === 'visitor');

/** The first word of a flow, where one begins. */
export async function beginning(row: Conversation, desk: Desk): Promise<Beginning> {
  const { flows, now, queries } = desk;
  if (flows.size === 0 || !mayBegin(row) || !isFresh(row, now)) return undefined;
  if (row.lastMessage === null && now < row.activeAt + FORM_GAP_MS) return 'soon';
  const heard = hear(await queries.saidAfter(row.id, 0), null);
  if (!heard || heard.texts.some(wantsPerson)) return undefined;
  const scope = await scopeFor(row, desk);
  const begins = [...flows.values()].find(({ when }) => !when || when.evaluate(scope({})) === true);
  if (!begins) return undefined;
  const position = { step: begins.first, vars: {} };
  const turn = interpret(begins, { position, input: { kind: 'begin' } }, { now, scope });
  const at = { conversation: row.id, run: randomUUIDv7(), visit: 0 };
  return giving(begins)(at, turn, heard.seq);
}

type Run = NonNullable<Conversation['flow']>;

function inputOf({ until }: Run, heard: Heard | undefined, now: number): Input | undefined {
  if (heard?.input) return heard.input;
  return until !== null && until <= now ? { kind: 'timeout' } : undefined;
}

/** What a flow that runs does next; undefined: it waits. */
export async function nextTurn(row: Conversation, desk: Desk): Promise<Given | undefined> {
  const { flow: run } = row;
  if (!run || !isFlowing(row)) return undefined;
  const { flows, now, queries } = desk;
  const flow = flows.get(run.flow);
  const give = giving(flow ?? { id: run.flow, name: run.flow, version: run.version });
  const at = { conversation: row.id, run: run.run, visit: run.visit };
  const heard = hear(await queries.saidAfter(row.id, run.heard), run.asked);
  const seq = heard?.seq ?? run.heard;
  if (heard?.texts.some(wantsPerson)) return give(at, ASKED_FOR_PERSON, seq);
  if (!flow?.steps.has(run.step)) return give(at, FAILED, seq);
  const input = inputOf(run, heard, now);
  if (!input) return undefined;
  const scope = await scopeFor(row, desk);
  return give(at, interpret(flow, { position: run, input }, { now, scope }), seq);
}

/** What ends a flow that cannot go on. */
export const failing = (row: Conversation): Given | undefined => {
  const { flow: run } = row;
  if (!run) return undefined;
  const give = giving({ id: run.flow, name: run.flow, version: run.version });
  return give({ conversation: row.id, run: run.run, visit: run.visit }, FAILED, run.heard);
};

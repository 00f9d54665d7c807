import type { Reply } from '@throughline/shared/schema';
import type { ApprovalRequest } from '../participant.ts';
import { checkArguments } from './arguments.ts';
import { type BuiltIn, builtIns, type Nearby } from './built-in.ts';
import { callTool, hashOf, make } from './external.ts';
import type { Pending } from './kept.ts';
import type { ToolCall, ToolOffer } from './model.ts';
import type { Session } from './session.ts';
import { toStrict } from './strict.ts';
import type { Tool } from './tool.ts';

/** What ends a turn: nothing is called or asked in it any more. */
export type Over =
  | { next: Reply['next'] }
  | { guard: string }
  | { approval: ApprovalRequest; pending: Pending };

type Used = { result: string } | { over: Over };

interface Desk {
  session: Session;
  tools: ReadonlyMap<string, Tool>;
  nearby: Nearby;
  signal: AbortSignal;
}

type Described = { builtIn: BuiltIn } | { tool: Tool };

const offerOf = (name: string, { description, parameters }: BuiltIn | Tool): ToolOffer => ({
  name,
  description,
  parameters,
});

/** The tools of a bot in one turn. Whatever the model asks for, what is not granted does not happen. */
export function createToolbox({ session, tools, nearby, signal }: Desk) {
  /** All it asked for: what is refused takes a step as well, and must end somewhere. */
  let asked = 0;
  const granted = new Map(Object.entries(builtIns).filter(([, it]) => it.isGranted(session)));

  function find(name: string): Described | undefined {
    const [builtIn, tool] = [granted.get(name), tools.get(name)];
    if (builtIn) return { builtIn };
    return tool && { tool };
  }

  const refuse = ({ name, arguments: input }: ToolCall, why: string): Used => {
    const called = name.slice(0, 64).toWellFormed();
    session.tell({ kind: 'refusal', name: called, input, output: why, ok: false });
    return { result: `Refused: ${why}.` };
  };

  async function carry(call: ToolCall, found: Described, value: Record<string, unknown>) {
    if ('tool' in found) {
      const outcome = await callTool({ ...found, value }, session, { now: nearby.now, signal });
      return 'refused' in outcome ? refuse(call, outcome.refused) : outcome;
    }
    session.toolCalls += 1;
    const used = await found.builtIn.use(value, session, nearby);
    if ('next' in used) return { over: used };
    const { name, arguments: input } = call;
    session.tell({ kind: 'call', name, input, output: used.result, ok: true });
    return used;
  }

  const offers = [...granted, ...tools].map(([name, it]) => offerOf(name, it));

  return {
    offers: session.config.structured ? offers.map(toStrict) : offers,

    async use(call: ToolCall): Promise<Used> {
      if (asked >= session.config.budget.turn.toolCalls)
        return { over: { guard: 'too many calls of tools' } };
      asked += 1;
      if (session.canary.isIn(call.arguments)) return { over: { guard: 'the prompt leaks' } };
      const found = find(call.name);
      if (!found) return refuse(call, 'there is no such tool');
      const { parameters } = 'tool' in found ? found.tool : found.builtIn;
      const checked = checkArguments(call.arguments, parameters);
      return 'fault' in checked ? refuse(call, checked.fault) : carry(call, found, checked.value);
    },

    /** What a person has said yes to, exactly that; under the approval's own id, so that it is done once. */
    async carryOut({ tool: name, arguments: given, hash }: Pending, key: string): Promise<string> {
      const tool = tools.get(name);
      if (!tool || hashOf(name, given) !== hash) return 'It cannot be done any more.';
      asked += 1;
      return make({ tool, given, key }, session, signal);
    },
  };
}

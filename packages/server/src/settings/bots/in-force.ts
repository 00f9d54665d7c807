import type { Blueprint, Bot } from '@throughline/shared/schema';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Published } from '../blueprint.ts';
import { type CompiledFlow, compileFlow } from '../flows/compile.ts';
import type { Expression } from '../routing/expression.ts';
import { flowConditions } from '../routing/vocabulary.ts';

interface Common {
  id: string;
  name: string;
  /** The same for whatever means the same. */
  version: string;
  /** Undefined: it only begins where somebody gives it the conversation. */
  start: { when: Expression | undefined } | undefined;
  deadlineMs: number;
  otherwise: string | undefined;
  mode: Bot['mode'];
  /** How long people have to stop what it would say; null: it does not leave by itself. */
  sendAfterMs: number | null;
}

type Made<K extends Bot['kind'] = Bot['kind']> = K extends K
  ? Common & { kind: K; config: Extract<Bot, { kind: K }> }
  : never;

export type BotInForce = (Common & { kind: 'flow'; flow: CompiledFlow }) | Made;

/** The flows and bots that are published. */
export interface BotsInForce {
  /** In the order in which they are asked whether they begin. */
  readonly current: ReadonlyMap<string, BotInForce>;
  /** Takes over what was published since. */
  refresh(): Promise<void>;
}

/** What a person needs to read it, and to say no. */
const SEND_AFTER_MS = 15_000;
/** A flow answers at once, unless it asks a tool on the way. */
const FLOW_DEADLINE_MS = 5000;
/** All that its tools may take. */
const TOOLS_DEADLINE_MS = 120_000;

const deadlineOf = ({ steps }: CompiledFlow): number =>
  [...steps.values()].some(({ kind }) => kind === 'call') ? TOOLS_DEADLINE_MS : FLOW_DEADLINE_MS;

const ofFlow = (flow: CompiledFlow): BotInForce => ({
  ...{ id: flow.id, name: flow.name, version: flow.version, kind: 'flow', flow },
  // What begins with an event does so by itself.
  start: flow.on === undefined ? { when: flow.when } : undefined,
  ...{ deadlineMs: deadlineOf(flow), otherwise: undefined, mode: 'live', sendAfterMs: null },
});

const conditionOf = ({ start }: Bot): Common['start'] =>
  start && { when: start.when === undefined ? undefined : flowConditions.compile(start.when) };

function ofBot(config: Bot): BotInForce {
  const { id, name, deadlineMs, otherwise, mode } = config;
  const version = fingerprint(canonical(config));
  const sendAfterMs = mode === 'supervised' ? (config.sendAfterMs ?? SEND_AFTER_MS) : null;
  const common = { id, name, deadlineMs, otherwise, mode, sendAfterMs, version };
  return { ...common, start: conditionOf(config), kind: config.kind, config } as BotInForce;
}

/** Makes of what is published what can be run. */
export const compileBots = ({
  flows = [],
  bots = [],
}: Pick<Blueprint, 'flows' | 'bots'>): ReadonlyMap<string, BotInForce> =>
  new Map(
    [...flows.map((flow) => ofFlow(compileFlow(flow))), ...bots.map(ofBot)].map((it) => [
      it.id,
      it,
    ]),
  );

export function openBots(blueprint: Published): BotsInForce {
  let current = compileBots(blueprint.current);
  let version = blueprint.version;
  return {
    get current() {
      return current;
    },
    async refresh() {
      await blueprint.refresh();
      if (blueprint.version === version) return;
      version = blueprint.version;
      current = compileBots(blueprint.current);
    },
  };
}

import type { Finding } from '@throughline/shared';
import type { Blueprint, BlueprintDocument } from '@throughline/shared/schema';
import { stringify } from 'yaml';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { openBlueprint, type Published } from '../settings/blueprint.ts';
import { checkBots } from '../settings/bots/check.ts';
import { checkFlows } from '../settings/flows/check.ts';
import { checkRouting } from '../settings/routing/check.ts';
import { createRoutingSettings, type RoutingSettings } from '../settings/routing/settings.ts';
import { findUnsigned, type Signing } from '../settings/unsigned.ts';
import { type BlueprintFile, readBlueprint } from './blueprint-file.ts';
import type { Call, Command } from './invocation.ts';
import { secretsIn, sentenceFor } from './secret.ts';
import { withStore } from './with-store.ts';

const FILE = 'throughline.yaml';
const fileOption = { takes: `[--file ${FILE}]`, options: { file: { type: 'string' } } } as const;

interface Office {
  settings: RoutingSettings;
  published: Published;
  signing: Signing;
}

/** With what the data folder has, beside a relay that may be running. */
const withOffice = (
  { env }: Pick<Call, 'env'>,
  run: (office: Office) => Promise<number>,
): Promise<number> =>
  withStore(readConfig(env), async (store) => {
    const published = await openBlueprint(store, systemClock);
    const settings = createRoutingSettings(store, published);
    return run({ settings, published, signing: secretsIn(store, published) });
  });

type Check = (document: BlueprintDocument) => Promise<Finding[]>;

/** All that would keep it from being published beside what is. */
const findingsIn =
  ({ settings, published: { current } }: Office): Check =>
  async ({ routing = current.routing, flows = current.flows, ...more }) => {
    const { bots = current.bots, tools = current.tools } = more;
    return [
      ...(routing ? await settings.check(routing) : []),
      ...checkFlows(flows ?? [], { routing: routing ?? undefined, tools }),
      ...checkBots({ flows, bots }),
    ];
  };

/** Prints all that is wrong with a file; what it says, where nothing is. */
async function readGood(
  { values, print }: Pick<Call, 'values' | 'print'>,
  check: Check,
): Promise<{ path: string; document: BlueprintDocument } | undefined> {
  const path = String(values.file ?? FILE);
  const file: BlueprintFile = readBlueprint(path);
  const { document } = file;
  const findings = document === undefined ? file.findings : await check(document);
  for (const finding of findings) print(file.sentenceFor(finding));
  return document === undefined || findings.length > 0 ? undefined : { path, document };
}

export const showBlueprint: Command = {
  about: 'Print who gets which conversation, and what answers first, as YAML.',
  options: {},
  run: (call) =>
    withOffice(call, async ({ settings, published }) => {
      const { current: routing } = settings;
      const { flows, bots, tools } = published.current;
      const parts = { ...(flows && { flows }), ...(bots && { bots }), ...(tools && { tools }) };
      call.print(stringify({ routing, ...parts }).trimEnd());
      return 0;
    }),
};

export const checkBlueprint: Command = {
  about: 'Say all that would keep a file from being published, with its lines.',
  ...fileOption,
  run: (call) =>
    withOffice(call, async (office) => {
      const good = await readGood(call, findingsIn(office));
      if (good) call.print(`${good.path} can be published.`);
      return good ? 0 : 1;
    }),
};

/** Only what its rules lead to: it needs no relay, and nobody's account. */
async function failedTests({ routing }: BlueprintDocument): Promise<Finding[]> {
  const findings = routing ? await checkRouting(routing, []) : [];
  return findings.filter(({ code }) => code === 'test_failed');
}

export const testBlueprint: Command = {
  about: 'Run the tests in a file; needs no data folder.',
  ...fileOption,
  async run(call) {
    const good = await readGood(call, failedTests);
    if (good) call.print(`${good.path}: ${good.document.routing?.tests.length ?? 0} tests pass.`);
    return good ? 0 : 1;
  },
};

/** What a file does not name stays as it is. */
function withDocument(
  {
    routing: routed,
    flows: flowing = [],
    bots: answering = [],
    tools: known = [],
    ...rest
  }: Blueprint,
  { routing = routed ?? null, flows = flowing, bots = answering, tools = known }: BlueprintDocument,
): Blueprint {
  return {
    ...rest,
    ...(routing && { routing }),
    ...(flows.length > 0 && { flows }),
    ...(bots.length > 0 && { bots }),
    ...(tools.length > 0 && { tools }),
  };
}

export const applyBlueprint: Command = {
  about: 'Publish a file; the next conversation is placed by it.',
  ...fileOption,
  run: (call) =>
    withOffice(call, async (office) => {
      const { published, signing } = office;
      const good = await readGood(call, findingsIn(office));
      if (!good) return 1;
      await published.publish((before) => withDocument(before, good.document), { by: 'cli' });
      call.print(`${good.path} is published as version ${published.version}.`);
      for (const one of await findUnsigned(published.current, signing))
        call.print(sentenceFor(one));
      return 0;
    }),
};

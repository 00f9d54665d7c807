import { AppError } from '../../lib/errors.ts';
import { versionOf } from '../../settings/routing/settings.ts';
import { findUnsigned } from '../../settings/unsigned.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/blueprint.ts';
import { type Call, guarded, type Route } from './route.ts';
import { actOf, signatureOf, versionIn } from './stamp.ts';

/** Who gets which conversation, and what answers first: looked at, tried, published, and taken back. */
export function blueprintRoutes(parts: Parts): Route[] {
  const { routingSettings: settings, flowSettings, botSettings, toolSettings } = parts;

  const current = ({ reply }: Call<unknown, unknown>) => {
    const { current: routing } = settings;
    reply.header('etag', `"${versionOf(routing)}"`);
    return { routing };
  };

  const currentFlows = ({ reply }: Call<unknown, unknown>) => {
    reply.header('etag', `"${flowSettings.version}"`);
    return { flows: flowSettings.current };
  };

  const currentBots = ({ reply }: Call<unknown, unknown>) => {
    reply.header('etag', `"${botSettings.version}"`);
    return { bots: botSettings.current };
  };

  const currentTools = ({ reply }: Call<unknown, unknown>) => {
    reply.header('etag', `"${toolSettings.version}"`);
    return { tools: toolSettings.current };
  };

  const unsigned = () => findUnsigned(parts.blueprint.current, parts);

  return [
    guarded(contract.getTools, currentTools),

    guarded(contract.putTools, async (call, { agent }) => {
      const { tools } = call.body;
      for (const { url } of tools)
        if (await parts.egress.check(url)) throw new AppError('address_not_allowed');
      const signature = await signatureOf(parts, call, agent.id);
      await toolSettings.configure(tools, { ...signature, version: versionIn(call) });
      return { ...currentTools(call), unsigned: await unsigned() };
    }),

    guarded(contract.rotateToolSecret, async (call, caller) => ({
      secret: await parts.tools.rotate(call.params.id ?? '', await actOf(parts, call, caller)),
    })),

    guarded(contract.getBots, currentBots),

    guarded(contract.putBots, async (call, { agent }) => {
      const signature = await signatureOf(parts, call, agent.id);
      await botSettings.configure(call.body.bots, { ...signature, version: versionIn(call) });
      return { ...currentBots(call), unsigned: await unsigned() };
    }),

    guarded(contract.getFlows, currentFlows),

    guarded(contract.putFlows, async (call, { agent }) => {
      const signature = await signatureOf(parts, call, agent.id);
      await flowSettings.configure(call.body.flows, { ...signature, version: versionIn(call) });
      return currentFlows(call);
    }),

    guarded(contract.getRouting, current),

    guarded(contract.putRouting, async (call, { agent }) => {
      const signature = await signatureOf(parts, call, agent.id);
      await settings.configure(call.body.routing, { ...signature, version: versionIn(call) });
      return current(call);
    }),

    guarded(contract.checkRouting, async ({ body }) => ({
      findings: await settings.check(body.routing),
    })),

    guarded(contract.tryRouting, ({ body }) => settings.try(body.view, body.routing)),

    guarded(contract.rehearseRouting, ({ body: { routing, ...period } }) =>
      settings.rehearse(routing, period),
    ),

    guarded(contract.listBlueprintVersions, async ({ query }) => {
      const { before = Number.MAX_SAFE_INTEGER, limit } = query;
      const data = await settings.versions(before, limit);
      const last = data.length === limit ? data.at(-1)?.version : undefined;
      return { data, next: last ?? null };
    }),

    guarded(contract.restoreRouting, async (call, { agent }) => {
      const version = Number(call.params.version);
      if (!Number.isSafeInteger(version)) throw new AppError('not_found');
      await settings.restore(version, await signatureOf(parts, call, agent.id));
      return { ...current(call), unsigned: await unsigned() };
    }),
  ];
}

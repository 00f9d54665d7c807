import { configVersion, type Sites } from '../settings/sites.ts';
import { type AgentNamespace, siteRoom, type VisitorNamespace } from './rooms.ts';

interface Namespaces {
  visitors: VisitorNamespace;
  agents: AgentNamespace;
}

/** Tells pages and consoles of each site that is not as it was at the last call. */
export function createSiteNews({ visitors, agents }: Namespaces, sites: Sites): () => void {
  const read = () => new Map(sites.all().map((site) => [site.key, JSON.stringify(site)]));
  let told = read();
  return () => {
    const before = told;
    told = read();
    for (const one of sites.all()) {
      if (before.get(one.key) === told.get(one.key)) continue;
      const message = { kind: 'site', site: one.key, version: configVersion(one) } as const;
      visitors.local.to(siteRoom(one.key)).emit('ephemeral', message);
      agents.local.emit('ephemeral', message);
    }
  };
}

import { builtMounts } from '@throughline/server';
import { launchBrowser } from '../../../demo/test/browser.ts';
import { openHostPage } from '../../page/host-page.ts';
import { AT_BROWSER } from './browser-seat.ts';
import { createBrowserVisitor } from './browser-visitor.ts';
import type { Player, Stage } from './player.ts';

/** Real browsers, and the pages of the businesses whose visitors sit at them. */
export interface Browsers {
  sites: { key: string; origin: string }[];
  seat(stage: Stage): Player[];
  close(): Promise<void>;
}

export async function openBrowsers(count: number): Promise<Browsers> {
  if (count === 0) return { sites: [], seat: () => [], close: async () => {} };
  // Says what to do where the widget was not built.
  builtMounts();
  const hosts = await Promise.all(Array.from({ length: count }, openHostPage));
  const browser = await launchBrowser();
  const sites = hosts.map(({ origin }, i) => ({ key: `${AT_BROWSER}${i}`, origin }));
  return {
    sites,
    seat: (stage) =>
      sites.map(({ key: site, origin }, i) => {
        hosts[i]?.serve(stage.relay, site);
        return createBrowserVisitor({ browser, site, url: `${origin}/chat` }, stage);
      }),
    async close() {
      await browser.close();
      for (const host of hosts) host.close();
    },
  };
}

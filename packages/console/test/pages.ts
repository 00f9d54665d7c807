import { afterAll, beforeAll, expect } from 'vitest';
import { findViolations } from '../../../demo/test/axe.ts';
import { type Desk, signIn, type Visitor, visitShop } from '../../../demo/test/people.ts';
import { type Stage, setStage, type Visit } from '../../../demo/test/stage.ts';

/** Looking at every screen in every light takes its time on a small machine. */
export const PATIENCE = { timeout: 180_000 };

/** A folder for pictures of what is looked at. */
const SHOTS = process.env.SHOTS;

/** How long a page may take to catch up. */
export const soon = { timeout: 10_000 };

/** An administrator in a browser, in front of a relay that may call this machine's own receivers. */
export interface Office extends AsyncDisposable {
  visit: Visit;
  page: Desk['page'];
  base: string;
  /** Address of the shop's billing. */
  billing: string;
  /** To a page by the rail, as people go there. */
  goTo(name: string): Promise<void>;
  /** A visitor in another browser, with the chat open. */
  visitor(): Promise<Visitor>;
  copied(): Promise<string>;
  /** Ends the relay as a power cut would; `start` begins it again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What axe finds, and whether something is wider than the screen. */
  look(where: string): Promise<void>;
}

/** One relay for the tests of a file. */
export function useStage(): () => Promise<Office> {
  let stage: Stage;
  const before = process.env.EGRESS_ALLOW;
  beforeAll(async () => {
    process.env.EGRESS_ALLOW = '127.0.0.0/8';
    stage = await setStage();
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.EGRESS_ALLOW;
    else process.env.EGRESS_ALLOW = before;
    await stage?.close();
  });
  return () => openOffice(stage);
}

async function openOffice(stage: Stage): Promise<Office> {
  const visits: Visit[] = [];
  const visit = await stage.open();
  await visit.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page } = await signIn(visit, stage);
  return {
    visit,
    page,
    base: stage.base,
    billing: stage.billing,
    async goTo(name) {
      await page.bringToFront();
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    },
    async visitor() {
      const shop = await stage.open();
      visits.push(shop);
      const visitor = await visitShop(shop, stage);
      await visitor.openChat();
      return visitor;
    },
    kill: stage.kill,
    start: stage.start,
    copied: () => page.evaluate(() => navigator.clipboard.readText()),
    async look(where) {
      expect(await findViolations(page), where).toEqual([]);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wider, where).toBe(0);
    },
    async [Symbol.asyncDispose]() {
      expect(visit.faults).toEqual([]);
      for (const one of [...visits, visit]) await one[Symbol.asyncDispose]();
    },
  };
}

/** The ways a page is looked at. */
export async function inEveryLight({ page, look }: Office, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await look(`${where}, ${width} px, ${colorScheme}`);
      const path = `${SHOTS}/${where.replaceAll(' ', '-')}-${width}-${colorScheme}.png`;
      if (SHOTS) await page.screenshot({ path });
    }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 860 });
}

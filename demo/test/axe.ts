import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Rules {
  run(
    context: string,
    options: { resultTypes: string[] },
  ): Promise<{
    violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[];
  }>;
}

/** What axe finds wrong with the part of the page named by a selector, shadow trees included. */
export async function findViolations(page: Page, part = 'html'): Promise<string[]> {
  // Not a script tag: the page's policy would refuse it, and it is the page that is judged.
  await page.evaluate(source);
  // Half-way through a transition colours are neither the one nor the other.
  await page.evaluate(async () => {
    const inside = document.querySelector('throughline-widget')?.shadowRoot;
    const moving = [document, inside].flatMap((tree) => tree?.getAnimations() ?? []);
    const ending = moving.filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  return page.evaluate(async (selector) => {
    const axe = Reflect.get(globalThis, 'axe') as Rules;
    const { violations } = await axe.run(selector, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} at ${JSON.stringify(node.target)}: ${node.failureSummary}`),
    );
  }, part);
}

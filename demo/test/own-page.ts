import type { Page } from 'playwright-core';
import { type Visitor, visitorOn } from './people.ts';
import type { Stage, Visit } from './stage.ts';

/** The snippet, with more attributes. */
export const tag = (more = '') =>
  `<script async src="/sdk/v1/loader.js" data-throughline-site="fernway" ${more}></script>`;

export interface OwnPage {
  head?: string;
  body?: string;
  policy?: string;
}

/** A page of the shop's origin that is not the demo's. */
export async function openOwnPage(
  visit: Visit,
  { base }: Stage,
  { head = '', body = '<p>A page</p>', policy }: OwnPage,
): Promise<Visitor> {
  // The browser counts a page made up here as one of the open internet.
  await visit.context.grantPermissions(['local-network-access']);
  await visit.page.route('**/own-page*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: policy ? { 'content-security-policy': policy } : {},
      body: `<!doctype html><html lang="en"><head><title>Own</title>${head}</head><body>${body}</body></html>`,
    }),
  );
  await visit.page.goto(`${base}/own-page`);
  return visitorOn(visit.page);
}

/** Calls the widget as the page does. */
export const call = (page: Page, ...args: unknown[]): Promise<unknown> =>
  page.evaluate(
    (all) => (Reflect.get(globalThis, 'Throughline') as (...a: unknown[]) => unknown)(...all),
    args,
  );

import { type Visitor, visitorOn } from './people.ts';
import type { Stage, Visit } from './stage.ts';

export interface PageOf {
  head?: string;
  body?: string;
  policy?: string;
}

/** A page of the shop's origin that is not the demo's. */
export async function goTo(
  { base }: Stage,
  { context, page }: Visit,
  { head = '', body = '<p>A page</p>', policy }: PageOf,
): Promise<Visitor> {
  // The browser counts a page made up here as one of the open internet.
  await context.grantPermissions(['local-network-access']);
  await page.route('**/own-page*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: policy ? { 'content-security-policy': policy } : {},
      body: `<!doctype html><html lang="en"><head><title>Own</title>${head}</head><body>${body}</body></html>`,
    }),
  );
  await page.goto(`${base}/own-page`);
  return visitorOn(page);
}

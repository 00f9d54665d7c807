import * as contract from './contract/description.ts';
import { describeApi } from './description/document.ts';
import { open, type Route } from './route.ts';
import { sendTagged } from './tagged.ts';

/** What the other routes, and this one, say of themselves, as OpenAPI 3.1. */
export function descriptionRoute(others: Route[]): Route {
  let text: string | undefined;
  const route: Route = open(contract.getDescription, (call) => {
    text ??= JSON.stringify(describeApi([...others, route]));
    call.reply.header('cache-control', 'public, max-age=300');
    return sendTagged(call, text);
  });
  return route;
}

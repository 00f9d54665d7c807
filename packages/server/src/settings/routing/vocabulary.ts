import type { FlowVars, RoutingView } from '@throughline/shared/schema';
import { createLanguage, type Scope, type Term } from './expression.ts';

const term = (name: string, type: Term['type'], about: string): Term => ({ name, type, about });

const LOAD = [
  term('load.waiting', 'int', 'conversations that wait in any queue'),
  term('load.available', 'int', 'people who are available'),
];

/** What conditions of `route` may ask. */
export const RULE_TERMS = [
  term('site', 'string', 'key of the site'),
  term('language', 'string', 'the visitor’s, as browsers say it: `de-AT`'),
  term('page.url', 'string', 'the page the visitor is on'),
  term('page.path', 'string', 'the path in its address: `/pricing`'),
  term('page.title', 'string', 'its title'),
  term('contact.known', 'bool', 'the business has an id or an address of them'),
  term('contact.verified', 'bool', 'the business vouches for who they are'),
  term('contact.facts', 'map', 'what is known of them: `contact.facts.plan`'),
  term('conversation.facts', 'map', 'what was said of this conversation'),
  term('conversation.tags', 'list', 'its tags: `"vip" in conversation.tags`'),
  term('intent', 'string', 'what they want: the fact `intent` of the conversation'),
  term('time.hour', 'int', '0 to 23, by the clock of the site’s hours; UTC where it has none'),
  term('time.minute', 'int', '0 to 59'),
  term('time.weekday', 'string', '`monday` to `sunday`'),
  ...LOAD,
] as const;

/** What the `need` of a ring may ask of a person. */
export const NEED_TERMS = [
  term('agent.skills', 'map', 'theirs: `agent.skills.level >= 3`'),
  term('agent.teams', 'list', 'ids of their teams'),
  term('need', 'map', 'what the rules say: `need.language in agent.skills.language`'),
] as const;

/** What decides whether an overflow applies. */
export const OVERFLOW_TERMS = [
  term('open', 'bool', 'the queue is within its hours'),
  term('waitedMs', 'int', 'how long the conversation has waited'),
  ...LOAD,
] as const;

/** What conditions of flows may ask: what rules may, and more. */
export const FLOW_TERMS = [
  ...RULE_TERMS.filter(({ name }) => name !== 'load.waiting'),
  term('open', 'bool', 'the site is within its hours; always, where it has none'),
  term('vars', 'map', 'what this flow has learned: `vars.email`'),
] as const;

export const rules = createLanguage(RULE_TERMS);
export const flowConditions = createLanguage(FLOW_TERMS);
export const needs = createLanguage(NEED_TERMS);
export const overflows = createLanguage(OVERFLOW_TERMS);

const pathOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;

/** The view, and what follows from it. */
function known(view: RoutingView): object {
  const { page, conversation } = view;
  const said = conversation?.facts?.intent;
  const intent = view.intent ?? (typeof said === 'string' ? said : undefined);
  const path = page?.path ?? pathOf(page?.url);
  return { ...view, intent, page: { ...page, path } };
}

export const ruleScope = (view: RoutingView): Scope => rules.scope(known(view));

/** What conditions of flows see. */
export const flowScope = (view: RoutingView, more: { open: boolean; vars: FlowVars }): Scope =>
  flowConditions.scope({ ...known(view), ...more });

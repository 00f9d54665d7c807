import type { RoutingView } from '@throughline/shared/schema';

/** A visitor, as the form describes them; what is empty is not known. */
export interface Described {
  page: string;
  language: string;
  intent: string;
  tags: string;
  /** Lines of `name = value`. */
  contact: string[];
  conversation: string[];
}

export const nobody: Described = {
  ...{ page: '', language: '', intent: '', tags: '' },
  ...{ contact: [], conversation: [] },
};

type Facts = Record<string, string | number | boolean>;

/** As conditions compare them: what looks like a number is one, and `true` is no word. */
function wordOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function factsOf(lines: readonly string[]): Facts | undefined {
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    return name && value !== undefined ? [[name, wordOf(value)] as const] : [];
  });
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

/** A whole address, or the path of one. */
const pageOf = (text: string): RoutingView['page'] =>
  text.startsWith('/') ? { path: text } : { url: text };

export function viewOf(described: Described): RoutingView {
  const { page, language, intent, tags } = described;
  const contact = factsOf(described.contact);
  const facts = factsOf(described.conversation);
  const some = tags.split(',').flatMap((tag) => tag.trim() || []);
  const conversation = { ...(facts && { facts }), ...(some.length > 0 && { tags: some }) };
  return {
    ...(page.trim() && { page: pageOf(page.trim()) }),
    ...(language.trim() && { language: language.trim() }),
    ...(intent.trim() && { intent: intent.trim() }),
    ...(contact && { contact: { facts: contact } }),
    ...(Object.keys(conversation).length > 0 && { conversation }),
  };
}

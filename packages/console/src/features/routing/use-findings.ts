import type { RoutingFinding } from '@throughline/shared/schema';
import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import type { Reply } from '../../store/relay.ts';
import { type Draft, type Placed, pointerOfField, readDraft } from './draft.ts';

/** What is wrong with a text; null: nobody knows yet. */
export type Findings = readonly Placed[] | null;

const PAUSE_MS = 400;

/** What the relay says of a draft, line by line. */
function placed(
  draft: Extract<Draft, { ok: true }>,
  reply: Reply<{ findings: RoutingFinding[] }>,
): Placed[] {
  if (!reply.ok) {
    const line = reply.field === null ? 1 : draft.lineOf(pointerOfField(reply.field));
    return [{ line, message: reply.message }];
  }
  return reply.data.findings
    .map(({ path, message }) => ({ line: draft.lineOf(path), message }))
    .sort((a, b) => a.line - b.line);
}

/** Checked a moment after the last key, here and then by the relay. */
export function useFindings(text: string | null): Findings {
  const { relay } = useDesk();
  const [known, setKnown] = useState<{ text: string; findings: Placed[] }>();
  useEffect(() => {
    if (text === null) return;
    let isWanted = true;
    const look = async () => {
      const draft = readDraft(text);
      const findings = draft.ok
        ? placed(
            draft,
            await relay.ask({
              ...{ method: 'POST', path: '/v1/blueprint/routing/check' },
              body: { routing: draft.routing },
            }),
          )
        : draft.faults;
      if (isWanted) setKnown({ text, findings });
    };
    const timer = setTimeout(() => void look(), PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [relay, text]);
  return known && known.text === text ? known.findings : null;
}

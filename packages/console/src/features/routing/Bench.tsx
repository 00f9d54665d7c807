import { useState } from 'preact/hooks';
import { reasonText } from '../../lib/reason.ts';
import { useDesk } from '../../store/context.ts';
import type { Reply } from '../../store/relay.ts';
import { Button } from '../../ui/Button.tsx';
import { LineField, LinesField } from '../../ui/inputs.tsx';
import { pointerOf, readDraft } from './draft.ts';
import { type Described, nobody, viewOf } from './view-of.ts';

interface Placement {
  queue: string;
  base: number;
  rate: number;
  need: Record<string, string | number | boolean>;
  path: string;
  reasons: string[];
}

interface BenchProps {
  /** What stands in the editor: it is tried before it is published. */
  text: string;
  onGo(line: number): void;
}

/** Describe a visitor, and see where their conversation would wait, and why. */
export function Bench({ text, onGo }: BenchProps) {
  const { relay } = useDesk();
  const [described, setDescribed] = useState<Described>(nobody);
  const [reply, setReply] = useState<Reply<Placement> | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (more: Partial<Described>) => setDescribed((before) => ({ ...before, ...more }));

  async function ask(): Promise<void> {
    const draft = readDraft(text);
    setBusy(true);
    const answer = await relay.ask<Placement>({
      ...{ method: 'POST', path: '/v1/blueprint/routing/try' },
      body: {
        view: viewOf(described),
        ...(draft.ok && draft.routing ? { routing: draft.routing } : {}),
      },
    });
    setReply(answer);
    setBusy(false);
  }

  return (
    <form
      class="bench"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <p class="routing-quiet">Describe a visitor. What you leave empty is not known.</p>
      <Visitor described={described} onChange={change} />
      <Button kind="primary" type="submit" disabled={isBusy}>
        {isBusy ? 'Trying…' : 'Where would it wait?'}
      </Button>
      <div role="status">{reply && <Answer reply={reply} text={text} onGo={onGo} />}</div>
    </form>
  );
}

interface VisitorProps {
  described: Described;
  onChange(more: Partial<Described>): void;
}

function Visitor({ described, onChange }: VisitorProps) {
  const { page, language, intent, tags, contact, conversation } = described;
  return (
    <>
      <LineField
        label="Page"
        placeholder="/pricing"
        value={page}
        onValue={(value) => onChange({ page: value })}
      />
      <div class="bench-pair">
        <LineField
          label="Language"
          placeholder="de-AT"
          value={language}
          onValue={(value) => onChange({ language: value })}
        />
        <LineField label="Intent" value={intent} onValue={(value) => onChange({ intent: value })} />
      </div>
      <LinesField
        label="Facts of the contact"
        hint="One a line: plan = enterprise"
        value={contact}
        onValue={(value) => onChange({ contact: value })}
      />
      <LinesField
        label="Facts of the conversation"
        value={conversation}
        onValue={(value) => onChange({ conversation: value })}
      />
      <LineField
        label="Tags"
        placeholder="vip, b2b"
        value={tags}
        onValue={(value) => onChange({ tags: value })}
      />
    </>
  );
}

interface AnswerProps extends BenchProps {
  reply: Reply<Placement>;
}

function Answer({ reply, text, onGo }: AnswerProps) {
  if (!reply.ok)
    return (
      <p class="bench-fault">
        {reply.code === 'not_found' ? 'There is nothing to try yet.' : reply.message}
      </p>
    );
  const { queue, base, rate, need, path, reasons } = reply.data;
  const draft = readDraft(text);
  const line = draft.ok ? draft.lineOf(pointerOf(path)) : null;
  const needs = Object.entries(need).map(([name, value]) => `${name} ${value}`);
  return (
    <div class="bench-answer">
      <p class="bench-queue">
        Waits in <strong>{queue}</strong>
      </p>
      <ul class="reasons-list">
        {reasons.map((reason) => (
          <li key={reason}>{reasonText(reason)}</li>
        ))}
        <li>
          Its wait counts {base} s and {rate} more with each second
        </li>
        {needs.length > 0 && <li>Whoever takes it should have {needs.join(', ')}</li>}
      </ul>
      {line !== null && (
        <button type="button" class="link" onClick={() => onGo(line)}>
          Decided in line {line}
        </button>
      )}
    </div>
  );
}

import { useId, useMemo } from 'preact/hooks';
import { handOffWords } from '../../lib/hand-off.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { type Suggestion, suggestionIn } from '../../store/suggestion.ts';
import { take } from '../../store/take-suggestion.ts';
import { Button } from '../../ui/Button.tsx';
import { BotIcon, PencilIcon, SendIcon } from '../../ui/icons.tsx';
import { spell } from '../../ui/Kbd.tsx';
import { hasSteps, Steps } from '../../ui/Steps.tsx';
import { TimeLeft } from '../../ui/TimeLeft.tsx';
import { BlockView } from './BlockView.tsx';

/** Above the composer: what a bot would say. Nothing of it is sent, or shown to the visitor, before a person says so. */
export function SuggestionCard({ conversation }: { conversation: string }) {
  const events = useStore(({ threads }) => threads[conversation]?.events);
  const suggestion = useMemo(() => suggestionIn(events ?? []), [events]);
  const source = useStore(({ sources }) => sources[conversation]);
  const isOpen = suggestion !== undefined && source !== suggestion.id;
  return (
    <>
      <p class="sr-only" aria-live="polite">
        {isOpen && `${suggestion.by} suggests: ${suggestion.text}`}
      </p>
      {isOpen && <Card key={suggestion.id} suggestion={suggestion} />}
    </>
  );
}

function Card({ suggestion }: { suggestion: Suggestion }) {
  const id = useId();
  const { by, text, block, sendAt } = suggestion;
  return (
    <section class="suggestion" aria-labelledby={id}>
      <header class="suggestion-head">
        <BotIcon size={16} />
        <h3 id={id}>
          <bdi>{by}</bdi> {saysAny(suggestion) ? 'suggests' : 'has nothing to say'}
        </h3>
        {sendAt !== null && (
          <>
            <span class="suggestion-due">Sends by itself</span>
            <TimeLeft until={sendAt} />
          </>
        )}
      </header>
      <div class="suggestion-body">
        {/* As it is written: an address is read in full, and nothing of it is fetched. */}
        {text !== '' && (
          <p class="suggestion-text" dir="auto">
            {text}
          </p>
        )}
        {block && <BlockView block={block} answer={null} />}
        <After suggestion={suggestion} />
        {hasSteps(suggestion) && (
          <details class="suggestion-how">
            <summary>How it came to this</summary>
            <Steps usage={suggestion.usage} trace={suggestion.trace} />
          </details>
        )}
      </div>
      <Answers suggestion={suggestion} />
    </section>
  );
}

const saysAny = ({ text, block }: Suggestion): boolean => text !== '' || block !== undefined;

/** What it would do after that. */
function After({ suggestion: { next, reason, summary } }: { suggestion: Suggestion }) {
  if (next === 'wait') return null;
  const words =
    next === 'end'
      ? 'After that it would be done.'
      : `It would hand over to people${reason ? `: ${handOffWords[reason]}` : ''}.`;
  return (
    <p class="suggestion-after">
      {words}
      {summary && <> {summary.problem}</>}
    </p>
  );
}

function Answers({ suggestion }: { suggestion: Suggestion }) {
  const desk = useDesk();
  const { outgoing } = desk;
  const { id, text, sendAt } = suggestion;
  // A second press asks for nothing new.
  const isSending = useStore(({ outbox }) =>
    outbox.some(({ input }) => 'suggestion' in input && input.suggestion === id),
  );
  return (
    <div class="suggestion-answers">
      <Button kind="quiet" disabled={isSending} onClick={() => outgoing.dismiss(id)}>
        Dismiss
      </Button>
      {sendAt !== null && (
        <Button
          title="It does not leave by itself any more"
          disabled={isSending}
          onClick={() => outgoing.hold(id)}
        >
          Hold
        </Button>
      )}
      {text !== '' && (
        <Button
          icon={PencilIcon}
          title={`Into the composer (${spell('u')})`}
          disabled={isSending}
          onClick={() => take(desk, suggestion)}
        >
          Use
        </Button>
      )}
      {saysAny(suggestion) && (
        <Button
          kind="primary"
          icon={SendIcon}
          title={`Send it as it is (${spell('Shift+u')})`}
          disabled={isSending}
          onClick={() => outgoing.sendSuggestion(suggestion)}
        >
          Send
        </Button>
      )}
    </div>
  );
}

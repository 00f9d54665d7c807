import type { CloudEvent } from '@throughline/shared/schema';
import { asFixture, asJson } from '../../lib/fixture.ts';
import { shortType } from '../../lib/patterns.ts';
import { fullTime } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Code } from '../../ui/Code.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ChatIcon } from '../../ui/icons.tsx';
import { Pane } from '../../ui/Pane.tsx';
import type { Suggestion } from '../../ui/TypesField.tsx';
import { actorOf } from './words.ts';

interface EventPaneProps {
  event: CloudEvent;
  about: Suggestion | undefined;
  onClose(): void;
}

/** The whole event, as a receiver with every right gets it. */
export function EventPane({ event, about, onClose }: EventPaneProps) {
  const { go } = useDesk();
  const { conversation } = event.data;
  const { name } = actorOf(event);
  return (
    <Pane title={shortType(event.type)} onClose={onClose}>
      <p class="pane-line">
        <bdi>{name}</bdi>, {fullTime(Date.parse(event.time))}
      </p>
      {about && <p class="pane-line">{about.about}</p>}
      <div class="pane-actions">
        <CopyButton text={() => asJson(event)}>Copy as JSON</CopyButton>
        <CopyButton text={() => asFixture(event)}>Copy as test fixture</CopyButton>
        {conversation && (
          <Button icon={ChatIcon} onClick={() => go.open(conversation.id)}>
            Open in the inbox
          </Button>
        )}
      </div>
      <Code label="The event as JSON">{asJson(event)}</Code>
    </Pane>
  );
}

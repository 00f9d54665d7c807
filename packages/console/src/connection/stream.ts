import type { Undo } from '@throughline/shared/client';
import type { CloudEvent } from '@throughline/shared/schema';

interface StreamHandlers {
  opened(): void;
  /** With the cursor behind it. */
  event(event: CloudEvent, cursor: string): void;
  /** `isOver`: the browser tries no more, because the relay refused. */
  lost(isOver: boolean): void;
}

export type OpenStream = typeof openStream;

/** Server-sent events; the browser sends the session's cookie and comes back by itself where it was. */
export function openStream(
  path: string,
  names: readonly string[],
  { opened, event, lost }: StreamHandlers,
): Undo {
  const source = new EventSource(path);
  source.addEventListener('open', opened);
  source.addEventListener('error', () => lost(source.readyState === EventSource.CLOSED));
  // The relay names its events, and a source tells of named ones only whom it was told to.
  for (const name of names)
    source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) =>
      event(JSON.parse(data) as CloudEvent, lastEventId),
    );
  return () => source.close();
}

import type { SiteConfig } from '@throughline/shared/schema';
import type { PageEvent, PageEvents, Tell } from '../events.ts';

type Row = (event: PageEvent) => string | null;

const isVisitors = ({ actor }: PageEvent): boolean => actor?.kind === 'visitor';

/**
 * What is mirrored, and what Segment calls it: its `Started` is the visitor's own beginning. `null`
 * instead of a row: the event stays on the page.
 */
export const rows: Record<keyof PageEvents, Row | null> = {
  'conversation.started': (event) => (isVisitors(event) ? 'Live Chat Conversation Started' : null),
  'conversation.resolved': () => 'Live Chat Conversation Ended',
  'message.created': (event) =>
    isVisitors(event) ? 'Live Chat Message Sent' : 'Live Chat Message Received',
  'widget.opened': () => 'Live Chat Opened',
  'proactive.shown': () => null,
  'proactive.clicked': () => null,
  'proactive.dismissed': () => null,
  'availability.changed': null,
  'conversation.assigned': null,
  'handoff.requested': null,
  'conversation.reopened': null,
  'message.updated': null,
  'message.deleted': null,
  'message.read': null,
  'attachment.rejected': null,
  'message.action_clicked': null,
  'consent.updated': null,
  // Whoever keeps a mirror counts views already.
  'page.viewed': null,
  'form.shown': null,
  'form.abandoned': null,
  'form.submitted': null,
  'survey.shown': null,
  'survey.submitted': null,
  'payment.requested': null,
  'payment.completed': null,
  'promise.made': null,
  'promise.ended': null,
  'typing.started': null,
  'typing.stopped': null,
  'contact.identified': null,
  'widget.loaded': null,
  'widget.closed': null,
  'widget.error': null,
};

type Track = [name: string, properties: object, options: { messageId: string }];
type Analytics = { track?(...call: Track): unknown; push?(call: unknown[]): unknown };
interface Page {
  dataLayer?: { push(entry: object): unknown };
  analytics?: Analytics;
  navigator: { globalPrivacyControl?: boolean };
}
const page = globalThis as unknown as Page;

/** Every key, every time: a tag manager keeps the last value of what is not named. */
function pushTo(event: PageEvent): void {
  page.dataLayer ??= [];
  page.dataLayer.push({
    event: `chat_${event.type.replace('.', '_')}`,
    chat_event_id: event.id,
    chat_conversation_id: event.conversation,
    chat_author: event.actor && (isVisitors(event) ? 'visitor' : 'agent'),
  });
}

const RETRY_MS = 1000;
const PATIENCE_MS = 60_000;

/** Analytics may come late, or as the list of calls its snippet begins with. A widget that is gone waits for none. */
function openTracker(host: Element): (call: Track) => void {
  let waiting: Track[] = [];
  let waitedMs = 0;

  function flush(): void {
    const { analytics } = page;
    if (!analytics) {
      waitedMs += RETRY_MS;
      if (waitedMs <= PATIENCE_MS) setTimeout(() => host.isConnected && flush(), RETRY_MS);
      return;
    }
    for (const call of waiting.splice(0))
      shield(() =>
        analytics.track ? analytics.track(...call) : analytics.push?.(['track', ...call]),
      );
  }

  return (call) => {
    // What is given up is given up as a whole.
    waiting = [...waiting, call];
    if (waiting.length === 1 || page.analytics) flush();
  };
}

/** A mistake of the page's own scripts is theirs. */
function shield(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    globalThis.reportError?.(error);
  }
}

/**
 * Says that something happened, never what was said or who said it: each entry is built from ids and
 * names of ours, nothing is copied over. A visitor who asks not to be passed on (GPC) is not.
 */
export function openMirror(
  { dataLayer, analytics }: NonNullable<SiteConfig['pageEvents']>,
  host: Element,
): Tell {
  const track = openTracker(host);
  return (event) => {
    const row = rows[event.type];
    if (!row || page.navigator.globalPrivacyControl) return;
    if (dataLayer) shield(() => pushTo(event));
    const name = row(event);
    const { id, conversation } = event;
    const properties = conversation ? { conversation_id: conversation } : {};
    if (analytics && name) track([name, properties, { messageId: id }]);
  };
}

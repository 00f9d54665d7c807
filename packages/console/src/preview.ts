import { PROTOCOL } from '@throughline/shared';
import { isShowing, SHOWN, type Showing } from './lib/showing.ts';
import { type Line, standIn } from './preview-line.ts';
import './preview.css';

type Call = [command: string, ...args: unknown[]];
const page = globalThis as unknown as { Throughline?: (...call: Call) => void };

/**
 * The real widget with what stands in a form beside it. Nothing leaves this page: its policy allows no
 * connection, and what the widget asks of a relay is answered here.
 */
let showing: Showing | undefined;
let version = 0;
let line: Line | undefined;

const config = () => ({
  ...showing?.settings,
  key: 'preview',
  // Shown when the form says so, whatever its conditions.
  greetings: showing?.greeting ? [{ ...showing.greeting, id: greetingId(), when: {} }] : [],
  replyMs: showing?.replyMs,
  version: String(version),
  protocol: PROTOCOL,
});

/** Another one for every showing: a greeting is shown to nobody twice. */
const greetingId = (): string => `greeting-${showing?.nth}`;

globalThis.fetch = async () => Response.json(config());
globalThis.WebSocket = standIn({
  site: () => ({
    name: showing?.settings.name ?? '',
    online: showing?.isOnline ? ['somebody'] : [],
    version: String(version),
  }),
  opened: (opened) => {
    line = opened;
  },
}) as never;

function show(next: Showing): void {
  const before = showing;
  showing = next;
  version += 1;
  const online = next.isOnline ? ['somebody'] : [];
  const isLook = (before?.nth ?? 0) !== next.nth;
  if (isLook) history.replaceState(null, '', `?${next.nth}`);
  line?.say('ephemeral', { kind: 'availability', online });
  line?.say('ephemeral', { kind: 'site', site: 'preview', version: String(version) });
  if (isLook && next.target) page.Throughline?.('open', next.target);
  else if (before?.view !== next.view) page.Throughline?.(next.view === 'chat' ? 'open' : 'close');
}

// Told by the page around this one and by nobody else.
addEventListener('message', ({ origin, source, data }) => {
  if (origin === location.origin && source === parent && isShowing(data)) show(data);
});
// Opened once, so that it is loaded and has a line; what is to be seen follows.
addEventListener('load', () => {
  page.Throughline?.('open');
  parent.postMessage(SHOWN, location.origin);
});

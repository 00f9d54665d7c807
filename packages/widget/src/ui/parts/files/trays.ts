import { createTray, type Tray, type TrayItem } from '@throughline/shared/client/tray';
import type { FileTicket } from '@throughline/shared/schema';
import type { Client } from '../../../assemble.ts';
import { after, type Soon } from '../../../lib/soon.ts';
import type { Chat } from '../../context.ts';
import { onGone } from '../gone.ts';

interface Placed {
  tray: Tray;
  place: string;
  /** What is kept of it. */
  note: string;
}

interface Files {
  /** By conversation; `new` before there is one. What is under way goes on while they are not looked at. */
  trays: Map<string, Placed>;
  /** What was sent from this page and can be drawn from here, by id. */
  sent: Map<string, TrayItem>;
}

/** Two widgets on a page have this module in common, and nothing else. */
const all = new WeakMap<Client, Files>();

export function filesOf(client: Client): Files {
  const known = all.get(client) ?? { trays: new Map(), sent: new Map() };
  all.set(client, known);
  return known;
}

/** Once there is a connection, and the relay knows of the conversation. */
function ready(client: Client, conversation: string): Promise<void> {
  const isReady = () => {
    const { status, outbox } = client.getState();
    const isBegun = !outbox.some(
      ({ name, input }) => name === 'conversation:start' && input.conversation === conversation,
    );
    return status === 'online' && isBegun;
  };
  return new Promise((done) => {
    const undo = client.subscribe(() => {
      if (!isReady()) return;
      undo();
      done();
    });
    if (!isReady()) return;
    undo();
    done();
  });
}

export function trayOf(chat: Chat, place: string): Tray {
  const { trays } = filesOf(chat.client);
  const known = trays.get(place) ?? openTray(chat, place);
  trays.set(place, known);
  return known.tray;
}

export const isSendable = ({ state }: TrayItem): boolean => state !== 'failed' && state !== 'lost';

/** Whether there is something to go with the next message. */
export function holds(chat: Chat, place: string): boolean {
  const { isDue, items } = trayOf(chat, place);
  return !isDue && items.some(isSendable);
}

const noteKey = (place: string): string => `files:${place}`;

function openTray(chat: Chat, place: string): Placed {
  const { client, view } = chat;
  const kept = client.draft(noteKey(place));
  const tray = createTray({
    relay: client.relay,
    maxBytes: view.getState().site?.files?.maxBytes ?? Number.POSITIVE_INFINITY,
    kept,
    keep(note) {
      placed.note = note;
      client.setDraft(noteKey(placed.place), note);
    },
    async ask(name, claim) {
      await ready(client, placed.place);
      return client.ask<typeof name, FileTicket>(name, claim as never);
    },
  });
  const placed: Placed = { tray, place, note: kept };
  if (place !== 'new') tray.open(place);
  let { status: before } = client.getState();
  const undo = client.subscribe(({ status }) => {
    // The page is left, or the widget destroyed: no bytes go on their way. What comes back goes on.
    if (status === 'idle' && before !== 'idle') tray.pause();
    before = status;
  });
  const stop = onGone(
    client,
    () => {
      undo();
      stop();
      forget(chat, placed);
    },
    () => [noteKey(placed.place), placed.note],
  );
  return placed;
}

const empty = (tray: Tray): void => tray.remove(...tray.items.map(({ id }) => id));

/** They were another visitor's. */
function forget({ client, view }: Chat, { tray, place }: Placed): void {
  const { trays, sent } = filesOf(client);
  trays.delete(place);
  sent.clear();
  view.setState({ picked: [] });
  empty(tray);
}

/** The conversation has a name now: what waited for it goes there. */
function move(client: Client, from: string, conversation: string): void {
  const { trays } = filesOf(client);
  const placed = trays.get(from);
  if (!placed || from === conversation) return;
  trays.delete(from);
  trays.set(conversation, placed);
  placed.place = conversation;
  client.setDraft(noteKey(conversation), client.draft(noteKey(from)));
  client.setDraft(noteKey(from), '');
  placed.tray.open(conversation);
}

/** What was put in before the conversation began is put into it: its files come into view anew. */
export function carry(chat: Chat): void {
  const { view } = chat;
  const tray = trayOf(chat, 'new');
  const files = tray.items.flatMap(({ file }) => file ?? []);
  empty(tray);
  view.setState({ picked: [...files, ...view.getState().picked] });
}

/** One message with these files; whether it went out. */
async function give(
  { client, send }: Chat,
  [text, conversation]: [string, string],
  items: TrayItem[],
): Promise<boolean> {
  const ids = items.map(({ id }) => id);
  if (!(await send(text, conversation, ids))) return false;
  for (const item of items) filesOf(client).sent.set(item.id, item);
  return true;
}

/**
 * Sends words together with what is in the tray; where that is not all there yet, the words go ahead and
 * the files follow by themselves. Nobody has to wait to go on writing.
 */
export const sendWith =
  (chat: Chat) =>
  (text: string, conversation: string | null): Soon<string | null> => {
    const { client, send, view } = chat;
    const place = conversation ?? 'new';
    const tray = trayOf(chat, place);
    tray.add(view.getState().picked);
    view.setState({ picked: [] });
    if (conversation && tray.items.every(({ state }) => state === 'there'))
      return new Promise((done) => {
        tray.deliver(async (items) => {
          const isSent = await give(chat, [text, conversation], items);
          done(isSent ? conversation : null);
          return isSent;
        });
      });
    const ahead = text ? send(text, conversation) : (conversation ?? client.startConversation());
    return after(ahead, (into) => {
      if (!into) return null;
      move(client, place, into);
      tray.deliver((items) => give(chat, ['', into], items));
      return into;
    });
  };

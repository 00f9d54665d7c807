import { createTray, type Tray } from '@throughline/shared/client/tray';
import type { FileLinks, FileTicket } from '@throughline/shared/schema';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import type { Outgoing } from './outgoing.ts';
import { myId } from './state.ts';

/** Files agents send, and where those of a conversation are. */
export interface Files {
  /** What is about to be sent in a conversation; it goes on while another one is open. */
  trayOf(conversation: string): Tray;
  /** Sends words with what is in the tray; where that is not there yet, it follows by itself. */
  send(conversation: string, text: string): void;
  links(files: string[]): Promise<FileLinks>;
  /** Nothing of it stays. */
  forget(): void;
}

type Line = Pick<Connection, 'request'>;

/** Once there is a connection. */
function online({ store }: Core): Promise<void> {
  const isOnline = () => store.getState().link.status === 'online';
  return new Promise((done) => {
    if (isOnline()) return done();
    const undo = store.subscribe(() => {
      if (!isOnline()) return;
      undo();
      done();
    });
  });
}

export function createFiles(core: Core, line: Line, outgoing: Pick<Outgoing, 'sendFiles'>): Files {
  const { store, storage } = core;
  const trays = new Map<string, Tray>();
  const prefix = () => `files.${myId(store.getState())}.`;

  function open(conversation: string): Tray {
    const key = prefix() + conversation;
    const tray = createTray({
      relay: '',
      maxBytes: Number.POSITIVE_INFINITY,
      kept: storage.read(key) ?? '',
      keep: (note) => storage.write(key, note === '' ? null : note),
      async ask(name, claim) {
        await online(core);
        return line.request<FileTicket>(name, claim);
      },
    });
    tray.open(conversation);
    trays.set(conversation, tray);
    return tray;
  }

  const trayOf = (conversation: string): Tray => trays.get(conversation) ?? open(conversation);

  return {
    trayOf,
    send(conversation, text) {
      const tray = trayOf(conversation);
      const isThere = tray.items.every(({ state }) => state === 'there');
      if (!isThere && text !== '') outgoing.sendFiles(conversation, [], text);
      tray.deliver((items) => {
        const ids = items.map(({ id }) => id);
        outgoing.sendFiles(conversation, ids, isThere ? text : '');
        return true;
      });
    },
    async links(files) {
      const answer = await line.request<FileLinks>('file:links', { files });
      return answer?.ok ? answer.data : {};
    },
    forget() {
      for (const tray of trays.values()) for (const { id } of tray.items) tray.remove(id);
      trays.clear();
      for (const key of storage.keys(prefix())) storage.write(key, null);
    },
  };
}

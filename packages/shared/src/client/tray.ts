import type { ErrorCode } from '../errors.ts';
import { uuidv7 } from '../ids.ts';
import { FILES_MAX } from '../limits.ts';
import type { Attachment } from '../schema/events/index.ts';
import { type Brought, bringFile, type UploadGround } from './upload.ts';

/** A file somebody wants to send. */
export interface TrayItem extends Pick<Attachment, 'id' | 'name' | 'bytes' | 'type'> {
  /** `lost`: an earlier page had it, and its bytes went with that page. */
  state: 'waiting' | 'sending' | 'there' | 'failed' | 'lost';
  /** Bytes on their way or there. */
  sent: number;
  /** Why it failed. */
  code?: ErrorCode;
  /** The bytes, as long as this page has them. */
  file?: File;
  /** As the relay has it. */
  attachment?: Attachment;
}

export interface TrayGround extends UploadGround {
  maxBytes: number;
  /** What `keep` was told last, perhaps by an earlier page. */
  kept: string;
  /** Keeps a note of what is in the tray; empty: nothing is. */
  keep(note: string): void;
}

/** What is about to go along with a message. */
export interface Tray {
  readonly items: readonly TrayItem[];
  /** What is in it goes out by itself once it is there. */
  readonly isDue: boolean;
  subscribe(listener: () => void): () => void;
  add(files: Iterable<File>): void;
  /** Takes these out, and stops bringing them. */
  remove(...ids: string[]): void;
  retry(id: string): void;
  /** Breaks off what is on its way; it begins again once it is let. */
  pause(): void;
  /** The conversation is there: files go to it from now on; before, they wait. */
  open(conversation: string): void;
  /**
   * Hands over what is there as soon as nothing is under way any more: now, or later. What it refuses
   * with `false` stays.
   */
  deliver(send: (items: TrayItem[]) => PromiseLike<boolean> | boolean): void;
}

const isUnderWay = ({ state }: TrayItem): boolean => state === 'waiting' || state === 'sending';

/** Anything can stand in a browser's storage. */
function readNote(note: string): TrayItem[] {
  try {
    return (JSON.parse(note) as Attachment[]).map((it) => {
      const about = { id: it.id, name: String(it.name), bytes: it.bytes, type: it.type };
      // Of what the relay has, its own description was kept.
      const isThere = 'isThere' in it;
      return isThere
        ? { ...about, state: 'there', sent: it.bytes, attachment: it }
        : { ...about, state: 'lost', sent: 0 };
    });
  } catch {
    return [];
  }
}

/** What the relay refused needs no other page to say so again. */
const noteOf = (all: readonly TrayItem[]): string => {
  const kept = all
    .filter(({ state }) => state !== 'failed')
    .map(({ id, name, bytes, type, attachment }) =>
      attachment ? { ...attachment, isThere: true } : { id, name, bytes, type },
    );
  return kept.length === 0 ? '' : JSON.stringify(kept);
};

/** Progress is not worth a note. */
function keeper({ kept, keep }: TrayGround): (items: readonly TrayItem[]) => void {
  let last = kept;
  return (items) => {
    const note = noteOf(items);
    if (note !== last) keep(note);
    last = note;
  };
}

/** In a tray are files on their way to the relay, each in exactly one state. */
export function createTray(ground: TrayGround): Tray {
  let items: readonly TrayItem[] = readNote(ground.kept);
  const note = keeper(ground);
  let conversation: string | undefined;
  let send: Parameters<Tray['deliver']>[0] | undefined;
  const listeners = new Set<() => void>();
  const stops = new Map<string, AbortController>();

  function set(next: readonly TrayItem[]): void {
    items = next;
    note(items);
    for (const listener of [...listeners]) listener();
    void handOver();
  }
  const change = (id: string, patch: Partial<TrayItem>): void =>
    set(items.map((item) => (item.id === id ? { ...item, ...patch } : item)));

  async function handOver(): Promise<void> {
    const there = items.filter(({ state }) => state === 'there');
    if (!send || items.some(isUnderWay)) return;
    const give = send;
    send = undefined;
    if (there.length > 0 && (await give(there)))
      set(items.filter((item) => !there.some(({ id }) => id === item.id)));
  }

  async function bring({ id, file }: TrayItem, into: string): Promise<void> {
    if (!file) return;
    const stop = new AbortController();
    stops.set(id, stop);
    change(id, { state: 'sending', sent: 0 });
    const onProgress = (sent: number) => change(id, { sent });
    const upload = { id, conversation: into, file, onProgress, signal: stop.signal };
    const said = await bringFile(upload, ground);
    if (said) change(id, became(said, file.size));
  }

  function bringAll(): void {
    const waiting = items.filter(({ state }) => state === 'waiting');
    if (conversation) for (const item of waiting) void bring(item, conversation);
  }

  return {
    get items() {
      return items;
    },
    get isDue() {
      return send !== undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      const next = (file: File, i: number) => itemOf(file, items.length + i, ground.maxBytes);
      set([...items, ...Array.from(files, next)]);
      bringAll();
    },
    remove(...ids) {
      for (const id of ids) stops.get(id)?.abort();
      set(items.filter(({ id }) => !ids.includes(id)));
    },
    retry(id) {
      set(items.map((item) => (item.id === id ? again(item) : item)));
      bringAll();
    },
    pause() {
      for (const stop of stops.values()) stop.abort();
      set(items.map((item) => (item.state === 'sending' ? { ...item, state: 'waiting' } : item)));
      bringAll();
    },
    open(into) {
      conversation = into;
      bringAll();
    },
    deliver(give) {
      send = give;
      set(items);
    },
  };
}

const became = (said: Brought, sent: number): Partial<TrayItem> =>
  said.ok
    ? { state: 'there', sent, attachment: said.attachment }
    : { state: 'failed', code: said.code };

/** Under its own id the relay has refused it for good. */
const again = (item: TrayItem): TrayItem =>
  item.file ? itemOf(item.file, 0, item.file.size) : item;

function itemOf(file: File, place: number, maxBytes: number): TrayItem {
  const { name, size: bytes, type } = file;
  const item = { id: uuidv7(), name, bytes, type, sent: 0, file };
  const code = whyNot(bytes, place, maxBytes);
  return code ? { ...item, state: 'failed', code } : { ...item, state: 'waiting' };
}

/** What the relay would say, sooner. */
function whyNot(bytes: number, place: number, maxBytes: number): ErrorCode | undefined {
  if (bytes === 0) return 'empty';
  if (bytes > maxBytes) return 'file_too_large';
  return place >= FILES_MAX ? 'too_long' : undefined;
}

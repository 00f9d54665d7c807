import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { type Asked, useAsked } from '../../store/use-asked.ts';
import { readDraft, writeDraft } from './draft.ts';

const PATH = '/v1/blueprint/routing';
/** Where what is written and not published is kept, behind the version it was written over. */
const KEPT = 'routing';

type Answer = { routing: unknown };

export interface RoutingDraft {
  /** Null: it is not loaded yet. */
  text: string | null;
  /** Whether anything is published. */
  isRouted: boolean;
  isChanged: boolean;
  isBusy: boolean;
  /** Somebody else has published since it was read. */
  isOld: boolean;
  /** Why it was not published. */
  fault: string | null;
  /** Rises with every publication from here. */
  nth: number;
  asked: Asked<Answer>;
  write(text: string): void;
  publish(): Promise<void>;
  /** Over what was published meanwhile. */
  insist(): Promise<void>;
  /** Drops what was written here. */
  takeTheirs(): Promise<void>;
}

interface Base {
  text: string;
  etag: string;
  isRouted: boolean;
}

/** The document in the editor, and how it stands to the one in force. */
export function useRouting(): RoutingDraft {
  const { relay, notices, drafts, store } = useDesk();
  const asked = useAsked<Answer>(PATH);
  const [base, setBase] = useState<Base | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [state, setState] = useState({ isBusy: false, isOld: false, fault: '', nth: 0 });
  const say = (more: Partial<typeof state>) => setState((before) => ({ ...before, ...more }));

  function begin({ routing }: Answer, etag: string): void {
    const written = writeDraft(routing);
    const [over = '', ...lines] = (store.getState().drafts[KEPT] ?? '').split('\n');
    const isKept = over !== '';
    setBase({ text: written, etag: isKept ? over : etag, isRouted: routing !== null });
    setText(isKept ? lines.join('\n') : written);
    say({ isOld: false, fault: '' });
  }
  useEffect(() => {
    if (asked.data && asked.etag) begin(asked.data, asked.etag);
  }, [asked.data, asked.etag]);

  function write(next: string): void {
    setText(next);
    const isSame = base === null || next === base.text;
    drafts.keep(KEPT, isSame ? '' : `${base.etag}\n${next}`);
  }

  async function put(etag: string): Promise<void> {
    const draft = readDraft(text ?? '');
    if (!draft.ok) return;
    say({ isBusy: true, fault: '', isOld: false });
    const { routing } = draft;
    const reply = await relay.ask<Answer>({
      ...{ method: 'PUT', path: PATH, ifMatch: etag },
      body: { routing },
    });
    if (reply.ok) {
      drafts.keep(KEPT, '');
      setBase({ text: text ?? '', etag: reply.etag ?? etag, isRouted: routing !== null });
      notices.say('Published. The next conversation is placed by it.');
      setState(({ nth }) => ({ isBusy: false, isOld: false, fault: '', nth: nth + 1 }));
    } else if (reply.code === 'changed_meanwhile') say({ isBusy: false, isOld: true });
    else say({ isBusy: false, fault: reply.message });
  }

  return {
    ...{ asked, text, ...state },
    fault: state.fault || null,
    isRouted: base?.isRouted ?? false,
    isChanged: base !== null && text !== base.text,
    write,
    publish: async () => {
      if (base) await put(base.etag);
    },
    async insist() {
      const now = await relay.ask<Answer>({ method: 'GET', path: PATH });
      if (now.ok && now.etag) await put(now.etag);
      else if (!now.ok) say({ fault: now.message });
    },
    async takeTheirs() {
      const now = await relay.ask<Answer>({ method: 'GET', path: PATH });
      if (now.ok && now.etag) {
        drafts.keep(KEPT, '');
        begin(now.data, now.etag);
      } else if (!now.ok) say({ fault: now.message });
    },
  };
}

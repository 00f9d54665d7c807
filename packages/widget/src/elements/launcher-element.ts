import type { Run, WidgetState } from '../api.ts';
import { addStyles } from '../lib/styles.ts';
import { CHANGED, type ThroughlineChat } from './chat-element.ts';
import css from './launcher.css?inline';

type Global = Run & { q?: unknown[] };

/** The script tag's widget, there already or still to come. */
function runOfPage(): Run {
  const page = globalThis as { Throughline?: Global };
  if (!page.Throughline) {
    const q: unknown[] = [];
    page.Throughline = Object.assign((...call: unknown[]) => void q.push(call), { q });
  }
  return (...call) => page.Throughline?.(...call);
}

function runOfElement(chat: Element): Run | undefined {
  const methods = (chat as ThroughlineChat).widget as unknown as Record<string, Run> | undefined;
  return methods && ((command, ...args) => methods[command]?.(...(args as [string])));
}

/** The one `for` names, else the page's only element, else the script tag's. */
function findRun(launcher: Element): Run | undefined {
  const id = launcher.getAttribute('for');
  const root = launcher.getRootNode() as Document | ShadowRoot;
  const chat = id ? root.getElementById(id) : document.querySelector('throughline-chat');
  if (chat) return runOfElement(chat);
  return id ? undefined : runOfPage();
}

/** `<throughline-launcher>Help</throughline-launcher>`: a button of the page's own for its chat. */
export function launcherElement(): new () => HTMLElement {
  return class extends HTMLElement {
    static observedAttributes = ['for', 'label'];
    #button = document.createElement('button');
    #badge = document.createElement('span');
    #run: Run | undefined;
    #state = { open: false, unread: 0 };
    #end: AbortController | undefined;
    #undo: (() => void)[] = [];

    constructor() {
      super();
      // The panel gives the focus back to the element; it belongs to the button.
      const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
      addStyles(root, css);
      const slot = document.createElement('slot');
      slot.append('Chat');
      slot.onslotchange = () => this.#draw();
      this.#button.setAttribute('part', 'button');
      this.#badge.setAttribute('part', 'badge');
      this.#button.append(slot, this.#badge);
      this.#button.onclick = () => this.#run?.('toggle');
      root.append(this.#button);
    }

    connectedCallback() {
      this.#end = new AbortController();
      document.addEventListener(CHANGED, () => this.#bind(), { signal: this.#end.signal });
      // Behind the elements that come with the same piece of page.
      queueMicrotask(() => this.#bind());
    }
    disconnectedCallback() {
      this.#end?.abort();
      this.#unbind();
    }
    attributeChangedCallback() {
      if (this.isConnected) this.#bind();
    }

    #unbind() {
      this.#run = undefined;
      for (const step of this.#undo.splice(0)) step();
    }

    /** Listens to the widget there is now; an older one is not heard any more. */
    #bind() {
      this.#unbind();
      const run = this.isConnected ? findRun(this) : undefined;
      this.#run = run;
      const on = (name: string, then: (event: { count: number }) => void) => {
        run?.('on', name, then);
        this.#undo.push(() => run?.('off', name, then));
      };
      const take = (change: Partial<WidgetState>) => {
        if (this.#run !== run) return;
        Object.assign(this.#state, change);
        this.#draw();
      };
      on('unread.changed', ({ count }) => take({ unread: count }));
      on('widget.opened', () => take({ open: true }));
      on('widget.closed', () => take({ open: false }));
      const { open = false, unread = 0 } = (run?.('getState') ?? {}) as Partial<WidgetState>;
      take({ open, unread });
    }

    #draw() {
      const { open, unread } = this.#state;
      const label = this.getAttribute('label') ?? (this.textContent?.trim() || 'Chat');
      this.#badge.textContent = unread > 99 ? '99+' : `${unread || ''}`;
      this.#button.setAttribute('aria-label', unread ? `${label} (${unread})` : label);
      this.#button.setAttribute('aria-expanded', `${open}`);
    }
  };
}

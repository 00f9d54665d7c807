import type { Widget } from '../api.ts';
import { addStyles } from '../lib/styles.ts';
import type { WidgetOptions } from '../options.ts';
import { ATTRIBUTES, isForGood, optionsOf } from './attributes.ts';
import css from './chat.css?inline';

/** `<throughline-chat site="shop">`: a widget that is there as long as the element is. */
export interface ThroughlineChat extends HTMLElement {
  /** Its methods; undefined while the element is not on the page, or names no site. */
  readonly widget: Widget | undefined;
}

export type Start = (options: Partial<WidgetOptions>) => Widget;

/** Told on the document when an element has another widget, or none. */
export const CHANGED = 'throughline-chat:changed';

/** A class of this page's own `HTMLElement`, which a server has not. */
export function chatElement(start: Start): new () => ThroughlineChat {
  return class extends HTMLElement implements ThroughlineChat {
    static observedAttributes = ATTRIBUTES;
    widget: Widget | undefined;
    #isDue = false;
    #isAnother = false;

    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open' });
      addStyles(root, css);
      // An inline panel stands among what the element holds.
      root.append(document.createElement('slot'));
    }

    connectedCallback() {
      this.#settleSoon();
    }
    disconnectedCallback() {
      this.#settleSoon();
    }
    attributeChangedCallback(name: string) {
      this.#isAnother ||= isForGood(name);
      this.#settleSoon();
    }

    /** Once for all that happens in one turn: an element that is only moved keeps its widget. */
    #settleSoon() {
      if (!this.#isDue) queueMicrotask(() => this.#settle());
      this.#isDue = true;
    }

    #settle() {
      this.#isDue = false;
      const options = optionsOf(this);
      if (this.widget && this.isConnected && !this.#isAnother) return this.widget.update(options);
      this.#isAnother = false;
      this.widget?.destroy();
      this.widget = undefined;
      if (this.isConnected && options.site) this.#start(options);
      document.dispatchEvent(new Event(CHANGED));
    }

    #start(options: Partial<WidgetOptions>) {
      try {
        this.widget = start({ ...options, container: this });
      } catch (error) {
        globalThis.reportError?.(error);
      }
    }
  };
}

'use client';

import {
  type CSSProperties,
  createElement,
  type ReactElement,
  useEffect,
  useRef,
  useState,
} from 'react';
import { createWidget, type Widget, type WidgetEvents, type WidgetOptions } from './index.ts';

/** What cannot change under a widget that is there: with another one of these it begins anew. */
const identityOf = ({ site, relay, name, mode, storage }: WidgetOptions): string =>
  JSON.stringify([site, relay, name, mode, storage]);

/** A mistake in an option is told on the console; the page around it goes on. */
function begin(options: WidgetOptions): Widget | undefined {
  try {
    return createWidget(options);
  } catch (error) {
    globalThis.reportError?.(error);
    return undefined;
  }
}

/**
 * A widget that is there as long as the component is; undefined before it is on the page, and on a server.
 * Changed options are an update.
 *
 * ```tsx
 * const widget = useThroughline({ relay: 'https://chat.example.com', site: 'shop' });
 * return <button onClick={() => widget?.open()}>Help</button>;
 * ```
 */
export function useThroughline(options: WidgetOptions): Widget | undefined {
  const [widget, setWidget] = useState<Widget>();
  const { container } = options;
  const identity = identityOf(options);
  const now = useRef(options);
  now.current = options;

  useEffect(() => {
    const made = begin(now.current);
    setWidget(made);
    return () => {
      made?.destroy();
      setWidget(undefined);
    };
  }, [identity, container]);

  const { container: _, ...rest } = options;
  const look = JSON.stringify(rest);
  const shown = useRef(look);
  useEffect(() => {
    if (shown.current !== look) widget?.update(now.current);
    shown.current = look;
  }, [widget, look]);
  return widget;
}

/** Without `ready`: it is there when it can be listened to. */
export type Listeners = {
  [Name in Exclude<keyof WidgetEvents, 'ready'>]?: (event: WidgetEvents[Name]) => void;
};

export interface ThroughlineChatProps extends Omit<WidgetOptions, 'container'> {
  /** Listeners by event: `on={{ 'unread.changed': ({ count }) => setCount(count) }}`. */
  on?: Listeners;
  /** Of the element that an inline chat fills. */
  className?: string;
  style?: CSSProperties;
}

/** The widget as a component: `mode="inline"` fills an element here, else it is in the page's corner. */
export function ThroughlineChat(props: ThroughlineChatProps): ReactElement | null {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const { on, className, style, ...options } = props;
  if (options.mode !== 'inline') return createElement(Chat, { on, options });
  return createElement(
    'div',
    { ref: setElement, className, style },
    element && createElement(Chat, { on, options: { ...options, container: element } }),
  );
}

type Untyped = Record<string, ((event: never) => void) | undefined>;

interface ChatProps {
  on: Listeners | undefined;
  options: WidgetOptions;
}

function Chat({ on = {}, options }: ChatProps): null {
  const widget = useThroughline(options);
  const listeners = useRef(on);
  listeners.current = on;
  const names = Object.keys(on).sort().join(' ');
  useEffect(() => {
    if (!widget || !names) return undefined;
    const undo = names.split(' ').map((name) => {
      const tell = (event: never) => (listeners.current as Untyped)[name]?.(event);
      return widget.on(name as keyof Listeners, tell as () => void);
    });
    return () => {
      for (const step of undo) step();
    };
  }, [widget, names]);
  return null;
}

import {
  type Connection,
  type ConnectionHandlers,
  createConnection,
  type Undo,
} from '@throughline/shared/client';
import { openLink } from './link.ts';
import { watchPage } from './page.ts';

export type { Connection };

export const setTimer = (run: () => void, ms: number): Undo => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Opens the line to the relay as the agent whose session the page holds. */
export type Connect = (csrf: () => string, handlers: ConnectionHandlers) => Line;

export interface Line extends Connection {
  /** Starts, and follows what the browser says about page and network; the result ends both. */
  open(): Undo;
}

export const connect: Connect = (csrf, handlers) => {
  const connection = createConnection(
    {
      open: (link) => openLink(csrf(), link),
      setTimer,
      random: Math.random,
      isHidden: () => document.hidden,
      isNetworkUp: () => navigator.onLine,
    },
    handlers,
  );
  return Object.assign(connection, {
    open(): Undo {
      const unwatch = watchPage({ back: connection.nudge, down: connection.down });
      connection.start();
      return () => {
        unwatch();
        connection.stop();
      };
    },
  });
};

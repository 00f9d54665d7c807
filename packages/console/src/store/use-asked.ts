import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useDesk } from './context.ts';
import type { Reply } from './relay.ts';

type Fault = Extract<Reply<never>, { ok: false }>;

interface Answered<T> {
  /** Undefined until the first answer; then what was known last. */
  data: T | undefined;
  etag: string | null;
  /** Why the last try brought nothing. */
  fault: Fault | null;
}

export interface Asked<T> extends Answered<T> {
  reload(): Promise<void>;
}

/** What the relay answers under an address, and again every `everyMs` while somebody can see it. */
export function useAsked<T>(path: string, everyMs?: number): Asked<T> {
  const { relay } = useDesk();
  const [answered, setAnswered] = useState<Answered<T>>({
    data: undefined,
    etag: null,
    fault: null,
  });
  const asked = useRef({ nth: 0, isOut: false });

  const load = useCallback(async () => {
    asked.current.nth += 1;
    const { nth } = asked.current;
    asked.current.isOut = true;
    const reply = await relay.ask<T>({ method: 'GET', path });
    if (nth !== asked.current.nth) return;
    asked.current.isOut = false;
    setAnswered((before) =>
      reply.ok ? { data: reply.data, etag: reply.etag, fault: null } : { ...before, fault: reply },
    );
  }, [relay, path]);

  useEffect(() => {
    void load();
    return () => {
      // Whatever is still under way is not wanted any more.
      asked.current.nth += 1;
    };
  }, [load]);
  useEffect(() => {
    if (everyMs === undefined) return;
    // A slow relay is not asked a second time before it has answered.
    const look = () => {
      if (!document.hidden && !asked.current.isOut) void load();
    };
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [load, everyMs]);

  return { ...answered, reload: load };
}

import type { EventData } from '@throughline/shared/schema';
import { useEffect, useRef } from 'preact/hooks';
import { happened } from '../../events.ts';
import { useChat } from '../context.ts';

/** Drawn anew with the panel, it is not shown anew. */
const told = new Set<string>();

/** Tells the page, once for each, that something to fill in stands there; not where it is filled in already. */
export function useShown<T extends 'form.shown' | 'survey.shown'>(
  isOpen: boolean,
  type: T,
  data: EventData<T>,
): void {
  const { tell } = useChat();
  useEffect(() => {
    const key = JSON.stringify(data);
    if (!isOpen || told.has(key)) return;
    told.add(key);
    tell(happened(type, data));
  }, [isOpen]);
}

/** Tells the page of a form that was begun and left; what to name as its last field is written here. */
export function useAbandoned(form: string): { current: string | undefined } {
  const { tell } = useChat();
  const touched = useRef<string | undefined>(undefined);
  useEffect(() => {
    const since = Date.now();
    return () => {
      const lastField = touched.current;
      if (lastField === undefined) return;
      tell(happened('form.abandoned', { form, lastField, elapsedMs: Date.now() - since }));
    };
  }, []);
  return touched;
}

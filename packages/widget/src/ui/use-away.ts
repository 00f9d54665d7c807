import { useClient } from './context.ts';
import { usePart } from './use-part.ts';

/** What there is to say and to ask while nobody is there. */
export const useAway = () =>
  usePart(
    useClient(({ contact, site }) => contact !== null && site.online.length === 0),
    () => import('./parts/away.tsx'),
  );

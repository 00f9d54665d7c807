import { useClient, useView } from './context.ts';
import { usePart } from './use-part.ts';

/** What there is to say and to ask while nobody is there, while one waits, and before a conversation begins. */
export const useAway = () => {
  const asks = useView(({ site, place }) => site?.prechat ?? site?.offline ?? place.asks);
  const isAway = useClient(
    ({ contact, site }) => contact !== null && (!site.online[0] || !!site.waits),
  );
  return usePart(isAway || !!asks, () => import('./parts/away.tsx'));
};

import type { Parts } from '../parts.ts';
import { getJourneys } from './contract/journeys.ts';
import { guarded, type Route } from './route.ts';

/** Who began which flow, where they are, and what became of them. */
export const journeyRoutes = ({ queries, flowSettings }: Parts): Route[] => [
  guarded(getJourneys, () => queries.journeys(flowSettings.current)),
];

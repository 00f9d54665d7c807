import type { Store } from '@throughline/server';
import type { RelaySpec } from '../relay-spec.ts';
import { withoutSync } from './disk.ts';
import type { RelayMutant } from './names.ts';
import { keepsPayload, speaksLate } from './parts.ts';
import {
  answersEarly,
  clockNumbers,
  forgetsIds,
  showsEarly,
  skipsOne,
  unfenced,
  withOwnFence,
} from './stores.ts';

/** What is put around the store of a relay to break it; nothing in the relay itself knows of it. */
const relays: Record<RelayMutant, (store: Store, spec: RelaySpec) => Store> = {
  M1: answersEarly,
  M2: forgetsIds,
  M3: clockNumbers,
  M4: skipsOne,
  M5: showsEarly,
  M6: unfenced,
  M8: showsEarly,
  M11: withoutSync,
  M13: speaksLate,
  M14: keepsPayload,
  M15: withOwnFence,
  // Broken where it syncs its files, before there is a store.
  M16: (store) => store,
};

export const mutate = (store: Store, spec: RelaySpec): Store =>
  spec.mutant ? relays[spec.mutant](store, spec) : store;

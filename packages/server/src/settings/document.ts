import { type Blueprint, blueprint, parseKnown } from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import type { BlueprintRow } from '../store/store.ts';

export const NEWER = 'A newer relay published what this one does not understand; upgrade this one.';

/** A stored document, as far as this relay understands it. */
interface Read {
  /** Undefined: nothing is published, or nothing of it is understood. */
  value: Blueprint | undefined;
  /** What of it is not known here: JSON pointers. */
  unknown: string[];
  /** Nothing is lost by writing it again. */
  isWhole: boolean;
}

/** Relays of two versions run on one log while an upgrade is rolled over them: the newer may have published. */
export function read(document: string | undefined): Read {
  if (document === undefined) return { value: undefined, unknown: [], isWhole: true };
  const { value, unknown } = parseKnown(blueprint, JSON.parse(document)) ?? { unknown: [] };
  return { value, unknown, isWhole: value !== undefined && unknown.length === 0 };
}

/** @throws AppError `newer_settings` where some of it is not known here */
export function readWhole({ document }: BlueprintRow): Blueprint {
  const { value, isWhole } = read(document);
  if (!value || !isWhole) throw new AppError('newer_settings');
  return value;
}

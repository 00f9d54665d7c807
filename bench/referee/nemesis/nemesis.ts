import type { Ground } from '../ground/ground.ts';
import type { Redis } from '../ground/redis.ts';
import type { Endpoint } from '../players/endpoint.ts';
import type { Stage } from '../players/player.ts';
import type { Random } from '../random.ts';
import type { Node, Relays } from '../relays.ts';

/** What the disk of a relay does: as it should, or one of these. */
export type DiskMode = 'well' | 'full' | 'broken' | 'slow';

export interface Disk {
  /** Of the relays that are to run on it. */
  env: NodeJS.ProcessEnv;
  set(mode: DiskMode): void;
  /** Takes back all that was written and not synced; the relay has to be dead. */
  losePower(): void;
  /** What was not synced is on the disk after all. */
  forget(): void;
  close(): void;
}

/** All that a fault can get at. */
export interface Scene {
  stage: Stage;
  relays: Relays;
  /** The relay whose life it is. */
  node: Node;
  ground: Ground;
  disk: Disk | undefined;
  redis: Redis | undefined;
  endpoint: Endpoint;
  random: Random;
}

/**
 * Begins a fault, lets it be for a while, and heals it; resolves when all is well again, and fails where it
 * has found nothing to strike.
 */
export type Nemesis = (scene: Scene, forMs: number) => Promise<void>;

/** What a fault cannot strike without. */
export function must<T>(it: T | undefined, what: string): T {
  if (it === undefined) throw new Error(`there is no ${what}`);
  return it;
}

/** Chance that counts whom it hit; a fault that hit nobody has not struck. */
export function counted(chance: () => boolean) {
  let hits = 0;
  return {
    hits(): boolean {
      const isHit = chance();
      if (isHit) hits += 1;
      return isHit;
    },
    check(): void {
      if (hits === 0) throw new Error('nobody was hit');
    },
  };
}

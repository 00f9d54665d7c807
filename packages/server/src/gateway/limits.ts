import { type IRateLimiterRes, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Limits } from '../config.ts';

/** Milliseconds to wait; 0: go on. */
type Gate = (key: string) => Promise<number>;

export interface Gates {
  connect: Gate;
  command: Gate;
  request: Gate;
  /** Counts a failed sign-in. */
  signInFailed: Gate;
  /** Whether another sign-in may be tried. */
  signInOpen: Gate;
}

const BURST_SECONDS = 4;

const gate = (limiter: RateLimiterMemory): Gate => {
  return async (key) => {
    try {
      await limiter.consume(key);
      return 0;
    } catch (refused) {
      return (refused as IRateLimiterRes).msBeforeNext ?? 1000;
    }
  };
};

export function createGates(limits: Limits): Gates {
  const signIns = new RateLimiterMemory({ points: limits.signInsPer15Minutes, duration: 900 });
  return {
    connect: gate(new RateLimiterMemory({ points: limits.connectsPerMinute, duration: 60 })),
    command: gate(
      new RateLimiterMemory({ points: limits.commandsPerSecond * BURST_SECONDS, duration: BURST_SECONDS }),
    ),
    request: gate(new RateLimiterMemory({ points: limits.requestsPerMinute, duration: 60 })),
    signInFailed: gate(signIns),
    async signInOpen(key) {
      const state = await signIns.get(key);
      return state !== null && state.remainingPoints <= 0 ? state.msBeforeNext : 0;
    },
  };
}

/** What a limit counts by: the address, or for IPv6 its /64, which one customer has to itself. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [front = '', back = ''] = plain.split('::');
  const groups = front === '' ? [] : front.split(':');
  if (plain.includes('::')) {
    const tail = back === '' ? [] : back.split(':');
    while (groups.length + tail.length < 8) groups.push('0');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

import { type IRateLimiterRes, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Limits } from '../config.ts';

/** Milliseconds to wait; 0: go on. */
type Gate = (key: string) => Promise<number>;

export interface Gates {
  connect: Gate;
  /** Commands of one person. */
  command: Gate;
  /**
   * Commands of all visitors behind one address: a new socket is a new visitor until it has done
   * something, so the limit on one of them would stop nobody who means harm.
   */
  crowd: Gate;
  /** Conversations begun by all visitors behind one address. */
  start: Gate;
  request: Gate;
  /** HTTP requests of one program, by the id of its key. */
  program: Gate;
  /** Counts a try to sign in as somebody; all at once are counted as well as one after the other. */
  signIn: Gate;
  /** The same for everybody behind one address: a colleague's forgotten password locks out nobody. */
  signInFrom: Gate;
  /** It was the right password: that try does not count. */
  signedIn(account: string, network: string): Promise<unknown>;
}

const BURST_SECONDS = 4;
/** As many visitors as may give commands at full speed behind one address: an office, a school. */
const CROWD = 20;
/** As many people who may forget their passwords behind one address. */
const FORGETFUL = 10;

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
  const commands = limits.commandsPerSecond * BURST_SECONDS;
  const signIns = (people: number) =>
    new RateLimiterMemory({ points: people * limits.signInsPer15Minutes, duration: 900 });
  const [accounts, networks] = [signIns(1), signIns(FORGETFUL)];
  return {
    connect: gate(new RateLimiterMemory({ points: limits.connectsPerMinute, duration: 60 })),
    command: gate(new RateLimiterMemory({ points: commands, duration: BURST_SECONDS })),
    crowd: gate(new RateLimiterMemory({ points: CROWD * commands, duration: BURST_SECONDS })),
    start: gate(new RateLimiterMemory({ points: limits.startsPerMinute, duration: 60 })),
    request: gate(new RateLimiterMemory({ points: limits.requestsPerMinute, duration: 60 })),
    program: gate(new RateLimiterMemory({ points: limits.keyRequestsPerMinute, duration: 60 })),
    signIn: gate(accounts),
    signInFrom: gate(networks),
    signedIn: (account, network) =>
      Promise.all([accounts.reward(account), networks.reward(network)]),
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

import {
  type IRateLimiterRes,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Limits } from '../config.ts';
import type { Cluster } from './cluster.ts';

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

const AWAY_MS = 1000;
/** Redis that does not answer by then is away; nobody waits for it longer, or for a while. */
const ANSWER_MS = 250;

type Counter = Pick<RateLimiterAbstract, 'consume' | 'reward'>;

interface Limit {
  points: number;
  duration: number;
}

const gate = (limiter: Counter): Gate => {
  return async (key) => {
    try {
      await limiter.consume(key);
      return 0;
    } catch (refused) {
      return (refused as IRateLimiterRes).msBeforeNext ?? 1000;
    }
  };
};

/** Counts for all relays together, or for this one alone while Redis is away. */
function createCounters(cluster: Cluster | undefined) {
  let awayUntil = 0;
  const inTime = <T>(asked: Promise<T>): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('no answer')), ANSWER_MS);
    return Promise.race([asked, promise]).finally(() => clearTimeout(timer));
  };

  return (name: string, limit: Limit): Counter => {
    const alone = new RateLimiterMemory(limit);
    if (!cluster) return alone;
    const { client: storeClient, prefix } = cluster;
    const shared = new RateLimiterRedis({
      ...{ ...limit, storeClient, keyPrefix: `${prefix}:${name}` },
      ...{ useRedisPackage: true, rejectIfRedisNotReady: true },
    });
    const count = async (how: 'consume' | 'reward', key: string | number) => {
      if (awayUntil > Date.now()) return alone[how](key);
      try {
        return await inTime(shared[how](key));
      } catch (error) {
        if (error instanceof RateLimiterRes) throw error;
        awayUntil = Date.now() + AWAY_MS;
        return alone[how](key);
      }
    };
    return { consume: (key) => count('consume', key), reward: (key) => count('reward', key) };
  };
}

/**
 * Commands are counted by each relay: a socket is at one of them, and what people write waits for nothing
 * but the log. The others are counted together.
 */
export function createGates(limits: Limits, cluster?: Cluster): Gates {
  const commands = limits.commandsPerSecond * BURST_SECONDS;
  const counter = createCounters(cluster);
  const perMinute = (name: string, points: number) => gate(counter(name, { points, duration: 60 }));
  const signIns = (name: string, people: number) =>
    counter(name, { points: people * limits.signInsPer15Minutes, duration: 900 });
  const [accounts, networks] = [signIns('account', 1), signIns('network', FORGETFUL)];
  return {
    connect: perMinute('connect', limits.connectsPerMinute),
    command: gate(new RateLimiterMemory({ points: commands, duration: BURST_SECONDS })),
    crowd: gate(new RateLimiterMemory({ points: CROWD * commands, duration: BURST_SECONDS })),
    start: perMinute('start', limits.startsPerMinute),
    request: perMinute('request', limits.requestsPerMinute),
    program: perMinute('program', limits.keyRequestsPerMinute),
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

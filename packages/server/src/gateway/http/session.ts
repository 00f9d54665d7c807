import { randomUUIDv7 } from 'node:crypto';
import type { SessionInfo } from '@throughline/shared/schema';
import { stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewSession, SignedIn } from '../../settings/sessions.ts';
import { networkReader, ownOrigin } from '../address.ts';
import { isHttps, sessionCookie } from '../cookies.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/session.ts';
import { guarded, open, type Route, send } from './route.ts';
import { actorOf } from './stamp.ts';

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const infoOf = ({ agent, session }: SignedIn): SessionInfo => ({
  agent: { id: agent.id, name: agent.name, email: agent.email, role: agent.role },
  csrf: session.csrf,
});

/** Sign-in, sign-out and one-time links. */
export function sessionRoutes(parts: Parts, endSession: (tokenHash: string) => void): Route[] {
  const { accounts, agents, sessions, gates, config, now } = parts;
  const networkFrom = networkReader(config.trustProxy);

  const setCookie = ({ request, reply }: Exchange, token: string, maxAge: number) => {
    const secure = isHttps(request.raw, config);
    const options = { httpOnly: true, secure, sameSite: 'lax' as const, path: '/', maxAge };
    reply.header(
      'set-cookie',
      stringifySetCookie({ name: sessionCookie(secure), value: token, ...options }),
    );
  };

  const welcome = (exchange: Exchange, made: NewSession) => {
    const seconds = Math.floor((made.session.expiresAt - now()) / 1000);
    setCookie(exchange, made.token, seconds);
    return exchange.reply.send(infoOf(made));
  };

  /** No form of another site signs anybody in here (login CSRF). */
  const isForeign = ({ headers, raw }: FastifyRequest) =>
    headers.origin !== undefined && headers.origin !== ownOrigin(raw, config);

  const farewell = (exchange: Exchange) => {
    setCookie(exchange, '', 0);
    return exchange.reply.send();
  };

  return [
    open(contract.signIn, async ({ body, request, reply }) => {
      if (isForeign(request)) return send(reply, 'csrf_failed');
      // Per account and per network, so that neither many addresses nor many accounts help.
      const account = body.email.toLowerCase();
      const network = networkFrom(request.raw);
      const waits = await Promise.all([gates.signIn(account), gates.signInFrom(network)]);
      const retryAfterMs = Math.max(...waits);
      if (retryAfterMs > 0) return send(reply, 'rate_limited', { retryAfterMs });
      const made = await sessions.signIn(body.email, body.password);
      if (!made) return send(reply, 'bad_credentials');
      await gates.signedIn(account, network);
      return welcome({ request, reply }, made);
    }),

    guarded(contract.getSession, (_call, signedIn) => infoOf(signedIn)),

    guarded(contract.signOut, async (call, { session }) => {
      await sessions.signOut(session.tokenHash);
      endSession(session.tokenHash);
      return farewell(call);
    }),

    guarded(contract.signOutEverywhere, async (call, caller) => {
      // Whoever did it has no session left to repeat it with.
      const act = { id: randomUUIDv7(), actor: actorOf(caller) };
      await accounts.signOut(caller.agent.id, act);
      return farewell(call);
    }),

    open(contract.checkLink, async ({ body, reply }) => {
      const link = await agents.checkLink(body.token);
      if (!link) return send(reply, 'link_used');
      return { email: link.agent?.email ?? null, name: link.agent?.name ?? null };
    }),

    open(contract.redeemLink, async ({ body, request, reply }) => {
      if (isForeign(request)) return send(reply, 'csrf_failed');
      const made = await sessions.open(await agents.redeem(body));
      return welcome({ request, reply }, made);
    }),
  ];
}

import type { Parts } from '../parts.ts';
import { accountRoutes } from './accounts.ts';
import { blueprintRoutes } from './blueprint.ts';
import { type BoardNow, boardRoutes } from './board.ts';
import { botSecretRoutes } from './bot-secrets.ts';
import { type BotWork, botRoutes } from './bots.ts';
import { contactExportRoute } from './contact-export.ts';
import { contactRoutes } from './contacts.ts';
import { conversationCommandRoutes } from './conversation-commands.ts';
import { conversationRoutes } from './conversations.ts';
import { endpointRoutes } from './endpoints.ts';
import { eventTypeRoutes } from './event-types.ts';
import { eventRoutes } from './events.ts';
import { fileRoutes } from './files.ts';
import { journeyRoutes } from './journeys.ts';
import { keyRoutes } from './keys.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { descriptionRoute } from './openapi.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { siteSettingRoutes } from './site-settings.ts';
import { siteRoutes } from './sites.ts';
import { sourceRoutes } from './sources.ts';
import type { Streams } from './streams.ts';
import { turnRoutes } from './turns.ts';

export interface Reach {
  streams: Streams;
  endSession(tokenHash: string): void;
  board(): BoardNow;
  botWork: BotWork;
}

/** The API: everything below `/v1`, and its description, which is made from the rest. */
export function apiRoutes(parts: Parts, { streams, endSession, board, botWork }: Reach): Route[] {
  const routes = [
    ...siteRoutes(parts),
    ...siteSettingRoutes(parts),
    ...blueprintRoutes(parts),
    ...boardRoutes(parts, board),
    ...botRoutes(parts, botWork),
    ...botSecretRoutes(parts),
    ...sessionRoutes(parts, endSession),
    ...accountRoutes(parts),
    ...conversationRoutes(parts),
    ...conversationCommandRoutes(parts),
    ...fileRoutes(parts),
    ...contactRoutes(parts),
    contactExportRoute(parts, streams),
    ...eventTypeRoutes(parts),
    ...eventRoutes(parts, streams),
    ...sourceRoutes(parts),
    ...knowledgeRoutes(parts),
    ...journeyRoutes(parts),
    ...keyRoutes(parts),
    ...endpointRoutes(parts),
    ...turnRoutes(parts),
  ];
  return [...routes, descriptionRoute(routes)];
}

import type { McpServer } from '@throughline/shared/schema';
import type { Poster } from '../../lib/post.ts';
import type { Schema } from './arguments.ts';
import { connectMcp, type McpClient } from './mcp-client.ts';
import { needsApproval, type Tool } from './tool.ts';

interface McpParts {
  open: Poster['open'];
  key(): Promise<string | undefined>;
}

interface Connected {
  client: McpClient;
  tools: Tool[];
}

const DESCRIPTION_CHARS = 1000;
const CONNECT_MS = 15_000;

/** A schema that is none describes nothing, and so lets nothing through. */
const schemaOf = (given: object | undefined): Schema => ({
  properties: {},
  ...given,
  type: 'object',
});

/**
 * The tools of a server that the bot may use. What it says of them is as good as any words from elsewhere;
 * what they may do stands in the blueprint. One that cannot be reached has none in this turn.
 */
export function mcpTools({ url, tools: granted }: McpServer, parts: McpParts) {
  let connected: Promise<Connected> | undefined;

  async function connect(signal: AbortSignal): Promise<Connected> {
    const client = await connectMcp({ url, ...parts }, signal);
    const known = await client.list(signal);
    const tools = granted.flatMap((grant): Tool[] => {
      const found = known.find(({ name }) => name === grant.name);
      if (!found) return [];
      const { name, effect, verified, claims } = grant;
      return [
        {
          ...{ name, effect, verified, claims, approval: needsApproval(grant) },
          description: (found.description ?? name).slice(0, DESCRIPTION_CHARS),
          parameters: schemaOf(found.inputSchema),
          call: (given, context) =>
            client.call(name, given, context).catch((error: unknown) => {
              // A session may have ended: the next turn begins another one.
              connected = undefined;
              throw error;
            }),
        },
      ];
    });
    return { client, tools };
  }

  /** Of nobody's turn: others wait for it too. */
  function begin(): Promise<Connected> {
    const begun = connect(AbortSignal.timeout(CONNECT_MS));
    begun.catch(() => {
      if (connected === begun) connected = undefined;
    });
    return begun;
  }

  return (signal: AbortSignal): Promise<Tool[]> => {
    connected ??= begin();
    const tools = connected.then(
      (it) => it.tools,
      () => [],
    );
    const over = new Promise<Tool[]>((done) =>
      signal.addEventListener('abort', () => done([]), { once: true }),
    );
    return Promise.race([tools, over]);
  };
}

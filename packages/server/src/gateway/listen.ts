import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { StartupError } from '../lib/errors.ts';

type Address = Pick<Config, 'host' | 'port'>;

/** Why nothing can listen there, in a sentence for the person who chose the address. */
export function explainListening(cause: unknown, { host, port }: Address): StartupError {
  const { code } = cause as NodeJS.ErrnoException;
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use by another program; stop it, or choose another PORT.`,
    EACCES: `Port ${port} needs more rights than this user has; choose a PORT above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}; choose another HOST.`,
    ENOTFOUND: `There is no host ${host}; choose another HOST.`,
  };
  const known = sentences[code ?? ''];
  return new StartupError(known ?? `The relay cannot listen on ${host}:${port} (${code}).`, {
    cause,
  });
}

export async function listen(http: FastifyInstance, { host, port }: Address): Promise<void> {
  try {
    await http.listen({ host, port });
  } catch (cause) {
    throw explainListening(cause, { host, port });
  }
}

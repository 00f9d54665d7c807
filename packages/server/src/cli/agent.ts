import { email as emailSchema, name as nameSchema, parse } from '@throughline/shared/schema';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, StartupError, UsageError } from '../lib/errors.ts';
import { createAgents } from '../settings/agents.ts';
import type { Invocation } from './invocation.ts';
import { withStore } from './with-store.ts';

export async function addAgent({ env, values, print }: Invocation): Promise<number> {
  const { email, name, role = 'agent' } = values;
  if (!parse(emailSchema, email).ok)
    throw new UsageError('Name an e-mail address: --email ada@example.com');
  if (!parse(nameSchema, name).ok) throw new UsageError('Name the agent: --name "Ada Lovelace"');
  if (role !== 'admin' && role !== 'agent') throw new UsageError('--role takes admin or agent.');
  const config = readConfig(env);
  return withStore(config, async (store) => {
    const agents = createAgents(store, systemClock);
    const invitation = agents.invite({ email: String(email), name: String(name), role });
    const { agent, token } = await invitation.catch(explain);
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
    print(`${agent.name} (${agent.role}) chooses a password here, once, within 7 days:`);
    print(`${base}/console/#setup=${token}`);
    if (values.role !== undefined && agent.role !== role)
      print(`They stay ${agent.role}; to change it: throughline agent role ${agent.email} ${role}`);
    return 0;
  });
}

function explain(error: unknown): never {
  if (error instanceof AppError && error.code === 'wrong_status')
    throw new StartupError(
      'This agent is shut out; let them in again first: throughline agent enable EMAIL',
    );
  throw error;
}

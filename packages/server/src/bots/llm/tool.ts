import type { Claim, Turn } from '@throughline/shared/schema';
import type { Schema } from './arguments.ts';

/** What a tool is told beside its arguments, by the relay and never by the model. */
export interface CallContext {
  contact: Pick<Turn['contact'], 'id' | 'externalId' | 'verified'>;
  conversation: string;
  /** The same for the same call, however often it is made. */
  key: string;
  signal: AbortSignal;
}

/** Something of the business's that a bot may use, whatever it speaks. */
export interface Tool {
  name: string;
  description: string;
  parameters: Schema;
  effect: 'read' | 'write';
  /** Whether a person says yes first. */
  approval: boolean;
  verified: boolean;
  claims: readonly Claim[];
  /** @throws where it did not answer */
  call(given: Record<string, unknown>, context: CallContext): Promise<string>;
}

/** What changes something asks a person, unless the business says it need not. */
export const needsApproval = ({
  effect,
  approval = effect === 'write',
}: {
  effect: 'read' | 'write';
  approval?: boolean | undefined;
}): boolean => approval;

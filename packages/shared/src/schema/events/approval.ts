import { z } from 'zod';
import * as f from '../fields.ts';
import { define, field } from './define.ts';

const outcome = z.enum(['approved', 'rejected', 'expired']);
const example = '01a20265-7d10-7c1c-a7bd-7cfe01c2c0ad';
const approval = field(f.id, 'id of the event that asked');

export const approvalEvents = {
  'approval.requested': define({
    version: '1.0',
    about: 'A bot wants to call a tool that a person has to agree to first.',
    seenBy: 'agents',
    data: z.object({
      bot: field(f.slug, 'id of the bot'),
      tool: field(z.string().regex(/^[a-zA-Z][\w-]{0,63}$/), 'name of the tool'),
      arguments: field(z.string(), 'with what it is called, as JSON', 'content'),
      hash: field(z.base64url(), 'fingerprint of the tool and its arguments'),
      preview: field(z.string(), 'the same for people', 'content'),
      expiresAt: field(f.timeMs, 'until when it can be decided; milliseconds since 1970'),
    }),
    example: {
      ...{ bot: 'helper', tool: 'issue_refund', arguments: '{"cents":500,"order":"17"}' },
      ...{ hash: 'Zk3vQf0q', preview: 'issue_refund\ncents: 500\norder: "17"' },
      expiresAt: 1_767_614_400_000,
    },
  }),
  'approval.decided': define({
    version: '1.0',
    about: 'A person has said yes or no, or nobody has in time.',
    seenBy: 'agents',
    data: z.object({
      approval,
      outcome: field(outcome, 'what was decided; `expired`: nothing was'),
    }),
    example: { approval: example, outcome: 'approved' },
  }),
  'approval.used': define({
    version: '1.0',
    about: 'The call that was agreed to is made now, once.',
    seenBy: 'agents',
    data: z.object({ approval }),
    example: { approval: example },
  }),
} as const;

export type ApprovalOutcome = z.infer<typeof outcome>;

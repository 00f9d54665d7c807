import { eraseContact } from '../erasing.ts';
import type { Parts } from '../parts.ts';
import { principalOf } from './caller-principal.ts';
import * as contract from './contract/contacts.ts';
import { type Route, scoped } from './route.ts';
import { answer, missing, stampOf } from './stamp.ts';

/** Somebody wants nothing of theirs to be kept. */
export const erasingRoute = (parts: Parts): Route =>
  scoped(contract.eraseContact, async (call, caller) => {
    const stamp = await stampOf(parts, call, caller);
    const found = await parts.contacts.summary(call.params.id ?? '', 'people');
    if (!found) return missing(call.reply);
    const by = { stamp, who: principalOf(stamp) };
    const outcome = await eraseContact(parts, found.id, by);
    return outcome ? answer(call.reply, outcome) : missing(call.reply);
  });

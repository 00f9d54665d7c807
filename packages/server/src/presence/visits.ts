import type { Context } from '@throughline/shared/schema';

interface Visit {
  sockets: Set<string>;
  context: Context | undefined;
}

export interface VisitState {
  online: boolean;
  context: Context | undefined;
}

/** Visitors on the site by contact, with the page they are on. */
export function createVisits(changed: (contact: string, state: VisitState) => void) {
  const visits = new Map<string, Visit>();
  return {
    join(socket: string, contact: string, context: Context | undefined): void {
      const visit = visits.get(contact) ?? { sockets: new Set(), context };
      visit.sockets.add(socket);
      visit.context = context ?? visit.context;
      visits.set(contact, visit);
      changed(contact, { online: true, context: visit.context });
    },
    move(contact: string, context: Context): void {
      const visit = visits.get(contact);
      if (!visit) return;
      visit.context = { ...visit.context, ...context };
      changed(contact, { online: true, context: visit.context });
    },
    /** Whether this was the visitor's last socket; `forget` them unless they come back. */
    leave: (socket: string, contact: string): boolean => {
      const visit = visits.get(contact);
      return visit?.sockets.delete(socket) === true && visit.sockets.size === 0;
    },
    forget(contact: string): void {
      const visit = visits.get(contact);
      if (!visit || visit.sockets.size > 0) return;
      visits.delete(contact);
      changed(contact, { online: false, context: visit.context });
    },
    contacts: (): Iterable<string> => visits.keys(),
    state(contact: string): VisitState {
      const visit = visits.get(contact);
      return { online: (visit?.sockets.size ?? 0) > 0, context: visit?.context };
    },
  };
}

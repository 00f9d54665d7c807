import type { Tool } from '../tools.ts';

const TEAM_FOR_SALES = 20;

/** What the CRM thinks of somebody who asks: whom a person should call, and who picks a time. */
export const leadTools = (url: () => string): Record<string, Tool> => ({
  score({ contact, vars }) {
    const isBig = Number(vars.team) >= TEAM_FOR_SALES;
    return { score: isBig ? 80 : 30, booking: `${url()}/book?lead=${contact.id}` };
  },
});

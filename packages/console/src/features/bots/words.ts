import type { BotSwitches } from '@throughline/shared/schema';

export type BotState = BotSwitches['data'][number];

export const kindWords: Record<BotState['kind'], string> = {
  flow: 'Flow',
  http: 'Program',
  llm: 'Model',
};

export const modeWords: Record<BotState['mode'], { title: string; about: string }> = {
  live: { title: 'Live', about: 'Answers visitors by itself.' },
  supervised: {
    title: 'Supervised',
    about: 'Says what it would say; that is sent unless a person stops it.',
  },
  suggest: { title: 'Suggests', about: 'Says what it would say; a person sends it, or not.' },
  shadow: {
    title: 'Shadow',
    about: 'Is asked along, and shown to nobody before they have answered.',
  },
};

/** Whether it may be given a conversation. */
export const isAnswering = ({ on }: Pick<BotSwitches, 'on'>, bot: BotState): boolean =>
  on && bot.on && bot.mode === 'live';

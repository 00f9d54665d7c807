import { myStatus } from './availability.ts';
import type { Desk } from './desk.ts';
import { offersToMe } from './offers.ts';
import { type PageName, placeOf } from './place.ts';
import type { VIEWS } from './route.ts';
import { isForAll, mayOpen, myId, openRow, type State } from './state.ts';
import { type Suggestion, suggestionOf } from './suggestion.ts';
import { take } from './take-suggestion.ts';

export type Section = 'Conversation' | 'Go to' | 'Console';

/** One thing an agent can do, wherever it is offered: by key, in the palette, in the help. */
export interface Command {
  id: string;
  title: string;
  /** What else one may call it. */
  alias?: string;
  section: Section;
  /** As `keymap.ts` names them; the first is shown. */
  keys: readonly string[];
  forAdmins?: true;
  isOffered(state: State): boolean;
  run(desk: Desk): void;
}

type Rule = Command['isOffered'];

const always: Rule = () => true;
const inInbox: Rule = ({ route }) => route.place === null;
const isOpen: Rule = (state) => openRow(state) !== undefined;
const status =
  (...wanted: string[]): Rule =>
  (state) =>
    wanted.includes(openRow(state)?.status ?? '');
const isAssigned: Rule = (state) => (openRow(state)?.assignee ?? null) !== null;
const isMine: Rule = (state) => openRow(state)?.assignee === myId(state);

const isDrawerOpen: Rule = ({ isWide, areDetailsOpen }) => areDetailsOpen && !isWide;

const compose = (desk: Desk, mode: 'reply' | 'note'): void => {
  desk.drafts.setMode(mode);
  desk.preferences.focus('composer');
};

function resolveAndMoveOn(desk: Desk): void {
  desk.outgoing.resolve();
  if (desk.store.getState().link.status === 'online') desk.go.moveOn();
}

const isSuggested: Rule = (state) => (suggestionOf(state)?.text ?? '') !== '';

const withSuggestion =
  (run: (desk: Desk, suggestion: Suggestion) => void): Command['run'] =>
  (desk) => {
    const suggestion = suggestionOf(desk.store.getState());
    if (suggestion) run(desk, suggestion);
  };

const conversation: Omit<Command, 'section'>[] = [
  {
    id: 'reply',
    title: 'Reply',
    keys: ['r'],
    isOffered: isOpen,
    run: (desk) => compose(desk, 'reply'),
  },
  {
    id: 'note',
    title: 'Add a note',
    keys: ['n'],
    isOffered: isOpen,
    run: (desk) => compose(desk, 'note'),
  },
  {
    id: 'take',
    title: 'Assign to me',
    keys: ['i'],
    isOffered: (state) => isOpen(state) && !isMine(state),
    run: ({ outgoing, store }) => outgoing.assign(myId(store.getState())),
  },
  {
    id: 'assign',
    title: 'Assign to…',
    alias: 'Move to a queue, transfer, pass on',
    keys: ['a'],
    isOffered: isOpen,
    run: ({ preferences }) => preferences.overlay('assign'),
  },
  {
    id: 'unassign',
    title: 'Assign to nobody',
    alias: 'Unassign',
    keys: [],
    isOffered: isAssigned,
    run: ({ outgoing }) => outgoing.assign(null),
  },
  {
    id: 'hand-back',
    title: 'Hand back to a bot…',
    alias: 'Bot, automation, give to',
    keys: ['b'],
    isOffered: status('open', 'waiting'),
    run: ({ preferences }) => preferences.overlay('hand-back'),
  },
  {
    id: 'use-suggestion',
    title: 'Use the suggestion',
    alias: 'Draft of a bot',
    keys: ['u'],
    isOffered: isSuggested,
    run: withSuggestion((desk, suggestion) => take(desk, suggestion)),
  },
  {
    id: 'send-suggestion',
    title: 'Send the suggestion',
    keys: ['Shift+u'],
    isOffered: isSuggested,
    run: withSuggestion(({ outgoing }, suggestion) => outgoing.sendSuggestion(suggestion)),
  },
  {
    id: 'dismiss-suggestion',
    title: 'Dismiss the suggestion',
    keys: [],
    isOffered: isSuggested,
    run: withSuggestion(({ outgoing }, { id }) => outgoing.dismiss(id)),
  },
  {
    id: 'resolve',
    title: 'Resolve',
    keys: ['e'],
    isOffered: status('open', 'waiting', 'snoozed'),
    run: ({ outgoing }) => outgoing.resolve(),
  },
  {
    id: 'resolve-next',
    title: 'Resolve and go to the next',
    keys: ['Shift+e'],
    isOffered: status('open', 'waiting', 'snoozed'),
    run: resolveAndMoveOn,
  },
  {
    id: 'reopen',
    title: 'Reopen',
    keys: ['Shift+o'],
    isOffered: status('resolved'),
    run: ({ outgoing }) => outgoing.reopen(),
  },
  {
    id: 'wake',
    title: 'Wake now',
    keys: ['Shift+o'],
    isOffered: status('snoozed'),
    run: ({ outgoing }) => outgoing.reopen(),
  },
  {
    id: 'snooze',
    title: 'Snooze…',
    keys: ['z', 'h'],
    isOffered: status('open', 'waiting', 'snoozed'),
    run: ({ preferences }) => preferences.overlay('snooze'),
  },
  {
    id: 'tag',
    title: 'Tags…',
    keys: ['l', 't'],
    isOffered: isOpen,
    run: ({ preferences }) => preferences.overlay('tags'),
  },
  {
    id: 'details',
    title: 'Show or hide details',
    keys: [']'],
    isOffered: isOpen,
    run: ({ preferences }) => preferences.toggleDetails(),
  },
];

const viewKeys: Record<(typeof VIEWS)[number], [title: string, key: string]> = {
  mine: ['Mine', 'm'],
  unassigned: ['Unassigned', 'u'],
  all: ['All', 'a'],
  snoozed: ['Snoozed', 's'],
  resolved: ['Resolved', 'r'],
};

const pageKeys: Record<PageName, [title: string, key: string, alias: string]> = {
  bots: ['Bots', 'b', 'Flows, programs and models that answer'],
  queues: ['Queues', 'q', 'Who waits, who has room'],
  journeys: ['Journeys', 'j', 'Flows, outcomes, promises'],
  routing: ['Routing', 'o', 'Rules, teams, skills'],
  sites: ['Sites', 'i', 'Look, hours, greetings, widget'],
  events: ['Events', 'e', 'Log, live tail'],
  endpoints: ['Endpoints', 'w', 'Webhooks, deliveries'],
  keys: ['API keys', 'k', 'Secrets, programs'],
  team: ['Team', 't', 'Agents, accounts, administrators, roles, disable'],
};

const places: Omit<Command, 'section'>[] = [
  {
    id: 'next',
    title: 'Next conversation',
    keys: ['j'],
    isOffered: inInbox,
    run: ({ go }) => go.step(1),
  },
  {
    id: 'previous',
    title: 'Previous conversation',
    keys: ['k'],
    isOffered: inInbox,
    run: ({ go }) => go.step(-1),
  },
  ...Object.entries(viewKeys).map(([view, [title, key]]) => ({
    id: `view-${view}`,
    title,
    keys: [`g ${key}`],
    isOffered: always,
    run: ({ go }: Desk) => go.view(view as keyof typeof viewKeys),
  })),
  ...Object.entries(pageKeys).map(([page, [title, key, alias]]) => ({
    id: `page-${page}`,
    title,
    alias,
    keys: [`g ${key}`],
    ...(!isForAll(page as PageName) && { forAdmins: true as const }),
    isOffered: (state: State) => mayOpen(state, page as PageName),
    run: ({ go }: Desk) => go.place(placeOf(page as PageName)),
  })),
  {
    id: 'search',
    title: 'Search conversations',
    keys: ['/'],
    isOffered: inInbox,
    run: ({ preferences }) => preferences.focus('search'),
  },
  {
    id: 'back',
    title: 'Back',
    keys: ['Escape'],
    isOffered: (state) => state.route.conversation !== null,
    run: ({ store, preferences, go }) =>
      isDrawerOpen(store.getState()) ? preferences.toggleDetails(false) : go.open(null),
  },
];

const isTheme =
  (theme: State['settings']['theme']): Rule =>
  (state) =>
    state.settings.theme !== theme;

type Toggle = 'sound' | 'notifications' | 'shortcuts';

const toggles: Record<Toggle, string> = {
  sound: 'sound',
  notifications: 'desktop notifications',
  shortcuts: 'single-key shortcuts',
};

async function turn(
  { store, preferences, notices }: Desk,
  name: Toggle,
  isOn: boolean,
): Promise<void> {
  if (name === 'notifications') await preferences.setNotifications(isOn);
  else preferences.set({ [name]: isOn });
  // A browser that does not let us notify has been spoken of already.
  if (store.getState().settings[name] === isOn)
    notices.say(`Turned ${toggles[name]} ${isOn ? 'on' : 'off'}.`);
}

const turning = (name: Toggle, isOn: boolean): Omit<Command, 'section'> => ({
  id: `${name} ${isOn ? 'on' : 'off'}`,
  title: `Turn ${toggles[name]} ${isOn ? 'on' : 'off'}`,
  keys: [],
  isOffered: ({ settings }) => settings[name] !== isOn,
  run: (desk) => void turn(desk, name, isOn),
});

const isOffered: Rule = (state) => offersToMe(state).length > 0;

/** With the one that ends first. */
const withOffer =
  (does: 'accept' | 'decline'): Command['run'] =>
  ({ store, outgoing }) => {
    const [first] = offersToMe(store.getState());
    if (first) outgoing[does](first);
  };

const routed: Omit<Command, 'section'>[] = [
  {
    id: 'accept',
    title: 'Accept the offer',
    alias: 'Take what is offered',
    keys: ['y'],
    isOffered,
    run: withOffer('accept'),
  },
  {
    id: 'decline',
    title: 'Decline the offer',
    keys: ['x'],
    isOffered,
    run: withOffer('decline'),
  },
  {
    id: 'away',
    title: 'Set yourself away',
    alias: 'Pause, break, status',
    keys: ['Shift+a'],
    isOffered: (state) => myStatus(state) === 'available',
    run: ({ availability }) => availability.choose('away'),
  },
  {
    id: 'available',
    title: 'Set yourself available',
    alias: 'Back, status',
    keys: ['Shift+a'],
    isOffered: (state) => myStatus(state) === 'away',
    run: ({ availability }) => availability.choose('available'),
  },
];

const house: Omit<Command, 'section'>[] = [
  {
    id: 'palette',
    title: 'All commands',
    keys: ['Mod+k'],
    isOffered: always,
    run: ({ preferences }) => preferences.overlay('palette'),
  },
  {
    id: 'help',
    title: 'Keyboard shortcuts',
    keys: ['?'],
    isOffered: always,
    run: ({ preferences }) => preferences.overlay('help'),
  },
  ...(['sound', 'notifications', 'shortcuts'] as const).flatMap((name) => [
    turning(name, true),
    turning(name, false),
  ]),
  ...(['light', 'dark', 'auto'] as const).map((theme) => ({
    id: `theme-${theme}`,
    title: { light: 'Light theme', dark: 'Dark theme', auto: 'Theme of the system' }[theme],
    keys: [],
    isOffered: isTheme(theme),
    run: ({ preferences }: Desk) => preferences.set({ theme }),
  })),
  {
    id: 'sign-out',
    title: 'Sign out',
    keys: [],
    isOffered: always,
    run: ({ account }) => void account.signOut(),
  },
];

const inSection =
  (section: Section) =>
  (command: Omit<Command, 'section'>): Command => ({ ...command, section });

export const commands: readonly Command[] = [
  ...conversation.map(inSection('Conversation')),
  ...places.map(inSection('Go to')),
  ...routed.map(inSection('Console')),
  ...house.map(inSection('Console')),
];

export const isPrefix = (key: string): boolean =>
  commands.some(({ keys }) => keys.some((keys) => keys.startsWith(`${key} `)));

/** The command a key means now; with single keys switched off, only chords and Escape remain. */
export function commandFor(key: string, state: State): Command | undefined {
  const isSingle = !key.startsWith('Mod+') && key !== 'Escape';
  if (isSingle && !state.settings.shortcuts) return undefined;
  return commands.find((command) => command.keys.includes(key) && command.isOffered(state));
}

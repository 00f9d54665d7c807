import { useId } from 'preact/hooks';
import type { Where } from '../../api.ts';
import { myStatus } from '../../store/availability.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { PAGES, type PageName, placeOf } from '../../store/place.ts';
import type { Theme } from '../../store/settings.ts';
import { agentOf, mayOpen } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import {
  BellIcon,
  DoorIcon,
  type Icon,
  KeyboardIcon,
  SendIcon,
  SoundIcon,
} from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { pages } from './pages.ts';
import { StatusSwitch } from './StatusSwitch.tsx';

/** Who one is, and how this browser should behave. */
export function AccountMenu() {
  const id = useId();
  const agent = useStore(agentOf);
  const status = useStore(myStatus);
  if (!agent) return null;
  return (
    <div class="account">
      <button type="button" class="account-button" popovertarget={id} title="Settings">
        <Avatar id={agent.id} name={agent.name} size={28} status={status} />
        <span class="rail-label account-name">
          <bdi>{agent.name}</bdi>
          <span class="sr-only">, settings</span>
        </span>
      </button>
      <div id={id} class="menu" popover="auto">
        <p class="menu-head">
          <strong>
            <bdi>{agent.name}</bdi>
          </strong>
          <span>
            <bdi>{agent.email}</bdi>
          </span>
        </p>
        <MyStatus />
        <Pages menu={id} />
        <ThemeChoice />
        <Switches />
        <MenuActions menu={id} />
      </div>
    </div>
  );
}

/** On a phone, where the rail has no room for it. */
function MyStatus() {
  return (
    <div class="menu-status">
      <StatusSwitch />
    </div>
  );
}

/** On a phone, where the rail has no room for them. */
function Pages({ menu }: { menu: string }) {
  const hasAny = useStore((state) => PAGES.some((page) => mayOpen(state, page)));
  if (!hasAny) return null;
  return (
    <div class="menu-section menu-pages">
      {PAGES.map((page) => (
        <PageItem key={page} menu={menu} page={page} />
      ))}
    </div>
  );
}

function PageItem({ menu, page }: { menu: string; page: PageName }) {
  const { go } = useDesk();
  const isThere = useStore((state) => mayOpen(state, page));
  const { title, icon: Glyph } = pages[page];
  if (!isThere) return null;
  return (
    <button
      type="button"
      class="menu-item"
      onClick={() => {
        document.getElementById(menu)?.hidePopover();
        go.place(placeOf(page));
      }}
    >
      <Glyph />
      <span>{title}</span>
    </button>
  );
}

const themes: [Theme, string][] = [
  ['auto', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function ThemeChoice() {
  const { preferences } = useDesk();
  const theme = useStore(({ settings }) => settings.theme);
  return (
    <Segments
      label="Theme"
      options={themes}
      value={theme}
      onChange={(value) => preferences.set({ theme: value })}
    />
  );
}

function Switches() {
  const { preferences } = useDesk();
  const settings = useStore((state) => state.settings);
  const flags: [keyof typeof settings, string, Icon][] = [
    ['sound', 'Sound for new messages', SoundIcon],
    ['enterSends', 'Enter sends', SendIcon],
    ['shortcuts', 'Single-key shortcuts', KeyboardIcon],
  ];
  return (
    <div class="menu-section">
      <Switch
        label="Desktop notifications"
        icon={BellIcon}
        isOn={settings.notifications}
        onChange={(isOn) => void preferences.setNotifications(isOn)}
      />
      {flags.map(([name, label, icon]) => (
        <Switch
          key={name}
          label={label}
          icon={icon}
          isOn={settings[name] === true}
          onChange={(isOn) => preferences.set({ [name]: isOn })}
        />
      ))}
    </div>
  );
}

const signOuts: [Where, string][] = [
  ['here', 'Sign out'],
  ['everywhere', 'Sign out everywhere'],
];

function MenuActions({ menu }: { menu: string }) {
  const { preferences, account } = useDesk();
  const close = () => document.getElementById(menu)?.hidePopover();
  return (
    <div class="menu-section">
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          close();
          preferences.overlay('help');
        }}
      >
        <KeyboardIcon />
        <span>Keyboard shortcuts</span>
        <Kbd keys="?" />
      </button>
      {signOuts.map(([where, title]) => (
        <button
          key={where}
          type="button"
          class="menu-item"
          onClick={() => {
            close();
            void account.signOut(where);
          }}
        >
          <DoorIcon />
          <span>{title}</span>
        </button>
      ))}
    </div>
  );
}

import { commands, type Section } from '../../store/commands.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { isAdmin } from '../../store/state.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { CloseIcon, KeyboardIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Switch } from '../../ui/Switch.tsx';

interface Line {
  title: string;
  keys: string;
}

const writing: Line[] = [
  { title: 'Send', keys: 'Mod+Enter' },
  { title: 'Send and resolve', keys: 'Mod+Shift+Enter' },
  { title: 'New line', keys: 'Shift+Enter' },
  { title: 'Leave the field', keys: 'Escape' },
];

/** Under one key with another, which says enough. */
const twins: ReadonlySet<string> = new Set(['wake', 'available']);

const linesOf = (section: Section, mayAll: boolean): Line[] =>
  commands.flatMap(({ title, keys, section: its, id, forAdmins }) =>
    its === section && keys[0] && !twins.has(id) && (mayAll || !forAdmins)
      ? [{ title: /^(view|page)-/.test(id) ? `Go to ${title}` : title, keys: keys[0] }]
      : [],
  );

/** Every key there is. */
export function Help() {
  const { preferences } = useDesk();
  const shortcuts = useStore(({ settings }) => settings.shortcuts);
  const mayAll = useStore(isAdmin);
  const close = () => preferences.overlay(null);
  return (
    <Dialog label="Keyboard shortcuts" onClose={close}>
      <header class="help-head">
        <h2>Keyboard shortcuts</h2>
        <IconButton label="Close" hint="Esc" icon={CloseIcon} onClick={close} />
      </header>
      <div class="help-switch">
        <Switch
          label="Single-key shortcuts"
          icon={KeyboardIcon}
          isOn={shortcuts}
          onChange={(isOn) => preferences.set({ shortcuts: isOn })}
        />
      </div>
      <div class="help-columns">
        <Keys title="Conversation" lines={linesOf('Conversation', mayAll)} />
        <Keys title="Console" lines={linesOf('Console', mayAll)} />
        <Keys title="Go to" lines={linesOf('Go to', mayAll)} />
        <Keys title="While writing" lines={writing} />
      </div>
    </Dialog>
  );
}

function Keys({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="help-keys">
        {lines.map(({ title, keys }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <Kbd keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

import { useEffect, useId, useState } from 'preact/hooks';
import type { BlockKind } from '../../../lib/block-draft.ts';
import { PlusIcon } from '../../../ui/icons.tsx';
import { kinds } from './kinds.tsx';

/** What can go with a reply beside words and files. */
export function BlockMenu({ onPick }: { onPick(kind: BlockKind): void }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        class="attach"
        popovertarget={id}
        aria-label="Add to the reply"
        title="Add to the reply"
      >
        <PlusIcon size={20} />
      </button>
      <div id={id} class="menu block-menu" popover="auto">
        {(Object.keys(kinds) as BlockKind[]).map((kind) => {
          const { title, icon: Glyph } = kinds[kind];
          return (
            <button
              key={kind}
              type="button"
              class="menu-item"
              onClick={() => {
                document.getElementById(id)?.hidePopover();
                onPick(kind);
              }}
            >
              <Glyph />
              <span>{title}</span>
            </button>
          );
        })}
      </div>
    </>
  );
}

type Loaded = typeof import('./BlockDialog.tsx');

interface AddingProps {
  kind: BlockKind;
  onClose(): void;
  onFailed(): void;
}

/** Fetched when it is first wanted. */
export function Adding({ kind, onClose, onFailed }: AddingProps) {
  const [part, setPart] = useState<Loaded>();
  useEffect(() => {
    import('./BlockDialog.tsx').then(setPart, onFailed);
  }, []);
  return part ? <part.BlockDialog kind={kind} onClose={onClose} /> : null;
}

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isComposing } from '../../lib/typing.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { CloseIcon, SearchIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';

const PAUSE_MS = 250;

/** Looks through every view while one types. */
export function SearchField() {
  const { go } = useDesk();
  const query = useStore(({ route }) => route.query);
  const search = useStore((state) => state.search);
  const focus = useStore((state) => state.focus);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  /** Words whose first hit is to be opened. */
  const [wanted, setWanted] = useState<string | null>(null);

  useEffect(() => setText(query), [query]);
  useEffect(() => {
    if (text === query) return;
    const timer = setTimeout(() => go.search(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, query, go]);
  useEffect(() => {
    if (search?.query !== wanted || search?.phase !== 'ready') return;
    setWanted(null);
    const [first] = search.ids;
    if (!first) return;
    // From here on single keys are commands again.
    input.current?.blur();
    go.open(first);
  }, [search, wanted, go]);
  useLayoutEffect(() => {
    if (focus?.field === 'search') input.current?.select();
  }, [focus]);

  const clear = () => {
    setWanted(null);
    setText('');
    go.search('');
  };
  return (
    <search class="search">
      <SearchIcon />
      <input
        ref={input}
        type="text"
        class="search-input"
        aria-label="Search conversations"
        placeholder="Search"
        maxLength={200}
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => {
          setWanted(null);
          setText(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event)) {
            if (text !== query) go.search(text);
            setWanted(text);
          }
          if (event.key !== 'Escape') return;
          clear();
          event.currentTarget.blur();
        }}
      />
      {text === '' ? (
        <Kbd keys="/" />
      ) : (
        <button type="button" class="search-clear" aria-label="Clear search" onClick={clear}>
          <CloseIcon />
        </button>
      )}
    </search>
  );
}

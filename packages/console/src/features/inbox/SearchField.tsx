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
  const focus = useStore((state) => state.focus);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);

  useEffect(() => setText(query), [query]);
  useEffect(() => {
    if (text === query) return;
    const timer = setTimeout(() => go.search(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, query, go]);
  useLayoutEffect(() => {
    if (focus?.field === 'search') input.current?.select();
  }, [focus]);

  const clear = () => {
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
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event)) go.search(text);
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

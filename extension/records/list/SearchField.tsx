import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { SEARCH_LENGTH } from '../../../shared/contract/limits.ts';
import { TextField } from '../../ui/fields/TextField.tsx';

/** Long enough that a word is one search, short enough to feel like none. */
const TYPING_PAUSE_MS = 180;

interface Props {
  label: string;
  placeholder: string;
  /** What the list is searched for now. */
  q: string;
  onSearch(q: string): void;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** Searches while one types; Esc takes the text away. */
export function SearchField({ label, placeholder, q, onSearch, searchRef }: Props) {
  const [text, setText] = useState(q);
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // The button of an empty result clears the filter behind the field's back.
  useEffect(() => {
    if (q === '') setText('');
  }, [q]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && text !== '') {
      event.preventDefault();
      setText('');
      onSearch('');
    }
    // Whoever goes on to the rows means those of what is typed.
    if (event.key === 'ArrowDown' || event.key === 'Enter') onSearch(text);
  };
  return (
    <TextField
      label={label}
      hideLabel
      type="search"
      icon="search"
      shortcut="/"
      placeholder={placeholder}
      maxLength={SEARCH_LENGTH}
      spellcheck={false}
      autocomplete="off"
      value={text}
      onInput={setText}
      onKeyDown={onKeyDown}
      inputRef={searchRef}
    />
  );
}

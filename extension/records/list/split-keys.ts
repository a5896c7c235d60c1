import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { isTyping } from '../../ui/is-typing.ts';

/** Keys of a list with a record beside it or in its place: `/` goes to the search, Esc from the record back to its row. */
export function useSplitKeys(
  open: { readonly value: string | null },
  close: () => void,
  search: RefObject<HTMLInputElement | null>,
): void {
  // Before the first frame: whoever sees the rows may press a key.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]')) return;
      const id = open.value;
      if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault();
        close();
        // At once where the list is shown: what is typed next is for the search.
        search.current?.focus();
        if (document.activeElement !== search.current) requestAnimationFrame(() => search.current?.focus());
      }
      if (event.key === 'Escape' && id !== null) {
        event.preventDefault();
        // Out of a field that has no draft of its own first: what is typed there would be gone.
        if (event.target instanceof HTMLInputElement && event.target.closest('.detail-pane'))
          return event.target.blur();
        close();
        requestAnimationFrame(() =>
          document.querySelector<HTMLElement>(`.list-area [data-record="${CSS.escape(id)}"] .record-open`)?.focus(),
        );
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [open, close, search]);
}

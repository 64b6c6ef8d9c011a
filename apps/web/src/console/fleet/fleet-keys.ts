'use client';

import { type RefObject, useEffect, useState } from 'react';

/**
 * The table by keyboard: `/` searches, `j` and `k` move, `x` selects, Esc lets go. Returns the place it is at.
 * @param toggle null where nothing may be selected
 */
export function useFleetKeys(options: {
  ids: readonly string[];
  search: RefObject<HTMLInputElement | null>;
  selected: ReadonlySet<string>;
  toggle: ((id: string, isSelected: boolean) => void) | null;
  clear: () => void;
}): number {
  const { ids, search, selected, toggle, clear } = options;
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('[role=dialog]') !== null) return;
      const isWriting =
        event.target instanceof HTMLElement &&
        event.target.matches('input:not([type=checkbox]), textarea, select');
      if (event.key === 'Escape') {
        if (isWriting) search.current?.blur();
        else clear();
        return;
      }
      if (isWriting) return;
      const id = ids[current];
      if (event.key === '/') search.current?.focus();
      else if (event.key === 'j') setCurrent(Math.min(current + 1, ids.length - 1));
      else if (event.key === 'k') setCurrent(Math.max(current - 1, 0));
      else if (event.key === 'x' && toggle && id !== undefined) toggle(id, !selected.has(id));
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [ids, search, selected, toggle, clear, current]);
  return current;
}

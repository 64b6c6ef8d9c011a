'use client';

import { useEffect } from 'react';

/** `/` leads to the search, `j` and `k` from one row to the next; Enter opens it, as it does any button. */
export function useMessageKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (event.key === '/') document.querySelector<HTMLElement>('[role=search] input')?.focus();
      else if (event.key === 'j') move(1);
      else if (event.key === 'k') move(-1);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** What is typed there is text; and what is behind a dialog is out of reach. */
function isWriting(target: EventTarget | null): boolean {
  const isField = target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  return isField || document.querySelector('[role=dialog]') !== null;
}

function move(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-message]')];
  const here = rows.findIndex((row) => row === document.activeElement);
  rows[here === -1 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1)]?.focus();
}

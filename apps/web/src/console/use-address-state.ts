'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useState } from 'react';

/** What is chosen on a page, kept in its address, so that it can be sent on and survives a reload. */
export function useAddressState(name: string, initial: string): [string, (value: string) => void] {
  const given = useSearchParams().get(name);
  const [value, setValue] = useState(given ?? initial);
  const set = useCallback(
    (next: string) => {
      setValue(next);
      const address = new URL(location.href);
      if (next === initial) address.searchParams.delete(name);
      else address.searchParams.set(name, next);
      history.replaceState(null, '', address);
    },
    [name, initial],
  );
  return [value, set];
}

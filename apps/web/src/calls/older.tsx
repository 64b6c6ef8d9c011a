'use client';

import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from '@/ui/button';

/** Below a list that is read page by page: what is older, where there is any. */
export function Older({ of: list }: { of: UseInfiniteQueryResult }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="border-t border-line p-4 text-center">
      <Button
        kind="plain"
        size="small"
        disabled={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {list.isFetchingNextPage ? 'Loading…' : 'Older'}
      </Button>
    </div>
  );
}

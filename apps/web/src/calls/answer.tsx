'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Failed, Waiting } from '@/ui/notice';
import { sentenceOf } from './control-plane';

/**
 * Shows an answer once it is there. Without one: that it is waited for, or why there is none, with a way to try again.
 * What was there before stays where asking anew fails; the freshness line says how old it is. So does a failure while it is
 * asked again, by itself or by hand: a page that comes and goes can't be read.
 */
export function Answer<Data>(props: {
  of: UseQueryResult<Data>;
  /** What could not be fetched: "The messages". */
  what: string;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  const { of: query, what, lines, children } = props;
  const [failure, setFailure] = useState<Error | null>(null);
  if (query.error !== null && query.error !== failure) setFailure(query.error);
  if (query.data !== undefined) return children(query.data);
  // The count is of this question alone; the error is forgotten while it is asked again.
  if (query.errorUpdateCount > 0) {
    return (
      <Failed
        title={`${what} could not be fetched`}
        text={sentenceOf(query.error ?? failure)}
        onRetry={() => void query.refetch()}
        isTrying={query.isFetching}
      />
    );
  }
  return <Waiting {...(lines === undefined ? {} : { lines })} label={`${what}: loading`} />;
}

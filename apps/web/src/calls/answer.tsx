'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failed, Waiting } from '@/ui/notice';
import { sentenceOf } from './control-plane';

/**
 * Shows an answer once it is there. Without one: that it is waited for, or why there is none, with a way to try again.
 * What was there before stays where asking anew fails; the freshness line says how old it is.
 */
export function Answer<Data>(props: {
  of: UseQueryResult<Data>;
  /** What could not be fetched: "The messages". */
  what: string;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  const { of: query, what, lines, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <Failed
        title={`${what} could not be fetched`}
        text={sentenceOf(query.error)}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return <Waiting {...(lines === undefined ? {} : { lines })} label={`${what}: loading`} />;
}

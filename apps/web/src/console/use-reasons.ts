'use client';

import { useQuery } from '@tanstack/react-query';
import type { Reason, ReasonView } from '@wafleet/contracts';
import { answerOf, controlPlane } from '@/calls/control-plane';

/** The words of every reason, fetched once. Until they are there, and for one that is not among them: its code. */
export function useReasons(): (code: Reason | null) => Pick<ReasonView, 'label' | 'explanation'> | null {
  const { data } = useQuery({
    queryKey: ['reasons'],
    queryFn: () => answerOf(controlPlane.GET('/admin/reasons')),
    staleTime: Infinity,
  });
  return (code) => {
    if (code === null) return null;
    return data?.items.find((reason) => reason.code === code) ?? { label: code, explanation: '' };
  };
}

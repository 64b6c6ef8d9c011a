'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { TenantEvent } from '@wafleet/contracts';
import { useCallback, useRef } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { useLiveEvents } from '@/live/live';

/** Numbers change without an event. */
const lookEveryMs = 10_000;
/** What comes together is looked at once. */
const gatherMs = 250;

/** A tenant and its state, read again soon after anything happens to it. */
export function useTenant(tenantId: string) {
  const answers = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const params = { path: { tenantId } };
  const onEvent = useCallback(
    ({ type }: TenantEvent) => {
      if (type.startsWith('message.')) return;
      timer.current ??= setTimeout(() => {
        timer.current = null;
        void answers.invalidateQueries({ queryKey: ['tenant', tenantId] });
      }, gatherMs);
    },
    [answers, tenantId],
  );
  useLiveEvents(onEvent);
  const tenant = useQuery({
    queryKey: ['tenant', tenantId, 'row'],
    queryFn: () => answerOf(controlPlane.GET('/admin/tenants/{tenantId}', { params })),
  });
  const status = useQuery({
    queryKey: ['tenant', tenantId, 'status'],
    queryFn: () => answerOf(controlPlane.GET('/admin/tenants/{tenantId}/status', { params })),
    refetchInterval: lookEveryMs,
  });
  return { tenant, status };
}

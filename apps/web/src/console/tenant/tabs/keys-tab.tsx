'use client';

import { useMemo } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { type KeyCalls, TenantKeys } from '@/keys/tenant-keys';
import { useMayAct } from '../../operator';

const at = '/admin/tenants/{tenantId}/keys';

/** Keys of the tenant's own programs. */
export function KeysTab({ tenantId }: { tenantId: string }) {
  const mayAct = useMayAct();
  const calls = useMemo((): KeyCalls => {
    const path = { tenantId };
    return {
      queryKey: ['tenant', tenantId, 'keys'],
      list: () => answerOf(controlPlane.GET(at, { params: { path, query: { limit: 200 } } })),
      create: (body) => answerOf(controlPlane.POST(at, { params: { path }, body })),
      revoke: (keyId) =>
        answerOf(controlPlane.DELETE(`${at}/{keyId}`, { params: { path: { ...path, keyId } } })),
    };
  }, [tenantId]);
  return <TenantKeys calls={calls} mayChange={mayAct} />;
}

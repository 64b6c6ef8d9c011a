'use client';

import { answerOf, controlPlane } from '@/calls/control-plane';
import { type KeyCalls, TenantKeys } from '@/keys/tenant-keys';
import { useWorkspace } from './workspace';

const at = '/portal/tenant/current/keys';

const calls: KeyCalls = {
  queryKey: ['keys'],
  list: () => answerOf(controlPlane.GET(at, { params: { query: { limit: 200 } } })),
  create: (body) => answerOf(controlPlane.POST(at, { body })),
  revoke: (keyId) => answerOf(controlPlane.DELETE(`${at}/{keyId}`, { params: { path: { keyId } } })),
};

/** Keys of the workspace's own programs. */
export function Keys() {
  return <TenantKeys calls={calls} mayChange={useWorkspace().role === 'OWNER'} />;
}

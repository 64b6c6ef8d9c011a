'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { AuditLink } from '@/calls/audit-link';

const Role = createContext<'ADMIN' | 'VIEWER'>('VIEWER');

/** What the signed-in operator may do; the control plane refuses the rest whatever a page shows. */
export function OperatorRole({ role, children }: { role: 'ADMIN' | 'VIEWER'; children: ReactNode }) {
  return (
    <Role value={role}>
      <AuditLink href="/audit">{children}</AuditLink>
    </Role>
  );
}

/** Whether the operator may change anything, or only look. */
export const useMayAct = (): boolean => useContext(Role) === 'ADMIN';

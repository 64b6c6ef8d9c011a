'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { AuditLink } from '@/calls/audit-link';
import { useFreshAnswers } from './answers';

/** The workspace that is looked at, and what this person may do in it. */
export interface Workspace {
  id: string;
  name: string;
  /** Null for an operator who looks at it as its people do. */
  role: 'OWNER' | 'STAFF' | null;
  isReadOnly: boolean;
}

const Current = createContext<Workspace | null>(null);

export function WorkspaceProvider({ workspace, children }: { workspace: Workspace; children: ReactNode }) {
  useFreshAnswers();
  return (
    <Current value={workspace}>
      <AuditLink href="/activity?tab=deeds">{children}</AuditLink>
    </Current>
  );
}

export function useWorkspace(): Workspace {
  const workspace = useContext(Current);
  if (workspace === null) throw new Error('not inside a WorkspaceProvider');
  return workspace;
}

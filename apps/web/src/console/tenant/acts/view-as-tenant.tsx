'use client';

import { chooseWorkspace } from '@/calls/choose-workspace';
import { Button } from '@/ui/button';

/** The portal as the tenant's people see it; nothing can be changed there, and the visit is in the audit log. */
export function ViewAsTenant({ tenantId }: { tenantId: string }) {
  return (
    <Button kind="plain" onClick={() => void chooseWorkspace(tenantId)}>
      View as tenant
    </Button>
  );
}

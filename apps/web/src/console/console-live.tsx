'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Live } from '@/live/live';

/** The one stream of a tab, of what the page is about: the table of the fleet, one tenant, or everything that happens. */
export function ConsoleLive({ children }: { children: ReactNode }) {
  return (
    <Live url={streamOf(usePathname())} doorUrl="/api/admin/reasons">
      {children}
    </Live>
  );
}

function streamOf(path: string): string {
  if (path === '/fleet') return '/api/admin/fleet/live';
  const tenantId = /^\/fleet\/(ten_[0-9a-z]+)/.exec(path)?.[1];
  return tenantId === undefined ? '/api/admin/events' : `/api/admin/events?tenantId=${tenantId}`;
}

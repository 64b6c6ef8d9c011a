'use client';

import { createContext, type ReactNode, useContext } from 'react';

const Href = createContext<string | null>(null);

/** Where what is done below is on record, for who may read it; null where it is not. */
export function AuditLink({ href, children }: { href: string | null; children: ReactNode }) {
  return <Href value={href}>{children}</Href>;
}

/** For the news that something was done. */
export function useAuditLink(): { link?: { label: string; href: string } } {
  const href = useContext(Href);
  return href === null ? {} : { link: { label: 'Audit', href } };
}

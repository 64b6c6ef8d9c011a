import type { ReactNode } from 'react';
import { visitor } from '@/server/person';
import { workspaceOf } from '@/server/workspace-of';
import ConsoleLayout from '../(console)/layout';
import PortalLayout from '../(portal)/layout';

/** One address for everybody: in the portal for who is in a workspace, in the console for operators who are in none. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const who = await visitor();
  const isOperator = who.kind === 'person' && who.person.fleetRole !== null;
  const place = isOperator ? await workspaceOf(who.person) : null;
  const isInWorkspace = place?.kind === 'own' || place?.kind === 'viewed';
  const Layout = isOperator && !isInWorkspace ? ConsoleLayout : PortalLayout;
  return <Layout>{children}</Layout>;
}

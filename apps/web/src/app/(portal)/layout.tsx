import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Bare } from '@/frame/bare';
import { forPerson } from '@/frame/for-person';
import { Frame } from '@/frame/frame';
import { SignOutButton } from '@/frame/way-on';
import { Live } from '@/live/live';
import { LeaveWorkspaceButton, ViewingBanner, WorkspaceList, WorkspaceMenu } from '@/portal/workspace-choice';
import { type Workspace, WorkspaceProvider } from '@/portal/workspace';
import { type Person, viewedName } from '@/server/person';
import { workspaceOf } from '@/server/workspace-of';

const links = [
  { href: '/', label: 'Status' },
  { href: '/connect', label: 'Connect' },
  { href: '/messages', label: 'Messages' },
  { href: '/groups', label: 'Groups' },
  { href: '/webhooks', label: 'Webhooks' },
  { href: '/keys', label: 'Keys' },
  { href: '/activity', label: 'Activity' },
  { href: '/people', label: 'People' },
  { href: '/settings', label: 'Settings' },
];

const away = {
  signInPath: '/sign-in',
  title: 'Status unavailable',
  text: "We can't reach the service. This says nothing about your WhatsApp.",
};

/** The portal, for the people of one tenant. */
export default function PortalLayout({ children }: { children: ReactNode }) {
  return forPerson(away, (person) => inWorkspace(person, children));
}

async function inWorkspace(person: Person, children: ReactNode) {
  const place = await workspaceOf(person);
  switch (place.kind) {
    case 'own':
      return page(person, { ...place.workspace, isReadOnly: false }, children);
    case 'viewed': {
      const name = await viewedName(place.id);
      if (name !== null) return page(person, { id: place.id, name, role: null, isReadOnly: true }, children);
      return (
        <Bare title="This workspace can't be shown" text="It is gone, or the service can't be reached.">
          <LeaveWorkspaceButton />
        </Bare>
      );
    }
    case 'undecided':
      return (
        <Bare title="Which workspace?" text="You belong to several. You can change it later, at the top.">
          <WorkspaceList choices={person.tenants} />
        </Bare>
      );
    case 'none':
      if (person.fleetRole !== null) redirect('/fleet');
      return (
        <Bare
          title="No workspace yet"
          text="Your account is not linked to a workspace yet. Ask your administrator."
        >
          <SignOutButton />
        </Bare>
      );
  }
}

function page(person: Person, workspace: Workspace, children: ReactNode) {
  const { id, isReadOnly } = workspace;
  return (
    <Live url="/api/portal/tenant/current/events/live" doorUrl="/api/portal/tenant/current/status">
      <WorkspaceProvider workspace={workspace}>
        <Frame
          person={person}
          home="/"
          links={links}
          banner={isReadOnly ? <ViewingBanner workspace={workspace} /> : null}
          place={isReadOnly ? null : <WorkspaceMenu current={id} choices={person.tenants} />}
        >
          {children}
        </Frame>
      </WorkspaceProvider>
    </Live>
  );
}

import type { ReactNode } from 'react';
import { notFound } from 'next/navigation';
import { ConsoleLive } from '@/console/console-live';
import { OperatorRole } from '@/console/operator';
import { forPerson } from '@/frame/for-person';
import { Frame } from '@/frame/frame';
import type { NavLink } from '@/frame/nav-links';

const links: NavLink[] = [
  { href: '/fleet', label: 'Fleet' },
  { href: '/incidents', label: 'Incidents' },
  { href: '/bulk', label: 'Jobs' },
  { href: '/rollouts', label: 'Rollouts' },
  { href: '/capacity', label: 'Capacity' },
  { href: '/health', label: 'Health' },
  { href: '/audit', label: 'Audit' },
  { href: '/users', label: 'Users' },
  { href: '/api-keys', label: 'Keys' },
  { href: '/settings', label: 'Settings' },
];

const away = {
  signInPath: '/sign-in?next=/fleet',
  title: 'The control plane does not answer',
  text: 'This says nothing about the tenants: workers go on without it.',
};

/** The console, for operators. To everybody else it is not there. */
export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return forPerson(away, (person) => {
    if (person.fleetRole === null) notFound();
    return (
      <ConsoleLive>
        <OperatorRole role={person.fleetRole}>
          <Frame
            person={person}
            home="/fleet"
            links={links}
            isWide
            place={<span className="rounded-md bg-sunken px-2 py-0.5 text-xs font-medium">Console</span>}
          >
            {children}
          </Frame>
        </OperatorRole>
      </ConsoleLive>
    );
  });
}

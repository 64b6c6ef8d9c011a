'use client';

import { CircleUser } from 'lucide-react';
import type { Person } from '@/server/person';
import { post, sentenceOf } from '@/calls/control-plane';
import { Menu, MenuItem, MenuLine, MenuNote } from '@/ui/menu';
import { tellFailure } from '@/ui/toast';

export function PersonMenu({ person }: { person: Person }) {
  const signOut = async () => {
    try {
      await post('/api/auth/sign-out');
      // Nothing that was fetched for this person stays in memory.
      location.assign('/sign-in');
    } catch (error) {
      tellFailure('You are still signed in', sentenceOf(error));
    }
  };
  const go = (href: string) => () => location.assign(href);
  return (
    <Menu label={`Account of ${person.email}`} trigger={<CircleUser aria-hidden className="size-5" />}>
      <MenuNote>{person.name ? `${person.name}, ${person.email}` : person.email}</MenuNote>
      {person.fleetRole ? <MenuItem onSelect={go('/fleet')}>Console</MenuItem> : null}
      {person.tenants.length > 0 ? <MenuItem onSelect={go('/')}>Portal</MenuItem> : null}
      <MenuItem onSelect={go('/settings')}>Password and sign-ins</MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => void signOut()}>Sign out</MenuItem>
    </Menu>
  );
}

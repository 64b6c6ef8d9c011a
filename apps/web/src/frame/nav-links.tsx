'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { classNames } from '@/ui/class-names';

export interface NavLink {
  href: string;
  label: string;
}

export function NavLinks({ links }: { links: readonly NavLink[] }) {
  const path = usePathname();
  const isHere = (href: string) => path === href || (href !== '/' && path.startsWith(`${href}/`));
  return (
    <nav aria-label="Pages" className="overflow-x-auto">
      <ul className="flex">
        {links.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isHere(href) ? 'page' : undefined}
              className={classNames(
                'flex min-h-10 items-center border-b-2 px-3 text-sm whitespace-nowrap -outline-offset-2',
                isHere(href) ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-ink',
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

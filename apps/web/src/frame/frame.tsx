import type { ReactNode } from 'react';
import Link from 'next/link';
import type { Person } from '@/server/person';
import { Aging, Freshness } from '@/live/freshness';
import { Brand } from './brand';
import { NavLinks, type NavLink } from './nav-links';
import { PersonMenu } from './person-menu';
import { ThemeSwitch } from './theme-switch';

/** What stands around every page of who is signed in; a live stream is around it. */
export function Frame(props: {
  person: Person;
  /** Where the brand leads. */
  home: string;
  links: readonly NavLink[];
  /** Beside the brand: which workspace, or that this is the console. */
  place?: ReactNode;
  /** Above everything: what is out of the ordinary about this visit. */
  banner?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}) {
  const { person, home, links, place, banner, isWide = false, children } = props;
  const width = isWide ? 'max-w-[110rem]' : 'max-w-6xl';
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      {banner}
      <header className="border-b border-line bg-surface">
        <div className={`mx-auto flex flex-wrap items-center gap-x-4 px-4 pt-2 sm:px-6 ${width}`}>
          <Link href={home} className="rounded-md">
            <Brand />
          </Link>
          {place}
          <div className="ml-auto flex items-center gap-1">
            <Freshness />
            <ThemeSwitch />
            <PersonMenu person={person} />
          </div>
        </div>
        <div className={`mx-auto px-2 sm:px-4 ${width}`}>
          <NavLinks links={links} />
        </div>
      </header>
      <main id="content" className={`mx-auto px-4 py-6 sm:px-6 ${width}`}>
        <Aging>{children}</Aging>
      </main>
    </>
  );
}

/** The heading of a page, with what can be done about all of it. */
export function PageTitle({
  title,
  text,
  children,
}: {
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-3">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {text ? <p className="mt-1 max-w-prose text-soft">{text}</p> : null}
      </div>
      {children}
    </div>
  );
}

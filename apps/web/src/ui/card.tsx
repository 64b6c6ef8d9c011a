import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** A part of a page with its heading; it loads and fails for itself. */
export function Card(props: {
  title?: ReactNode;
  /** Beside the heading. */
  aside?: ReactNode;
  className?: string;
  /** For wide content that has its own spacing, such as tables. */
  isFlush?: boolean;
  children: ReactNode;
}) {
  const { title, aside, className, isFlush = false, children } = props;
  return (
    <section className={classNames('min-w-0 rounded-xl border border-line bg-surface', className)}>
      {title || aside ? (
        <header className="flex flex-wrap items-center justify-between gap-2 px-4 pt-4 sm:px-5">
          {title ? <h2 className="font-semibold">{title}</h2> : null}
          {aside}
        </header>
      ) : null}
      <div className={isFlush ? 'pt-3' : 'p-4 sm:p-5'}>{children}</div>
    </section>
  );
}

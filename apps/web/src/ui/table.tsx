import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** A plain table that scrolls sideways where it does not fit. */
export function Table(props: { label: string; head: readonly ReactNode[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={props.label}>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-left text-soft">
            {props.head.map((title, column) => (
              <th key={column} scope="col" className="px-4 py-2 font-medium whitespace-nowrap sm:px-5">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

export function Row({ children, className }: { children: ReactNode; className?: string }) {
  return <tr className={classNames('border-b border-line last:border-0', className)}>{children}</tr>;
}

export function Cell({ children, className }: { children: ReactNode; className?: string }) {
  return <td className={classNames('px-4 py-2.5 align-top sm:px-5', className)}>{children}</td>;
}

import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** How something is: good, under way, to be looked at, bad, or at rest. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'rest';

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  busy: 'bg-busy-soft text-busy',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  rest: 'bg-rest-soft text-rest',
};

/** A state: a dot and a word, never colour alone. */
export function Mark({ tone, children, className }: { tone: Tone; children: ReactNode; className?: string }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      <span aria-hidden className="size-1.5 rounded-full bg-current" />
      {children}
    </span>
  );
}

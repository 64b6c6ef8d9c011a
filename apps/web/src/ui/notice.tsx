import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';
import { classNames } from './class-names';

/** In place of what is being fetched; nothing is seen of it in the first moments. */
export function Waiting({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="appears-late flex flex-col gap-3 p-1">
      {Array.from({ length: lines }, (_, line) => (
        <div
          key={line}
          className="h-4 animate-pulse rounded bg-sunken"
          style={{ width: `${92 - line * 14}%` }}
        />
      ))}
    </div>
  );
}

/** In place of a list without items: what would be here, and how it gets here. */
export function Empty({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {text ? <p className="max-w-prose text-soft">{text}</p> : null}
      {children}
    </div>
  );
}

/** In place of what could not be fetched: what happened, and what to do. */
export function Failed(props: {
  title: string;
  text?: ReactNode;
  onRetry?: () => void;
  /** It is being tried again. */
  isTrying?: boolean;
  className?: string;
}) {
  const { title, text, onRetry, isTrying = false, className } = props;
  return (
    <div
      role="alert"
      className={classNames('flex flex-col items-start gap-3 rounded-lg bg-bad-soft p-4', className)}
    >
      <p className="flex items-start gap-2 font-medium text-bad">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {title}
      </p>
      {text ? <p className="text-ink">{text}</p> : null}
      {onRetry ? (
        <Button kind="plain" size="small" onClick={onRetry} aria-busy={isTrying}>
          <RotateCw aria-hidden className={classNames('size-4', isTrying && 'animate-spin')} />
          Try again
        </Button>
      ) : null}
    </div>
  );
}

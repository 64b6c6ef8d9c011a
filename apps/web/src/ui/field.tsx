import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names';

const box =
  'min-h-10 w-full rounded-lg border border-line bg-surface px-3 text-ink placeholder:text-soft aria-invalid:border-bad disabled:opacity-60';

interface Described {
  label: string;
  /** What to write, said before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong with it. */
  problem?: string | null;
}

export function TextField({ label, hint, problem, className, ...rest }: Described & ComponentProps<'input'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem}>
      <input {...described(id, hint, problem)} className={classNames(box, className)} {...rest} />
    </Labelled>
  );
}

export function TextArea({
  label,
  hint,
  problem,
  className,
  ...rest
}: Described & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem}>
      <textarea {...described(id, hint, problem)} className={classNames(box, 'py-2', className)} {...rest} />
    </Labelled>
  );
}

export function Select({ label, hint, problem, className, ...rest }: Described & ComponentProps<'select'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem}>
      <select {...described(id, hint, problem)} className={classNames(box, className)} {...rest} />
    </Labelled>
  );
}

export function Checkbox({ label, hint, className, ...rest }: Described & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        type="checkbox"
        {...described(id, hint, null)}
        className={classNames('mt-1 size-4 accent-accent', className)}
        {...rest}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <p id={`${id}-hint`} className="text-sm text-soft">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Labelled({ id, label, hint, problem, children }: Described & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p id={`${id}-problem`} role="alert" className="text-sm text-bad">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function described(id: string, hint: ReactNode, problem: string | null | undefined) {
  const parts = [hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].filter((part) => part !== '');
  return {
    id,
    'aria-invalid': problem ? true : undefined,
    'aria-describedby': parts.length > 0 ? parts.join(' ') : undefined,
  };
}
